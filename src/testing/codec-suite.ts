/**
 * What every codec must do, as tests: one suite, run on each codec, ours and others'.
 *
 * It needs no test runner but a function that takes the name of a test and its body, and it throws plain errors. Damaged
 * input may be found out or, by a codec without a checksum, not; but it is a `ZarrError` or a value of the right size,
 * never another error and never more than was asked for.
 */

import type { ChunkSpec, Codec, CodecDefinition, Compressor, Filter, Serializer } from '../codecs.js';
import { parseDtype } from '../dtype.js';
import { bytesOfStorage } from '../dtypes/storage.js';
import { ZarrError } from '../errors.js';
import { NdArray } from '../index.js';
import { fromPlain } from '../json/convert.js';
import { isJsonObject } from '../json/model.js';
import { contiguous } from '../ndarray/ndarray.js';
import type { MaybePromise } from '../task.js';
import { expectEqual, expectFailure, expectSame } from './expect.js';

/** A codec to be tested, and what is known of it. */
export interface CodecSuite {
  /** Declares a test: `test` or `it` of the runner. */
  readonly test: (name: string, body: () => Promise<void>) => void;
  /** What `registerCodec` takes. */
  readonly definition: CodecDefinition;
  /** The codec in one configuration. */
  readonly codec: Codec;
  /** Chunks that it can encode; of codecs from bytes to bytes, in place of the suite's own. */
  readonly chunks?: readonly NdArray[] | undefined;
  /** Whether what is decoded is what was encoded; so unless said. */
  readonly isLossless?: boolean | undefined;
  /** Whether it finds out that a bit was changed, wherever it is; not so unless said. */
  readonly isChecked?: boolean | undefined;
}

/** Declares the tests of a codec. */
export function codecSuite(suite: CodecSuite): void {
  const { test, codec, chunks = [] } = suite;
  declareDocuments(suite);
  if (codec.encodeProblem !== undefined) return;
  if (codec.kind === 'compressor') {
    for (const [name, bytes] of bytesOf(chunks)) declareCompressor(suite, name, bytes);
    return;
  }
  if (chunks.length === 0) {
    test('has chunks to be tested with', () => Promise.reject(new Error('expected chunks that it can encode')));
  }
  for (const chunk of chunks) {
    const name = `${chunk.dtype} [${chunk.shape.join(', ')}]`;
    if (codec.kind === 'filter') declareFilter(suite, name, chunk);
    else declareSerializer(suite, name, chunk);
  }
}

function declareDocuments({ test, definition, codec }: CodecSuite): void {
  test('is found again by its document', async () => {
    const { name, configuration } = codec.toJSON();
    if (name !== definition.name && definition.aliases?.includes(name) !== true) {
      throw new Error(`name: expected "${definition.name}" or an alias of it, got "${name}"`);
    }
    const json = configuration === undefined ? undefined : fromPlain(configuration, 'configuration');
    if (json !== undefined && !isJsonObject(json)) throw new Error('configuration: expected an object');
    const again = definition.parse(json);
    expectSame(again.toJSON(), codec.toJSON(), 'the document');
    expectEqual(String(again), String(codec), 'the text');
    expectEqual(Object.isFrozen(codec), true, 'is frozen');
  });

  const { v2 } = definition;
  if (v2 === undefined || codec.name !== definition.name) return;
  test('is found again by its document of format 2', async () => {
    const document = v2.toJson(codec);
    expectEqual(document.get('id'), v2.id, 'id');
    expectSame([...v2.toJson(v2.parse(document))], [...document], 'the document');
    if (v2.toString(codec) === '') throw new Error('toString: expected a text');
  });
}

// Bytes to bytes.

/** Bytes of every kind, each with a name: the suite's own, or those of chunks. */
function bytesOf(chunks: readonly NdArray[]): [name: string, bytes: Uint8Array][] {
  if (chunks.length > 0) {
    return chunks.map((chunk) => [`${chunk.dtype}`, bytesOfStorage(packedStorage(chunk) as Uint8Array)]); // Of any unit.
  }
  const bytes = (length: number, byteAt: (index: number) => number): Uint8Array =>
    Uint8Array.from({ length }, (_, index) => byteAt(index));
  return [
    ['no bytes', new Uint8Array(0)],
    ['one byte', Uint8Array.of(0xa5)],
    ['zeros', new Uint8Array(4096)],
    ['a pattern', bytes(4096, (index) => (index >> 2) & 0x0f)],
    ['noise', noise(4096)],
    ['an odd length', noise(1001)],
  ];
}

/** Bytes that no codec makes shorter, the same in every run. */
function noise(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  });
}

