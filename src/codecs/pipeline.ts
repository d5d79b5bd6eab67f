/**
 * The codecs of one kind of chunks, bound and in order: what turns a chunk into stored bytes and back.
 *
 * Each compressor is told the exact length of what it decodes to, where the codecs before it have one, and a limit where
 * not, so that a damaged or hostile chunk cannot make more than it should; lengths and shapes are checked on both sides.
 * Codecs run in a plain loop; from the first one that answers with a promise on, the rest waits for it.
 */
import { described } from '../described.js';
import { CodecError, LimitError, located, StoreError, ZarrError } from '../errors.js';
import type { NdArray } from '../ndarray/ndarray.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import type { Strided } from '../ndarray/strided.js';
import { isPromise, type MaybePromise } from '../task.js';
import type { BoundCodec, ChunkSpec, Codec, Serializer } from './codec.js';
import { generousBound } from './compressors/output.js';
import { type ChunkLayout, elementStrides, layoutOf, type Span } from './layout.js';

/** One codec of the chain, with what is known of what it decodes to. */
interface Stage {
  readonly codec: string;
  readonly bound: BoundCodec;
  /** Chunks that a filter or serializer takes. */
  readonly spec: ChunkSpec;
  /** Bytes that a compressor takes, and that the stage makes. */
  readonly decodedSize: number | undefined;
  readonly encodedSize: number | undefined;
  /** The most bytes that a compressor may decode to. */
  readonly limit: number;
  /** The most bytes that the stage makes. */
  readonly maxEncodedSize: number;
}

type Value = NdArray | Uint8Array;

/** What headers and tables of small chunks may need. */
const SMALL_BYTES = 2 ** 12;

/** `limits.chunkBytes`, where nobody says otherwise. */
const DEFAULT_LIMIT = 2 ** 31;

export class CodecPipeline {
  /** The chunks. */
  readonly spec: ChunkSpec;
  /** Encoded length of every chunk in bytes; undefined when it varies. */
  readonly size: number | undefined;
  /** At most how many bytes a stored chunk has, whoever encoded it. */
  readonly maxSize: number;
  /**
   * Bytes that a stored chunk of elements of one size hardly exceeds, whatever its codecs allow; 0 where elements have none.
   */
  readonly usualSize: number;
  /** Where elements lie in the stored bytes; undefined where chunks can only be decoded whole. */
  readonly layout: ChunkLayout | undefined;
  /** Of chunks that can be lent: how many elements further the next one along each axis lies. */
  readonly strides: readonly number[] | undefined;
  /** Whether the stored bytes are the elements as they stand in memory. */
  readonly isPlain: boolean = false;
  readonly #stages: readonly Stage[];
  readonly #serializerAt: number;
  /** Bytes of the elements of a chunk in memory. */
  readonly #elementBytes: number;

