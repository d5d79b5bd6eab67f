/** `msgpack2` of numcodecs: a chunk of values as one MessagePack list. Its older form, `msgpack`, has no shape. */
import { CodecError } from '../../errors.js';
import type { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NumcodecSerializer, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { decodeMessagePack, encodeMessagePack, type MessagePackOptions } from './message-pack.js';
import { checkValues, chunkOfItems, itemsOf } from './object-items.js';

/** What the constructor of `MsgPack` takes. */
export interface MsgPackOptions {
  /** Whether strings are read as bytes; false unless said. */
  readonly raw?: boolean | undefined;
  /** Whether bytes are written as what they are; true unless said. */
  readonly use_bin_type?: boolean | undefined;
  /** Whether floats are written with 32 bits; false unless said. */
  readonly use_single_float?: boolean | undefined;
}

/**
 * numcodecs' MsgPack, for values of any kind that MessagePack has: a chunk as one list.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const options = { shape: [3], dtype: 'object', filters: [new numcodecs.MsgPack()], zarrFormat: 2 } as const;
 * const array = createArray(new MemoryStore(), options);
 * array.set(null, ['a', null, 1.5]);
 * array.get().toNested(); // ['a', null, 1.5]
 */
export class MsgPack extends NumcodecSerializer {
  readonly #options: MessagePackOptions;
  readonly #hasShape: boolean;

  constructor(options: MsgPackOptions = {}, format: 2 | 3 = 3, id: 'msgpack2' | 'msgpack' = 'msgpack2') {
    super(id, 'MsgPack', options, format);
    const given = new Options(this.name, options, ['raw', 'use_bin_type', 'use_single_float'], 'MsgPack');
    this.#options = {
      raw: given.boolean('raw') ?? false,
      useBinType: given.boolean('use_bin_type') ?? true,
      useSingleFloat: given.boolean('use_single_float') ?? false,
    };
    this.#hasShape = id === 'msgpack2';
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { raw, useSingleFloat, useBinType } = this.#options;
    return { raw, use_single_float: useSingleFloat, use_bin_type: useBinType };
  }

  override get text(): string {
    const { raw, useBinType, useSingleFloat } = this.#options;
    return `MsgPack(${argumentsText({ raw, use_bin_type: useBinType, use_single_float: useSingleFloat })})`;
  }

  override resolve(spec: ChunkSpec): this {
    checkValues(spec, this.name, ['bytes']);
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new MessagePackList(spec, this.name, this.#options, this.#hasShape);
  }
}

/** The older form of numcodecs' MsgPack. */
class LegacyMsgPack extends MsgPack {
  constructor(options: MsgPackOptions = {}, format: 2 | 3 = 3) {
    super(options, format, 'msgpack');
  }
}

export const numcodecsMsgPackDefinition: CodecDefinition<MsgPack> = /* @__PURE__ */ numcodecDefinition(
  'msgpack2',
  MsgPack,
);
export const numcodecsLegacyMsgPackDefinition: CodecDefinition<MsgPack> = /* @__PURE__ */ numcodecDefinition(
  'msgpack',
  LegacyMsgPack,
);

class MessagePackList implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #spec: ChunkSpec;
  readonly #codec: string;
  readonly #options: MessagePackOptions;
  readonly #hasShape: boolean;

  constructor(spec: ChunkSpec, codec: string, options: MessagePackOptions, hasShape: boolean) {
    this.#spec = spec;
    this.#codec = codec;
    this.#options = options;
    this.#hasShape = hasShape;
  }

  encode(chunk: NdArray): Uint8Array {
    return this.#named(() => encodeMessagePack(itemsOf(chunk, this.#hasShape), this.#options));
  }

  decode(bytes: Uint8Array): NdArray {
    const list = this.#named(() => decodeMessagePack(bytes, this.#options));
    if (!Array.isArray(list)) return chunkOfItems(list, this.#spec, this.#hasShape, this.#codec);
    // Read as bytes, the type is bytes too.
    const typeAt = list.length - (this.#hasShape ? 2 : 1);
    const type: unknown = list[typeAt];
    if (type instanceof Uint8Array) list[typeAt] = new TextDecoder().decode(type);
    return chunkOfItems(list, this.#spec, this.#hasShape, this.#codec);
  }

  #named<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      const codec = this.#codec;
      if (!(cause instanceof CodecError)) throw cause;
      throw new CodecError(`${codec}: ${cause.message}`, { codec, cause });
    }
  }
}
