/** Codecs as a chain: any filters, one serializer, any compressors. */
import { MetadataValidationError } from '../errors.js';
import type { BoundCodec, ChunkSpec, Codec } from './codec.js';
import { at } from './options.js';
import { UnknownCodec } from './unknown.js';

const KINDS: Readonly<Record<BoundCodec['kind'], string>> = Object.freeze({
  filter: 'array to array',
  serializer: 'array to bytes',
  compressor: 'bytes to bytes',
});

/** Throws unless `codecs`, which messages call `list`, are in order. Where one is not known, nothing can be said. */
export function checkChain(codecs: readonly Codec[], list = 'codecs'): void {
  if (hasUnknown(codecs)) return;
  let serializer: Codec | undefined;
  codecs.forEach((codec, index) => {
    const found = `"${codec.name}" (${KINDS[codec.kind]})`;
    if (codec.kind === 'compressor' && serializer === undefined) {
      throw misplaced(
        `${list}[${index}]`,
        `expected ${index === 0 ? '' : 'another filter or '}an array to bytes codec, got ${found}`,
      );
    }
    if (codec.kind !== 'compressor' && serializer !== undefined) {
      throw misplaced(`${list}[${index}]`, `expected a bytes to bytes codec after "${serializer.name}", got ${found}`);
    }
    if (codec.kind === 'serializer') serializer = codec;
  });
  if (serializer === undefined) {
    const names = codecs.map(({ name }) => `"${name}"`).join(', ');
    throw misplaced(list, `expected exactly one array to bytes codec, got ${names || 'no codecs'}`);
  }
}

const misplaced = (place: string, text: string): MetadataValidationError =>
  new MetadataValidationError(`${place}: ${text}`);

/** Whether one of `codecs`, not looking into shards, is not known. */
export const hasUnknown = (codecs: readonly Codec[]): boolean => codecs.some((codec) => codec instanceof UnknownCodec);

/** `codecs` with what they leave open filled in, each for what the ones before it make of chunks of `spec`. */
export function resolveChain(codecs: readonly Codec[], spec: ChunkSpec, list = 'codecs'): Codec[] {
  let current = spec;
  return codecs.map((codec, index) => {
    const resolved = at(`${list}[${index}]`, () => codec.resolve(current));
    if (resolved.kind === 'filter') current = encodedSpec(resolved, current);
    return resolved;
  });
}

/** What the codec after the filter `codec` is given. */
export function encodedSpec(codec: Codec, spec: ChunkSpec): ChunkSpec {
  const bound = codec.bind(spec);
  return bound.kind === 'filter' ? bound.encoded : spec;
}