  /**
   * `codecs` are a resolved chain. `bind` binds one of them; `limit` bounds the bytes of chunks whose length is not known
   * before.
   */
  constructor(
    codecs: readonly Codec[],
    spec: ChunkSpec,
    bind: (codec: Codec, spec: ChunkSpec) => BoundCodec = (codec, codecSpec) => codec.bind(codecSpec),
    limit: number = DEFAULT_LIMIT,
  ) {
    this.spec = spec;
    this.#stages = stagesOf(codecs, spec, bind, limit);
    const last = this.#stages.at(-1);
    this.size = last?.encodedSize;
    this.maxSize = last?.maxEncodedSize ?? limit;
    const chain = this.#stages.map(({ bound }) => bound);
    this.layout = layoutOf(spec, chain);
    this.#elementBytes = sizeOf(spec.shape) * spec.dtype.memorySize;
    this.usualSize =
      spec.dtype.storageUnit === 'object' ? 0 : Math.min(this.maxSize, 2 * this.#elementBytes + SMALL_BYTES);
    this.#serializerAt = chain.findIndex(({ kind }) => kind === 'serializer');
    const serializer = chain[this.#serializerAt];
    if (serializer?.kind === 'serializer' && serializer.decodeBytes !== undefined) {
      this.strides = elementStrides(spec, chain);
      this.isPlain =
        this.strides !== undefined && this.#serializerAt === chain.length - 1 && serializer.isPlain === true;
    }
  }

  /** The stored bytes of `chunk`. They may be a view of its memory. */
  encode(chunk: NdArray): MaybePromise<Uint8Array> {
    return this.#encodeBy(encodeStage, chunk);
  }

  /** The same bytes, which may be lent: to be copied or stored before anything else is encoded or decoded. */
  encodeLent(chunk: NdArray): MaybePromise<Uint8Array> {
    return this.#encodeBy(encodeStageLent, chunk);
  }

  /** Encodes by all stages, the last one by `encodeLast`: what one before it lends, the next may overwrite. */
  #encodeBy(encodeLast: typeof encodeStage, chunk: NdArray): MaybePromise<Uint8Array> {
    const last = this.#stages.length - 1;
    let value: Value = chunk;
    for (let index = 0; index <= last; index++) {
      const stage = this.#stages[index]!;
      const encoded = index < last ? encodeStage(stage, value) : encodeLast(stage, value);
      if (isPromise(encoded)) return this.#encodeLater(index, encoded);
      value = checkedEncoded(stage, encoded);
    }
    return value as Uint8Array; // Exactly one stage is a serializer, and those after it keep bytes.
  }

  /** The chunk that is stored as `bytes`. It may share their memory. */
  decode(bytes: Uint8Array): MaybePromise<NdArray> {
    checkBytes(bytes);
    let value: Value = bytes;
    for (let index = this.#stages.length - 1; index >= 0; index--) {
      const decoded = decodeStage(this.#stages[index]!, value);
      if (isPromise(decoded)) return this.#decodeLater(index, decoded);
      value = checkedDecoded(this.#stages[index]!, decoded);
    }
    return value as NdArray; // Exactly one stage is a serializer, and those before it keep arrays.
  }

  /**
   * The elements of a chunk that has `strides`, one after another as they stand in memory. They are lent: to be copied
   * before anything else is decoded. Throws what `decode` throws.
   */
  lend(bytes: Uint8Array): MaybePromise<Uint8Array> {
    checkBytes(bytes);
    let value: Value = bytes;
    const first = this.#serializerAt + 1;
    for (let index = this.#stages.length - 1; index > first; index--) {
      const decoded = decodeStage(this.#stages[index]!, value);
      if (isPromise(decoded)) return this.#lendLater(index, decoded);
      value = checkedDecoded(this.#stages[index]!, decoded);
    }
    // What is lent must not be what another codec decodes, which may lend the same memory.
    const stage = this.#stages[first];
    if (stage === undefined) return this.#elementsOf(value as Uint8Array, false);
    const lent = lendStage(stage, value as Uint8Array);
    if (lent !== undefined) {
      const ours = lent.buffer !== (value as Uint8Array).buffer;
      return this.#elementsOf(checkedDecoded(stage, lent) as Uint8Array, ours);
    }
    const decoded = decodeStage(stage, value);
    if (isPromise(decoded)) return this.#lendLater(first, decoded);
    return this.#elementsOf(checkedDecoded(stage, decoded) as Uint8Array, false);
  }

  /** What the serializer makes of `bytes`, which are `ours` to change where nobody else has them. */
  #elementsOf(bytes: Uint8Array, ours: boolean): Uint8Array {
    const { bound, codec } = this.#stages[this.#serializerAt]!;
    let elements: Uint8Array;
    try {
      elements = (bound as Serializer).decodeBytes!(bytes, ours); // There are strides, so it has it.
    } catch (error) {
      throw failure(codec, error);
    }
    if (elements.length === this.#elementBytes) return elements;
    const text = `decoded to ${elements.length} bytes of elements, expected ${this.#elementBytes}`;
    throw new CodecError(`${codec}: ${text}`, { codec });
  }

  /** The chunk, as a view of which only `span` is decoded: see `ChunkLayout`, which there has to be. */
  decodeSpan(bytes: Uint8Array, span: Span): MaybePromise<Strided> {
    checkBytes(bytes);
    const name = this.#stages.at(-1)!.codec; // A chain has a serializer.
    try {
      const view = this.layout!.decode(bytes, span);
      return isPromise(view) ? view.then(undefined, (error: unknown) => Promise.reject(failure(name, error))) : view;
    } catch (error) {
      throw failure(name, error);
    }
  }

  async #encodeLater(start: number, pending: PromiseLike<Value>): Promise<Uint8Array> {
    let value = checkedEncoded(this.#stages[start]!, await settled(this.#stages[start]!, pending));
    for (const stage of this.#stages.slice(start + 1)) {
      value = checkedEncoded(stage, await settled(stage, encodeStage(stage, value)));
    }
    return value as Uint8Array; // As in `encode`.
  }

  async #lendLater(start: number, pending: PromiseLike<Value>): Promise<Uint8Array> {
    let value = checkedDecoded(this.#stages[start]!, await settled(this.#stages[start]!, pending));
    for (const stage of this.#stages.slice(this.#serializerAt + 1, start).reverse()) {
      value = checkedDecoded(stage, await settled(stage, decodeStage(stage, value)));
    }
    return this.#elementsOf(value as Uint8Array, false); // As in `decode`.
  }

  async #decodeLater(start: number, pending: PromiseLike<Value>): Promise<NdArray> {
    let value = checkedDecoded(this.#stages[start]!, await settled(this.#stages[start]!, pending));
    for (const stage of this.#stages.slice(0, start).reverse()) {
      value = checkedDecoded(stage, await settled(stage, decodeStage(stage, value)));
    }
    return value as NdArray; // As in `decode`.
  }
}

function stagesOf(
  codecs: readonly Codec[],
  spec: ChunkSpec,
  bind: (codec: Codec, spec: ChunkSpec) => BoundCodec,
  limit: number,
): Stage[] {
  const stages: Stage[] = [];
  let current = spec;
  let size: number | undefined;
  let most = limit;
  let serializers = 0;
  for (const codec of codecs) {
    const bound = bind(codec, current);
    const stage = { codec: codec.name, bound, spec: current, decodedSize: size, limit: most };
    switch (bound.kind) {
      case 'filter':
        stages.push({ ...stage, encodedSize: undefined, maxEncodedSize: most });
        current = bound.encoded;
        break;
      case 'serializer':
        size = bound.size;
        most = size ?? limit;
        stages.push({ ...stage, encodedSize: size, maxEncodedSize: most });
        serializers++;
        break;
      case 'compressor':
        size = bound.sizeAfter(size);
        most = size ?? bound.bound(most) ?? generousBound(most);
        stages.push({ ...stage, encodedSize: size, maxEncodedSize: most });
        break;
      default:
        bound satisfies never;
    }
    if ((bound.kind === 'compressor') !== serializers > 0 && bound.kind !== 'serializer') throw disorder(codecs);
  }
  if (serializers !== 1) throw disorder(codecs);
  return stages;
}

const disorder = (codecs: readonly Codec[]): CodecError =>
  new CodecError(`codecs in no order that can be run: ${codecs.map(({ name }) => `"${name}"`).join(', ')}`);

/** What users write as a store may answer with anything, a text of the right length among it, which would be taken for digits. */
function checkBytes(value: unknown): void {
  if (value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]') return;
  throw new StoreError(`expected the stored bytes as a Uint8Array, got ${described(value)}`);
}

// The order of a chain makes each value what its stage takes: the casts below say only that.

function encodeStage({ bound, codec, spec }: Stage, value: Value): MaybePromise<Value> {
  try {
    if (bound.kind === 'compressor') return bound.encode(value as Uint8Array);
    const chunk = value as NdArray;
    if (!sameShape(chunk.shape, spec.shape)) throw misshapen(codec, 'given', chunk, spec);
    return bound.encode(chunk);
  } catch (error) {
    throw failure(codec, error);
  }
}

/** As `encodeStage`, but what a compressor makes may be lent. */
function encodeStageLent(stage: Stage, value: Value): MaybePromise<Value> {
  const { bound, codec } = stage;
  if (bound.kind !== 'compressor' || bound.encodeLent === undefined) return encodeStage(stage, value);
  try {
    return bound.encodeLent(value as Uint8Array);
  } catch (error) {
    throw failure(codec, error);
  }
}

function decodeStage({ bound, codec, decodedSize, limit }: Stage, value: Value): MaybePromise<Value> {
  try {
    switch (bound.kind) {
      case 'filter':
        return bound.decode(value as NdArray);
      case 'serializer':
        return bound.decode(value as Uint8Array);
      default:
        return bound.decode(value as Uint8Array, decodedSize, decodedSize ?? limit);
    }
  } catch (error) {
    throw failure(codec, error);
  }
}

/** The bytes that a compressor lends; undefined where it has to decode them. */
function lendStage({ bound, codec, decodedSize }: Stage, bytes: Uint8Array): Uint8Array | undefined {
  if (bound.kind !== 'compressor' || bound.decodeLent === undefined || decodedSize === undefined) return undefined;
  try {
    return bound.decodeLent(bytes, decodedSize, decodedSize);
  } catch (error) {
    throw failure(codec, error);
  }
}

async function settled(stage: Stage, pending: MaybePromise<Value>): Promise<Value> {
  try {
    return await pending;
  } catch (error) {
    throw failure(stage.codec, error);
  }
}

function checkedEncoded({ codec, bound, encodedSize }: Stage, value: Value): Value {
  if (bound.kind === 'filter') {
    const chunk = value as NdArray;
    if (!sameShape(chunk.shape, bound.encoded.shape)) throw misshapen(codec, 'encoded', chunk, bound.encoded);
    return value;
  }
  const { length } = value as Uint8Array;
  if (encodedSize === undefined || length === encodedSize) return value;
  throw new CodecError(`${codec}: encoded to ${length} bytes, expected ${encodedSize}`, { codec });
}

function checkedDecoded({ codec, bound, spec, decodedSize, limit }: Stage, value: Value): Value {
  if (bound.kind !== 'compressor') {
    const chunk = value as NdArray;
    if (!sameShape(chunk.shape, spec.shape)) throw misshapen(codec, 'decoded', chunk, spec);
    return value;
  }
  const { length } = value as Uint8Array;
  if (decodedSize !== undefined && length !== decodedSize) {
    throw new CodecError(`${codec}: decoded to ${length} bytes, expected ${decodedSize}`, { codec });
  }
  if (length > limit) {
    throw new LimitError(`limits.chunkBytes: ${codec} decoded to ${length} bytes, allowed ${limit}`, { codec });
  }
  return value;
}

/** What a codec threw, as an error that names it. */
function failure(codec: string, error: unknown): unknown {
  if (!(error instanceof ZarrError)) {
    const text = error instanceof Error ? error.message : String(error);
    return new CodecError(`${codec}: ${text}`, { codec, cause: error });
  }
  return error.codec === undefined ? located(error, { codec }, CodecError) : error;
}

function sameShape(shape: Shape, expected: Shape): boolean {
  if (shape.length !== expected.length) return false;
  for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== expected[axis]) return false;
  return true;
}

function misshapen(codec: string, done: string, { shape }: NdArray, expected: ChunkSpec): CodecError {
  return new CodecError(`${codec}: ${done} a chunk of shape (${shape}), expected (${expected.shape})`, { codec });
}
