/** Once a read was given up, the memory that it was to fill is the caller's again, whatever its store answers later. */
import { describe, expect, it } from 'vitest';
import { type Codec, registerCodec } from '../../src/codecs.js';
import * as zarr from '../../src/index.js';
import { MemoryStore } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as blocking from '../../src/sync.js';

/** Lets all go on that waits for nothing else. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 5);
  });

/** A codec that changes nothing, and has what it decodes when `pending` is done. */
function decodingAfter(pending: () => Promise<void>): Codec {
  const codec: Codec = {
    kind: 'compressor',
    name: 'test.decoding-after',
    configuration: undefined,
    toJSON: () => ({ name: 'test.decoding-after' }),
    resolve: () => codec,
    bind: () => ({
      kind: 'compressor',
      sizeAfter: (size) => size,
      bound: (size) => size,
      encode: (bytes) => bytes,
      decode: (bytes) => pending().then(() => bytes),
    }),
  };
  registerCodec({ name: 'test.decoding-after', parse: () => codec });
  return codec;
}

let open = (): void => {};
let gate = Promise.resolve();
const close = (): void => {
  gate = new Promise((resolve) => {
    open = resolve;
  });
};
const codec = decodingAfter(() => gate);

const FORMS: readonly [string, zarr.CreateArrayOptions, string][] = [
  ['chunks', { chunks: [8, 8] }, ':'],
  ['chunks that are not compressed', { chunks: [8, 8], compressors: null }, ':'],
  ['parts of chunks', { chunks: [128, 128], compressors: null }, '0:4, 0:8'],
  ['chunks that are absent', { chunks: [8, 8], fillValue: 1 }, ':'],
  ['lists of places', { chunks: [8, 8] }, '[1, 3, 20], :'],
  ['shards', { chunks: [8, 8], shards: [16, 16] }, ':'],
  ['parts of shards', { chunks: [4, 4], shards: [16, 16] }, '2:9, 3:30'],
  ['a codec that answers later', { chunks: [8, 8], compressors: [codec] }, ':'],
  ['a codec that answers later, and a list', { chunks: [8, 8], compressors: [codec] }, '[1, 3, 20], :'],
];

/** An array whose store, or codec, answers when it is let, the result of a read of it, and how often the store was asked. */
async function slowArray(name: string, options: zarr.CreateArrayOptions, selection: string) {
  const memory = new MemoryStore();
  const shape = name === 'parts of chunks' ? [128, 128] : [32, 32];
  const array = blocking.createArray(memory, { shape, dtype: 'int32', ...options });
  if (options.fillValue === undefined) await zarr.openArray(memory).then((later) => later.set(null, 1));
  const isCodec = name.startsWith('a codec');
  let count = 0;
  const deaf: Store = {
    readOnly: true,
    get: async (key, range) => {
      count++;
      if (key.includes('c/') && !isCodec) await gate;
      return memory.get(key, range);
    },
    toString: () => 'deaf',
  };
  const far = await zarr.openArray(deaf, { mode: 'r' });
  const like = blocking.zeros(array.view(selection).shape, { dtype: 'int32' }).get();
  return { far, like, asked: () => count };
}

/** How a call is given up, and what it fails with. */
const WAYS: readonly [string, (call: (signal?: AbortSignal) => Promise<unknown>) => Promise<unknown>, unknown][] = [
  [
    'its signal aborts',
    (call) => {
      const control = new AbortController();
      const read = call(control.signal);
      return Promise.resolve().then(() => {
        control.abort(new RangeError('enough'));
        return read;
      });
    },
    new RangeError('enough'),
  ],
  [
    'its time is up',
    (call) => limited(0.002, call),
    expect.objectContaining({ code: 'store', message: expect.stringContaining('async.timeout') }),
  ],
  [
    'its signal aborts before its time is up',
    (call) => limited(60, () => call(AbortSignal.timeout(2))),
    expect.objectContaining({ name: 'TimeoutError' }),
  ],
];

/** What `call` gives, which may take so many seconds. */
function limited<T>(seconds: number, call: () => T): T {
  const scope = zarr.config.set({ 'async.timeout': seconds });
  try {
    return call();
  } finally {
    scope.restore();
  }
}

describe.each(WAYS)('because %s', (_, giveUp, reason) => {
  it.each(FORMS)('%s', async (name, options, selection) => {
    const { far, like, asked } = await slowArray(name, options, selection);
    close();
    await expect(giveUp((signal) => far.get(selection, { out: like, ...(signal && { signal }) }))).rejects.toEqual(
      reason,
    );
    const before = asked();
    open();
    await settle();
    expect(like.data.every((value: number) => value === 0)).toBe(true);
    expect(asked()).toBe(before);
  });
});

it.each(FORMS)('at whatever step: %s', async (name, options, selection) => {
  const { far, like } = await slowArray(name, options, selection);
  for (let turns = 0; turns < 4; turns++) {
    close();
    const control = new AbortController();
    const read = far.get(selection, { out: like, signal: control.signal });
    for (let turn = 0; turn < turns; turn++) await undefined;
    control.abort(new RangeError('enough'));
    await expect(read).rejects.toThrow(new RangeError('enough'));
    expect(like.data.every((value: number) => value === 0)).toBe(true);
    open();
    await settle();
    expect(like.data.every((value: number) => value === 0)).toBe(true);
  }
});