function declareCompressor(suite: CodecSuite, name: string, bytes: Uint8Array): void {
  const { test, codec, isLossless = true, isChecked = false } = suite;
  const bind = (): Compressor => codec.resolve(bytesSpec()).bind(bytesSpec()) as Compressor; // Of the codec's kind.

  test(`${name}: is decoded to what was encoded, and no input is changed`, async () => {
    const bound = bind();
    const given = new Uint8Array(bytes);
    const encoded = await bound.encode(given);
    expectSame(given, bytes, 'what was encoded');
    const kept = new Uint8Array(encoded);
    const decoded = await bound.decode(encoded, bytes.length, bytes.length);
    if (isLossless) expectSame(new Uint8Array(decoded), bytes, 'what was decoded');
    expectSame(encoded, kept, 'what was to be decoded');
    const unsized = await bound.decode(encoded, undefined, bytes.length);
    expectSame(new Uint8Array(unsized), new Uint8Array(decoded), 'what was decoded without a size');
  });

  test(`${name}: is as long as was promised`, async () => {
    const bound = bind();
    const encoded = await bound.encode(bytes);
    const after = bound.sizeAfter(bytes.length);
    if (after !== undefined) expectEqual(encoded.length, after, 'sizeAfter');
    const most = bound.bound(bytes.length);
    if (most !== undefined && encoded.length > most) {
      throw new Error(`bound: expected at most ${most} bytes, got ${encoded.length}`);
    }
  });

  test(`${name}: reads views of larger memory, and nothing around them`, async () => {
    const bound = bind();
    const within = (part: Uint8Array): Uint8Array => {
      const whole = new Uint8Array(part.length + 16).fill(0xcc);
      whole.set(part, 3);
      return whole.subarray(3, 3 + part.length);
    };
    const encoded = await bound.encode(bytes);
    expectSame(new Uint8Array(await bound.encode(within(bytes))), new Uint8Array(encoded), 'what was encoded');
    const decoded = await bound.decode(encoded, bytes.length, bytes.length);
    const again = await bound.decode(within(encoded), bytes.length, bytes.length);
    expectSame(new Uint8Array(again), new Uint8Array(decoded), 'what was decoded');
  });

  test(`${name}: another size than asked for is an error`, async () => {
    const bound = bind();
    const encoded = await bound.encode(bytes);
    const { length } = bytes;
    await expectFailure(async () => bound.decode(encoded, length + 1, length + 1), ZarrError);
    if (length === 0) return;
    await expectFailure(async () => bound.decode(encoded, length - 1, length - 1), ZarrError);
    await resultOrError('without a size', async () => {
      // What only takes a checksum away needs no bound: it makes no bytes that were not there.
      const found = await bound.decode(encoded, undefined, length - 1);
      if (found.length > encoded.length) throw new Error(`expected at most ${length - 1} bytes, got ${found.length}`);
    });
  });

  test(`${name}: damage is an error, or bytes of the right length`, async () => {
    const bound = bind();
    const encoded = new Uint8Array(await bound.encode(bytes));
    const decoded = new Uint8Array(await bound.decode(encoded, bytes.length, bytes.length));
    const decode = (damaged: Uint8Array): MaybePromise<Uint8Array> => bound.decode(damaged, bytes.length, bytes.length);
    for (const damaged of cutShort(encoded)) {
      await resultOrError(`of ${damaged.length} of ${encoded.length} bytes`, async () => {
        expectSame(new Uint8Array(await decode(damaged)), decoded, 'what was decoded');
      });
    }
    for (const damaged of changed(encoded)) {
      await resultOrError('of changed bytes', async () => {
        const found = await decode(damaged);
        expectEqual(found.length, bytes.length, 'length');
        if (isChecked) expectSame(new Uint8Array(found), decoded, 'what was decoded');
      });
    }
    for (const length of [0, 1, 7, 64]) {
      await resultOrError(`of ${length} bytes of noise`, async () => {
        expectEqual((await decode(noise(length))).length, bytes.length, 'length');
      });
    }
  });
}

/** Codecs from bytes to bytes may look at the type of the chunks. */
const bytesSpec = (): ChunkSpec => ({ dtype: parseDtype('uint8'), shape: [1], fillValue: new Uint8Array(1) });

// Arrays to arrays.

const specOf = ({ dtype, shape }: NdArray): ChunkSpec => ({ dtype, shape, fillValue: dtype.defaultFillValue() });

function declareFilter({ test, codec, isLossless = true }: CodecSuite, name: string, chunk: NdArray): void {
  const bind = (): Filter => {
    const spec = specOf(chunk);
    return codec.resolve(spec).bind(spec) as Filter; // Of the codec's kind.
  };

  test(`${name}: is decoded to what was encoded, and no input is changed`, async () => {
    const bound = bind();
    const given = copyOf(chunk);
    const encoded = await bound.encode(given);
    expectEqual(given.equals(chunk), true, 'what was encoded is as it was');
    expectKind(encoded, bound.encoded);
    const kept = copyOf(encoded);
    const decoded = await bound.decode(encoded);
    expectKind(decoded, specOf(chunk));
    expectEqual(encoded.equals(kept), true, 'what was to be decoded is as it was');
    if (isLossless) expectEqual(decoded.equals(chunk), true, 'what was decoded is what was encoded');
  });

  test(`${name}: takes chunks that are not contiguous`, async () => {
    const bound = bind();
    const encoded = await bound.encode(chunk);
    const other = await bound.encode(strided(chunk));
    expectEqual(other.equals(encoded), true, 'the same from a strided view');
    const decoded = await bound.decode(strided(encoded));
    expectEqual(decoded.equals(await bound.decode(encoded)), true, 'the same of a strided view');
  });
}

