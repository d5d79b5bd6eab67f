/** `zarrs.squeeze`: chunks without their axes of length 1. */
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { Reshape } from './reshape.js';

const NAME = 'zarrs.squeeze';

/**
 * The codec that leaves out axes of length 1.
 *
 * @example
 * import { SqueezeCodec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filters = [new SqueezeCodec()];
 * const array = createArray(new MemoryStore(), { shape: [3, 4], chunks: [1, 4], dtype: 'uint8', filters });
 * // Chunks are stored in the shape (4,).
 * array.set(null, 7);
 * array.get([2, 3]); // 7
 */
export class SqueezeCodec extends NamedCodec<Filter> {
  readonly kind = 'filter';
  readonly name = NAME;
  readonly configuration: Readonly<Record<string, unknown>> = Object.freeze({});

  constructor(options: Readonly<Record<string, never>> = {}) {
    super();
    new Options(NAME, options, [], 'SqueezeCodec');
    Object.freeze(this);
  }

  toString(): string {
    return 'SqueezeCodec()';
  }

  bind(spec: ChunkSpec): Filter {
    const shape = spec.shape.filter((length) => length !== 1);
    return new Reshape(NAME, spec, shape);
  }
}

export const squeezeDefinition = Object.freeze<CodecDefinition<SqueezeCodec>>({
  name: NAME,
  aliases: ['https://codec.zarrs.dev/array_to_array/squeeze'],
  parse: (configuration) => new SqueezeCodec(Options.given(configuration)),
});
