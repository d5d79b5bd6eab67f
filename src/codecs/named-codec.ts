import type { BoundCodec, ChunkSpec, Codec } from './codec.js';

/** What all codecs have in common: a name and a configuration that make their document. Instances are frozen. */
export abstract class NamedCodec<Bound extends BoundCodec = BoundCodec> implements Codec {
  abstract readonly kind: Bound['kind'];
  abstract readonly name: string;
  abstract readonly configuration: Readonly<Record<string, unknown>> | undefined;

  toJSON(): { name: string; configuration?: Readonly<Record<string, unknown>> } {
    const { name, configuration } = this;
    return configuration === undefined ? { name } : { name, configuration };
  }

  get encodeProblem(): string | undefined {
    return undefined;
  }

  get nestedCodecs(): readonly Codec[] {
    return [];
  }

  abstract toString(): string;

  resolve(_spec: ChunkSpec): Codec {
    return this;
  }

  abstract bind(spec: ChunkSpec): Bound;
}