// Arrays to bytes.

function declareSerializer(suite: CodecSuite, name: string, chunk: NdArray): void {
  const { test, codec, isLossless = true, isChecked = false } = suite;
  const bind = (): Serializer => {
    const spec = specOf(chunk);
    return codec.resolve(spec).bind(spec) as Serializer; // Of the codec's kind.
  };

  test(`${name}: is decoded to what was encoded, and no input is changed`, async () => {
    const bound = bind();
    const given = copyOf(chunk);
    const encoded = await bound.encode(given);
    expectEqual(given.equals(chunk), true, 'what was encoded is as it was');
    if (bound.size !== undefined) expectEqual(encoded.length, bound.size, 'size');
    const kept = new Uint8Array(encoded);
    const decoded = await bound.decode(encoded);
    expectKind(decoded, specOf(chunk));
    expectSame(new Uint8Array(encoded), kept, 'what was to be decoded');
    if (isLossless) expectEqual(decoded.equals(chunk), true, 'what was decoded is what was encoded');
  });

  test(`${name}: takes chunks and bytes that are parts of larger memory`, async () => {
    const bound = bind();
    const encoded = new Uint8Array(await bound.encode(chunk));
    expectSame(new Uint8Array(await bound.encode(strided(chunk))), encoded, 'the same from a strided view');
    const whole = new Uint8Array(encoded.length + 16).fill(0xcc);
    whole.set(encoded, 3);
    const decoded = await bound.decode(whole.subarray(3, 3 + encoded.length));
    expectEqual(decoded.equals(await bound.decode(encoded)), true, 'the same of a view');
  });

  test(`${name}: damage is an error, or a chunk of the right kind`, async () => {
    const bound = bind();
    const encoded = new Uint8Array(await bound.encode(chunk));
    const decoded = await bound.decode(encoded);
    for (const damaged of cutShort(encoded)) {
      await resultOrError(`of ${damaged.length} of ${encoded.length} bytes`, async () => {
        expectEqual((await bound.decode(damaged)).equals(decoded), true, 'what was decoded is as before');
      });
    }
    for (const damaged of [...changed(encoded), noise(7), noise(64)]) {
      await resultOrError('of changed bytes', async () => {
        const found = await bound.decode(damaged);
        expectKind(found, specOf(chunk));
        if (isChecked) expectEqual(found.equals(decoded), true, 'what was decoded is as before');
      });
    }
  });
}

function expectKind(array: NdArray, { dtype, shape }: ChunkSpec): void {
  expectSame([...array.shape], [...shape], 'shape');
  expectEqual(array.dtype.isSameInMemory(dtype), true, `data type ${array.dtype} is ${dtype}`);
}

const copyOf = (array: NdArray): NdArray => new NdArray(array.dtype, packedStorage(array), array.shape);

/** The elements of `array` in C order, in memory of their own. */
function packedStorage(array: NdArray): NdArray['storage'] {
  const { storage, offset, itemUnits } = contiguous(array);
  const end = offset + array.size;
  return storage.slice(offset * itemUnits, end * itemUnits);
}

/** The same array as a view of larger memory, with the first axis running backwards. */
function strided(array: NdArray): NdArray {
  if (array.ndim === 0) return copyOf(array);
  const { dtype, shape, size } = array;
  const backwards = contiguous(array.slice('::-1'));
  const larger = dtype.allocate(size + 2);
  const source = packedStorage(backwards);
  for (let unit = 0; unit < source.length; unit++) larger[dtype.unitsPerItem + unit] = source[unit]!;
  return new NdArray(dtype, larger, shape, undefined, 1).slice('::-1');
}

// Damage.

/** What is left when bytes are missing at the end. */
const cutShort = (bytes: Uint8Array): Uint8Array[] =>
  [...new Set([0, 1, 4, bytes.length >> 1, bytes.length - 4, bytes.length - 1])]
    .filter((length) => length >= 0 && length < bytes.length)
    .map((length) => bytes.slice(0, length));

/** `bytes` with a bit changed, near the beginning, near the end, and here and there. */
function changed(bytes: Uint8Array): Uint8Array[] {
  const { length } = bytes;
  const places = new Set([
    0,
    1,
    2,
    3,
    4,
    5,
    8,
    12,
    16,
    20,
    length >> 1,
    (length * 3) >> 2,
    length - 5,
    length - 2,
    length - 1,
  ]);
  return [...places]
    .filter((at) => at >= 0 && at < length)
    .map((at) => {
      const damaged = new Uint8Array(bytes);
      damaged[at]! ^= 1 << (at % 8);
      return damaged;
    });
}

/** Runs a check of what was decoded, if anything was: a `ZarrError` is as good. */
async function resultOrError(what: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (error instanceof ZarrError) return;
    throw new Error(`decoding ${what}: ${String(error)}`, { cause: error });
  }
}
