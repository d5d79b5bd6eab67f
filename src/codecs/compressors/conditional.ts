/**
 * `conditional`: compressors of which each chunk says which were applied.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/conditional
 *
 * A chunk begins with a bit for each of them, little-endian, set where it was. Of those that are applied where they help,
 * one helps if it makes no more bytes than it gets; what adds a fixed number of bytes, as checksums do, is always applied.
 */
import { CodecError, MetadataValidationError } from '../../errors.js';
import type { JsonObject } from '../../json/model.js';
import { isPromise, type MaybePromise } from '../../task.js';
import { hasUnknown } from '../chain.js';
import type { ChunkSpec, Codec, CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { codecList, documentsOf, parsedCodecs, tupleText } from '../nested.js';
import { at, Options } from '../options.js';
import type { CodecOption } from '../registry.js';
import { UnknownCodec } from '../unknown.js';
import { generousBound, overflow } from './output.js';

const NAME = 'conditional';
/** More codecs than anyone has; each costs memory of its own. */
const MOST_HEADER_BITS = 1024;

/** What the constructor of `ConditionalCodec` takes. */
export interface ConditionalOptions {
  /** Bytes to bytes codecs. */
  readonly codecs: readonly CodecOption[];
  /** Bits of the header, a multiple of 8; as few as have room unless said. */
  readonly headerBits?: number | undefined;
}

/**
 * The codec that applies others where they make chunks no longer.
 *
 * @example
 * import { ConditionalCodec, ZstdCodec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const compressors = [new ConditionalCodec({ codecs: [new ZstdCodec({ level: 5 })] })];
 * const array = createArray(new MemoryStore(), { shape: [1000], dtype: 'float64', compressors });
 * array.set(null, 7);
 * array.nbytesStored() < 1000; // true
 */
export class ConditionalCodec extends NamedCodec<Compressor> {
  readonly kind = 'compressor';
  readonly name = NAME;
  /** The codecs that may be applied, in their order. */
  readonly codecs: readonly Codec[];
  /** Bits of the header, a multiple of 8. */
  readonly headerBits: number;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly #givenBits: number | undefined;

  constructor(options: ConditionalOptions) {
    super();
    const given = new Options(NAME, options, ['codecs', 'headerBits'], 'ConditionalCodec');
    const codecs = codecList(given, 'codecs');
    if (codecs === undefined) throw given.missing('codecs');
    const other = codecs.find((codec) => !(codec instanceof UnknownCodec) && codec.kind !== 'compressor');
    if (other !== undefined) throw given.wrong('codecs', `expected bytes to bytes codecs, got "${other.name}"`);
    const headerBits = given.integer('headerBits', { minimum: 0, maximum: MOST_HEADER_BITS });
    const needed = 8 * Math.ceil(codecs.length / 8);
    if (needed > MOST_HEADER_BITS || (headerBits !== undefined && (headerBits < needed || headerBits % 8 !== 0))) {
      throw given.wrong('headerBits', `expected a multiple of 8 from ${needed} to ${MOST_HEADER_BITS}`);
    }
    this.codecs = codecs;
    this.headerBits = headerBits ?? needed;
    this.#givenBits = headerBits;
    this.configuration = Object.freeze({
      codecs: documentsOf(codecs),
      ...(headerBits === undefined ? {} : { header_bits: headerBits }),
    });
    Object.freeze(this);
  }

  override get nestedCodecs(): readonly Codec[] {
    return this.codecs;
  }

  toString(): string {
    return `ConditionalCodec(codecs=${tupleText(this.codecs)}, header_bits=${this.headerBits})`;
  }

  /** With its codecs resolved; as it is where one of them is not known. */
  override resolve(spec: ChunkSpec): ConditionalCodec {
    if (hasUnknown(this.codecs)) return this;
    const codecs = this.codecs.map((codec, index) => at(`configuration.codecs[${index}]`, () => codec.resolve(spec)));
    return new ConditionalCodec({ codecs, headerBits: this.#givenBits });
  }

  bind(spec: ChunkSpec): Compressor {
    // The constructor has refused codecs of other kinds.
    const codecs = this.codecs.map((codec) => codec.bind(spec) as Compressor);
    return new Conditional(codecs, this.headerBits / 8);
  }
}

export const conditionalDefinition = Object.freeze<CodecDefinition<ConditionalCodec>>({
  name: NAME,
  parse(configuration: JsonObject | undefined) {
    const given = new Options(NAME, configuration, ['codecs', 'header_bits']);
    const codecs = parsedCodecs(configuration, 'codecs', NAME);
    if (codecs === undefined) throw given.missing('codecs');
    const headerBits = given.integer('header_bits', { minimum: 0, maximum: MOST_HEADER_BITS });
    if (headerBits !== undefined && headerBits % 8 !== 0) {
      throw new MetadataValidationError(`header_bits: expected a multiple of 8, got ${headerBits}`, { codec: NAME });
    }
    return new ConditionalCodec({ codecs, headerBits });
  },
});

class Conditional implements Compressor {
  readonly kind = 'compressor';
  readonly #codecs: readonly Compressor[];
  readonly #headerBytes: number;

  constructor(codecs: readonly Compressor[], headerBytes: number) {
    this.#codecs = codecs;
    this.#headerBytes = headerBytes;
  }

  sizeAfter(size: number | undefined): number | undefined {
    return this.#codecs.length === 0 && size !== undefined ? size + this.#headerBytes : undefined;
  }

  /** Whoever encoded it may have applied all of them. */
  bound(size: number): number {
    return this.#headerBytes + this.#bounds(size, () => true).at(-1)!;
  }

  encode(bytes: Uint8Array): MaybePromise<Uint8Array> {
    return this.#encodeFrom(0, bytes, new Uint8Array(this.#headerBytes));
  }

  #encodeFrom(start: number, bytes: Uint8Array, header: Uint8Array): MaybePromise<Uint8Array> {
    let current = bytes;
    for (let index = start; index < this.#codecs.length; index++) {
      const encoded = this.#codecs[index]!.encode(current);
      const before = current;
      if (isPromise(encoded)) {
        return Promise.resolve(encoded).then((later) =>
          this.#encodeFrom(index + 1, this.#better(index, before, later, header), header),
        );
      }
      current = this.#better(index, before, encoded, header);
    }
    const whole = new Uint8Array(header.length + current.length);
    whole.set(header);
    whole.set(current, header.length);
    return whole;
  }

  /** What is stored of the two, which the header then says. */
  #better(index: number, plain: Uint8Array, encoded: Uint8Array, header: Uint8Array): Uint8Array {
    const isFixed = this.#codecs[index]!.sizeAfter(plain.length) !== undefined;
    if (!isFixed && encoded.length > plain.length) return plain;
    header[index >> 3]! |= 1 << (index & 7);
    return encoded;
  }

  decode(bytes: Uint8Array, size: number | undefined, limit: number): MaybePromise<Uint8Array> {
    const header = bytes.subarray(0, this.#headerBytes);
    if (header.length < this.#headerBytes) {
      throw new CodecError(`${NAME}: expected a header of ${this.#headerBytes} bytes, got ${bytes.length}`, {
        codec: NAME,
      });
    }
    const isApplied = (index: number): boolean => ((header[index >> 3]! >> (index & 7)) & 1) === 1;
    for (let bit = this.#codecs.length; bit < 8 * this.#headerBytes; bit++) {
      if (isApplied(bit)) throw new CodecError(`${NAME}: bit ${bit} of the header is reserved`, { codec: NAME });
    }
    const applied = this.#codecs.flatMap((_, index) => (isApplied(index) ? [index] : []));
    const sizes = this.#sizes(size, applied);
    const bounds = this.#bounds(size ?? limit, isApplied);
    return this.#decodeFrom(applied.length - 1, bytes.subarray(this.#headerBytes), { applied, sizes, bounds });
  }

  #decodeFrom(last: number, bytes: Uint8Array, plan: Plan): MaybePromise<Uint8Array> {
    let current = bytes;
    for (let step = last; step >= 0; step--) {
      const codec = this.#codecs[plan.applied[step]!]!;
      const decoded = codec.decode(current, plan.sizes[step], plan.sizes[step] ?? plan.bounds[plan.applied[step]!]!);
      if (isPromise(decoded)) {
        return Promise.resolve(decoded).then((later) => this.#decodeFrom(step - 1, later, plan));
      }
      current = decoded;
    }
    const { length } = current;
    const [size] = plan.sizes;
    if (size !== undefined && length !== size) {
      throw new CodecError(`${NAME}: decoded to ${length} bytes, expected ${size}`, { codec: NAME });
    }
    if (length > plan.bounds[0]!) throw overflow({ codec: NAME, size, limit: plan.bounds[0]! });
    return current;
  }

  /** The exact length that each step decodes to, where it is known. */
  #sizes(size: number | undefined, applied: readonly number[]): (number | undefined)[] {
    const sizes: (number | undefined)[] = [size];
    for (const index of applied) sizes.push(this.#codecs[index]!.sizeAfter(sizes.at(-1)));
    return sizes;
  }

  /** At most how many bytes there are before each codec, and after the last. */
  #bounds(size: number, isApplied: (index: number) => boolean): number[] {
    const bounds = [size];
    this.#codecs.forEach((codec, index) => {
      const before = bounds.at(-1)!;
      bounds.push(isApplied(index) ? (codec.bound(before) ?? generousBound(before)) : before);
    });
    return bounds;
  }
}

/** Which codecs a chunk has, by their place, and what each of them decodes to. */
interface Plan {
  readonly applied: readonly number[];
  readonly sizes: readonly (number | undefined)[];
  readonly bounds: readonly number[];
}
