/**
 * What every store must do, as tests: one suite, run on each implementation, ours and others'.
 *
 * It needs no test runner but a function that takes the name of a test and its body, and it throws plain errors.
 */
import { ConflictError, InvalidKeyError, ReadOnlyError } from '../errors.js';
import type { ByteRange, PartInfo, Store } from '../stores/store.js';
import { collect, type MaybePromise, runAsync } from '../task.js';
import { expectEqual, expectFailure } from './expect.js';

/** A store to be tested, and what ends its life. */
export interface StoreUnderTest {
  /** The store. */
  readonly store: Store;
  /** Called when the test is over. */
  readonly end?: (() => MaybePromise<void>) | undefined;
}

/** What `storeSuite` takes. */
export interface StoreSuite {
  /** Declares a test: `test` or `it` of the runner. */
  readonly test: (name: string, body: () => Promise<void>) => void;
  /** A new store with these values, and no others. */
  readonly make: (values: ReadonlyMap<string, Uint8Array>) => MaybePromise<StoreUnderTest>;
  /** What the store cannot do, so that it is not tested. */
  readonly without?: readonly ('writes' | 'lists' | 'conditions' | 'tags')[] | undefined;
}

/** Declares the tests of a store. */
export function storeSuite({ test, make, without = [] }: StoreSuite): void {
  const values = (entries: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> =>
    new Map(Object.entries(entries).map(([key, text]) => [key, bytesOf(text)]));
  /** Declares a test of a store that has `entries`. */
  const check = (name: string, entries: Record<string, string>, body: (store: Store) => Promise<void>): void => {
    test(name, async () => {
      const { store, end } = await make(values(entries));
      try {
        await body(store);
      } finally {
        await end?.();
      }
    });
  };

  declareReads(check);
  declareReadsInto(check);
  declareInfo(check);
  if (!without.includes('tags')) declareTags(check, !without.includes('writes'));
  if (!without.includes('writes')) declareWrites(check);
  if (!without.includes('writes') && !without.includes('conditions')) {
    declareConditions(check);
    declareConditionalDeletes(check);
  }
  if (!without.includes('lists')) declareLists(check);
  if (!without.includes('lists') && !without.includes('writes')) declareDeletesOfPrefixes(check);
}

type Check = (name: string, entries: Record<string, string>, body: (store: Store) => Promise<void>) => void;

function declareReads(check: Check): void {
  check('gives a value, and undefined for a key without one', { 'a/b': 'value' }, async (store) => {
    expectText(await store.get('a/b'), 'value');
    expectEqual(await store.get('a/c'), undefined);
    expectEqual(await store.get('b'), undefined);
    expectEqual(await store.get('a/c', { offset: 0, length: 1 }), undefined);
    expectEqual(await store.get('a/c', { suffixLength: 1 }), undefined);
    expectEqual(await store.get('a/c', { offset: 0, length: 0 }), undefined);
  });

  check('has no value at a key that only begins other keys', { 'a/b': 'value' }, async (store) => {
    expectEqual(await store.get('a'), undefined);
    expectEqual(await store.head?.('a'), undefined);
  });

  check('gives an empty value, which is not absence', { empty: '' }, async (store) => {
    expectText(await store.get('empty'), '');
    expectText(await store.get('empty', { suffixLength: 3 }), '');
    expectText(await store.get('empty', { offset: 0, length: 3 }), '');
  });

  const ranges: readonly [range: ByteRange, expected: string][] = [
    [{ offset: 2, length: 3 }, '234'],
    [{ offset: 0, length: 10 }, '0123456789'],
    [{ offset: 8, length: 10 }, '89'],
    [{ offset: 10, length: 2 }, ''],
    [{ offset: 20, length: 2 }, ''],
    [{ offset: 3, length: 0 }, ''],
    [{ offset: 0 }, '0123456789'],
    [{ offset: 7 }, '789'],
    [{ offset: 10 }, ''],
    [{ offset: 20 }, ''],
    [{ suffixLength: 3 }, '789'],
    [{ suffixLength: 10 }, '0123456789'],
    [{ suffixLength: 20 }, '0123456789'],
    [{ suffixLength: 0 }, ''],
  ];
  for (const [range, expected] of ranges) {
    check(`gives "${expected}" of ten digits for ${JSON.stringify(range)}`, { digits: '0123456789' }, async (store) => {
      expectText(await store.get('digits', range), expected);
    });
  }

  const wrongRanges: readonly ByteRange[] = [
    { offset: -1 },
    { offset: 0, length: -1 },
    { offset: 0.5 },
    { offset: Number.NaN, length: 1 },
    { suffixLength: -2 },
  ];
  for (const range of wrongRanges) {
    const shown = Object.entries(range).map(([name, count]) => `${name} ${count}`);
    check(`refuses a range of ${shown.join(', ')}`, { digits: '0123456789' }, async (store) => {
      await expectFailure(() => store.get('digits', range));
    });
  }

  check('tells the size of a value', { 'a/b': 'value', empty: '' }, async (store) => {
    if (!store.head) return;
    expectEqual((await store.head('a/b'))?.size, 5);
    expectEqual((await store.head('empty'))?.size, 0);
    expectEqual(await store.head('a/c'), undefined);
  });

  check('fails for more bytes than allowed', { digits: '0123456789' }, async (store) => {
    await expectFailure(() => store.get('digits', undefined, { maxBytes: 9 }));
    expectText(await store.get('digits', undefined, { maxBytes: 10 }), '0123456789');
    expectText(await store.get('digits', { offset: 2, length: 3 }, { maxBytes: 3 }), '234');
  });

  check('fails with the reason of a signal that has aborted', { a: 'value' }, async (store) => {
    const reason = new Error('enough');
    const failure = await expectFailure(() => store.get('a', undefined, { signal: AbortSignal.abort(reason) }));
    expectEqual(failure, reason);
  });

  const odd = Object.fromEntries(ODD_NAMES.map((name, index) => [`odd/${name}/c`, String(index)]));
  check('keeps odd names apart', odd, async (store) => {
    for (const [key, text] of Object.entries(odd)) expectText(await store.get(key), text);
  });

  for (const key of WRONG_KEYS) {
    check(`refuses the key ${JSON.stringify(key)}`, { a: 'value' }, async (store) => {
      await expectFailure(() => store.get(key), InvalidKeyError);
      if (store.head) await expectFailure(() => store.head!(key), InvalidKeyError);
      if (store.readOnly) return;
      if (store.set) await expectFailure(() => store.set!(key, new Uint8Array(1)), InvalidKeyError);
      if (store.delete) await expectFailure(() => store.delete!(key), InvalidKeyError);
      if (store.deletePrefix && key !== '') await expectFailure(() => store.deletePrefix!(key), InvalidKeyError);
      if (store.list && key !== '') await expectFailure(() => listed(store, key), InvalidKeyError);
    });
  }
}

/** Of a store that puts values into the memory of whoever asks. */
function declareReadsInto(check: Check): void {
  const entries = { 'a/b': '0123456789', empty: '' };
  check('puts a value into memory of its length, and touches nothing around it', entries, async (store) => {
    if (!store.getInto) return;
    const memory = new Uint8Array(20).fill(46);
    expectEqual(await store.getInto('a/b', memory.subarray(5, 15)), 10);
    expectText(memory, '.....0123456789.....');
    expectEqual(await store.getInto('empty', memory.subarray(3, 3)), 0);
    expectEqual(await store.getInto('a/c', memory.subarray(5, 15)), undefined);
    expectEqual(await store.getInto('a', memory.subarray(5, 15)), undefined);
    expectText(await store.get('a/b'), '0123456789');
  });

  check('tells the length of a value that memory is too short or too long for', entries, async (store) => {
    if (!store.getInto) return;
    for (const length of [0, 9, 11, 30]) {
      const memory = new Uint8Array(length + 2).fill(46);
      expectEqual(await store.getInto('a/b', memory.subarray(1, length + 1)), 10);
      expectEqual(memory[0], 46);
      expectEqual(memory[length + 1], 46);
    }
    expectEqual(await store.getInto('empty', new Uint8Array(1)), 0);
  });

  check('puts a part into the beginning of memory, and touches nothing behind it', entries, async (store) => {
    if (!store.getPartInto) return;
    const memory = new Uint8Array(8).fill(46);
    expectEqual(await store.getPartInto('a/b', { offset: 2, length: 3 }, memory), 3);
    expectText(memory, '234.....');
    expectEqual(await store.getPartInto('a/b', { offset: 8, length: 4 }, memory), 2);
    expectText(memory.subarray(0, 2), '89');
    expectEqual(await store.getPartInto('a/b', { offset: 12, length: 4 }, memory), 0);
    expectEqual(await store.getPartInto('a/c', { offset: 0, length: 1 }, memory), undefined);
    const info = await store.head?.('a/b');
    if (info?.etag === undefined) return;
    const told: unknown[] = [];
    const onInfo = (found: unknown): void => void told.push(found);
    expectEqual(await store.getPartInto('a/b', { offset: 0, length: 1 }, memory, { ifMatch: info.etag, onInfo }), 1);
    expectEqual(told.length, 1);
    const other = { ifMatch: 'another' };
    await expectFailure(() => store.getPartInto!('a/b', { offset: 0, length: 1 }, memory, other), ConflictError);
    await expectFailure(() => store.getPartInto!('absent', { offset: 0, length: 1 }, memory, other), ConflictError);
  });

  check('puts a value into memory as its options say', entries, async (store) => {
    if (!store.getInto) return;
    const memory = new Uint8Array(10);
    const info = await store.head?.('a/b');
    const told: PartInfo[] = [];
    await store.getInto('a/b', memory, { onInfo: (part) => void told.push(part) });
    for (const { size } of told) expectEqual(size ?? 10, 10);
    if (info?.etag !== undefined) {
      expectEqual(await store.getInto('a/b', memory, { ifMatch: info.etag }), 10);
      await expectFailure(() => store.getInto!('a/b', memory, { ifMatch: 'another' }), ConflictError);
      await expectFailure(() => store.getInto!('absent', memory, { ifMatch: info.etag }), ConflictError);
    }
    await expectFailure(() => store.getInto!('a/b', memory, { maxBytes: 9 }));
    const reason = new Error('enough');
    const failure = await expectFailure(() => store.getInto!('a/b', memory, { signal: AbortSignal.abort(reason) }));
    expectEqual(failure, reason);
    for (const key of WRONG_KEYS) await expectFailure(() => store.getInto!(key, memory), InvalidKeyError);
  });
}

function declareTags(check: Check, isWritable: boolean): void {
  check('reads a value only with the tag it has', { a: 'value' }, async (store) => {
    const etag = (await store.head?.('a'))?.etag;
    if (etag === undefined) throw new Error('expected a tag');
    expectText(await store.get('a', undefined, { ifMatch: etag }), 'value');
    expectText(await store.get('a', { offset: 1, length: 2 }, { ifMatch: etag }), 'al');
    await expectFailure(() => store.get('a', undefined, { ifMatch: 'another' }), ConflictError);
    await expectFailure(() => store.get('absent', undefined, { ifMatch: etag }), ConflictError);
    if (!isWritable) return;
    await store.set!('a', bytesOf('other'));
    await expectFailure(() => store.get('a', undefined, { ifMatch: etag }), ConflictError);
  });

  if (!isWritable) return;
  check('writes over a value only with the tag it has', { a: 'one' }, async (store) => {
    const etag = (await store.head!('a'))?.etag;
    await store.set!('a', bytesOf('two'), { ifMatch: etag });
    await expectFailure(() => store.set!('a', bytesOf('three'), { ifMatch: etag }), ConflictError);
    await expectFailure(() => store.set!('absent', bytesOf('x'), { ifMatch: etag }), ConflictError);
    expectText(await store.get('a'), 'two');
    expectEqual(await store.get('absent'), undefined);
  });
}

function declareInfo(check: Check): void {
  check('tells of a value, with its bytes, what head tells', { a: 'value' }, async (store) => {
    const info = await store.head?.('a');
    for (const range of [undefined, { offset: 1, length: 2 }, { suffixLength: 2 }]) {
      const told: PartInfo[] = [];
      await store.get('a', range, { onInfo: (part) => void told.push(part) });
      // A store need not tell anything.
      for (const { size, etag } of told) {
        expectEqual(size ?? 5, 5);
        if (etag !== undefined && info !== undefined) expectEqual(etag, info.etag);
      }
    }
    await store.get('absent', undefined, { onInfo: (part) => expectEqual(JSON.stringify(part), 'nothing') });
  });

  const entries = { a: '0123456789', b: 'other' };
  check('gives several values and parts, in the order that they are asked for', entries, async (store) => {
    if (!store.getMany) return;
    const values = await store.getMany([
      { key: 'a', range: { offset: 8, length: 9 } },
      { key: 'a', range: { suffixLength: 3 } },
      { key: 'absent' },
      { key: 'b' },
      { key: 'a', range: { offset: 0, length: 0 } },
      { key: 'a', range: { offset: 2 } },
    ]);
    const texts = values.map((value) => value && new TextDecoder().decode(value));
    expectEqual(JSON.stringify(texts), JSON.stringify(['89', '789', undefined, 'other', '', '23456789']));
    expectEqual((await store.getMany([])).length, 0);
    await expectFailure(() => store.getMany!([{ key: 'a' }], { ifMatch: 'another' }), ConflictError);
    await expectFailure(() => store.getMany!([{ key: 'a' }, { key: 'b' }], { maxBytes: 9 }));
  });
}

function declareConditionalDeletes(check: Check): void {
  check(
    'deletes a value only with the tag it has, where it compares and changes in one step',
    { a: '1' },
    async (store) => {
      if (!store.conditional) return;
      const etag = (await store.head!('a'))?.etag;
      await store.set!('a', bytesOf('2'));
      await expectFailure(() => store.delete!('a', { ifMatch: etag }), ConflictError);
      await expectFailure(() => store.delete!('absent', { ifMatch: etag }), ConflictError);
      expectText(await store.get('a'), '2');
      await store.delete!('a', { ifMatch: (await store.head!('a'))?.etag });
      expectEqual(await store.get('a'), undefined);
    },
  );
}

function declareWrites(check: Check): void {
  check('writes, writes over and deletes a value', {}, async (store) => {
    await store.set!('a/b/c', bytesOf('first'));
    expectText(await store.get('a/b/c'), 'first');
    await store.set!('a/b/c', bytesOf('2nd'));
    expectText(await store.get('a/b/c'), '2nd');
    await store.set!('a/b/c', new Uint8Array(0));
    expectText(await store.get('a/b/c'), '');
    await store.delete!('a/b/c');
    expectEqual(await store.get('a/b/c'), undefined);
  });

  check('deletes what is not there', { 'a/b': 'value' }, async (store) => {
    await store.delete!('absent');
    await store.delete!('absent/below');
    await store.delete!('a');
    expectText(await store.get('a/b'), 'value');
  });

  check('keeps its own copy of what is written', {}, async (store) => {
    const value = bytesOf('value');
    await store.set!('a', value);
    value.fill(0);
    expectText(await store.get('a'), 'value');
  });

  check('writes the bytes of a view, and nothing around them', {}, async (store) => {
    const whole = bytesOf('0123456789');
    await store.set!('a', whole.subarray(2, 5));
    expectText(await store.get('a'), '234');
  });

  check('refuses a value that is not bytes', {}, async (store) => {
    // What JavaScript programs may give.
    for (const value of ['text', null, [1, 2], new ArrayBuffer(2)] as unknown as Uint8Array[]) {
      await expectFailure(() => store.set!('a', value));
    }
    expectEqual(await store.get('a'), undefined);
  });

  check('refuses every change when it is read-only', { 'a/b': 'value' }, async (store) => {
    const fixed = store.withReadOnly?.(true);
    if (!fixed) return;
    expectEqual(fixed.readOnly, true);
    await expectFailure(() => fixed.set!('a/c', bytesOf('x')), ReadOnlyError);
    await expectFailure(() => fixed.delete!('a/b'), ReadOnlyError);
    if (fixed.deletePrefix) await expectFailure(() => fixed.deletePrefix!(''), ReadOnlyError);
    expectText(await fixed.get('a/b'), 'value');
    const writable = fixed.withReadOnly!(false);
    await writable.set!('a/c', bytesOf('x'));
    expectText(await fixed.get('a/c'), 'x');
  });
}

function declareConditions(check: Check): void {
  check('writes a new value only where there is none', { old: 'value' }, async (store) => {
    await expectFailure(() => store.set!('old', bytesOf('x'), { ifNoneMatch: '*' }), ConflictError);
    expectText(await store.get('old'), 'value');
    await store.set!('deep/new', bytesOf('first'), { ifNoneMatch: '*' });
    await expectFailure(() => store.set!('deep/new', bytesOf('x'), { ifNoneMatch: '*' }), ConflictError);
    expectText(await store.get('deep/new'), 'first');
  });
}

function declareLists(check: Check): void {
  const entries = { 'a/b/c': '1', 'a/b/d': '2', 'a/x': '3', ab: '4', 'zarr.json': '5' };

  check('lists the whole keys below a prefix', entries, async (store) => {
    expectNames(await listed(store, ''), Object.keys(entries));
    expectNames(await listed(store, 'a'), ['a/b/c', 'a/b/d', 'a/x']);
    expectNames(await listed(store, 'a/b'), ['a/b/c', 'a/b/d']);
    expectNames(await listed(store, 'ab'), []);
    expectNames(await listed(store, 'absent'), []);
  });

  check('lists the names directly below a prefix, each once', entries, async (store) => {
    expectNames(await listedDir(store, ''), ['a', 'ab', 'zarr.json']);
    expectNames(await listedDir(store, 'a'), ['b', 'x']);
    expectNames(await listedDir(store, 'a/b'), ['c', 'd']);
    expectNames(await listedDir(store, 'ab'), []);
    expectNames(await listedDir(store, 'absent'), []);
  });

  check('lists nothing when it is empty', {}, async (store) => {
    expectNames(await listed(store, ''), []);
    expectNames(await listedDir(store, ''), []);
  });

  check('lists odd names as they are', Object.fromEntries(ODD_NAMES.map((name) => [name, '1'])), async (store) => {
    expectNames(await listed(store, ''), ODD_NAMES);
    expectNames(await listedDir(store, ''), ODD_NAMES);
  });
}

function declareDeletesOfPrefixes(check: Check): void {
  const entries = { 'a/b/c': '1', 'a/x': '2', ab: '3', 'b/c': '4' };

  check('deletes everything below a prefix, and nothing beside it', entries, async (store) => {
    await store.deletePrefix!('a');
    expectNames(await listed(store, ''), ['ab', 'b/c']);
    await store.deletePrefix!('a');
    await store.deletePrefix!('absent');
    await store.deletePrefix!('ab');
    expectNames(await listed(store, ''), ['ab', 'b/c']);
  });

  check('is empty when all is deleted, and can be used again', entries, async (store) => {
    await store.deletePrefix!('');
    expectNames(await listed(store, ''), []);
    await store.set!('a/b', bytesOf('new'));
    expectNames(await listed(store, ''), ['a/b']);
  });
}

/** Names that are easily mistaken for something else; each valid on POSIX systems and in URLs once encoded. */
const ODD_NAMES: readonly string[] = [
  'with space',
  ' around ',
  'question?mark=1&b',
  'hash#tag',
  'percent%2e%2e',
  'percent%',
  'plus+sign',
  '...',
  '.hidden',
  '~home',
  'quote\'"',
  'é composed',
  'e\u0301 decomposed',
  '日本語',
  '🦓',
  'line\nbreak',
  'tab\t',
  '__proto__',
  'constructor',
  'A',
  'a',
  'semicolon;',
  'colon:',
  'star*',
  'c',
];

const WRONG_KEYS: readonly string[] = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../b',
  'a/..',
  'a/./b',
  'a\0b',
  'a\ud800b',
];

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const listed = (store: Store, prefix: string): Promise<string[]> => runAsync(collect(store.list!(prefix)));
const listedDir = (store: Store, prefix: string): Promise<string[]> => runAsync(collect(store.listDir!(prefix)));

function expectText(found: Uint8Array | undefined, expected: string): void {
  expectEqual(found && new TextDecoder().decode(found), expected);
}

function expectNames(found: readonly string[], expected: readonly string[]): void {
  expectEqual(JSON.stringify([...found].sort()), JSON.stringify([...expected].sort()));
}
