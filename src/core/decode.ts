/** What is stored of a chunk, decoded to where it is wanted. */
import type { Span } from '../codecs/layout.js';
import { type StorageUnit, storageOfBytes } from '../dtypes/storage.js';
import { ChunkNotFoundError, CodecError } from '../errors.js';
import type { ChunkProjection } from '../indexing/project.js';
import { copy } from '../ndarray/copy.js';
import { fill } from '../ndarray/fill.js';
import { partOf, type View } from '../ndarray/picked.js';
import { isPromise, type MaybePromise } from '../task.js';
import type { Context } from './context.js';
import type { EncodedLevel } from './encode.js';

/** What is decoded: a chunk, or only a span of its elements. */
export interface Wanted {
  readonly level: EncodedLevel;
  readonly span: Span | undefined;
}

/** Decodes what is wanted of a chunk into `target`; a chunk without bytes is absent. */
export function decodeInto(
  { level, span }: Wanted,
  bytes: Uint8Array | undefined,
  { coords, inChunk }: ChunkProjection,
  target: View,
  { readMissingChunks, fields, signal }: Context,
): MaybePromise<void> {
  signal?.throwIfAborted(); // Whoever has given up may have other values there by now.
  if (bytes === undefined) {
    if (!readMissingChunks) throw new ChunkNotFoundError(`chunk (${coords.join(', ')}) is absent`, { coords });
    fill(target, fields?.fillValue ?? level.spec.fillValue);
    return;
  }
  const take = (decoded: View): void => {
    if (fields === undefined) copy(partOf(decoded, inChunk), target);
    else fields.take(partOf(decoded, inChunk), target);
  };
  const chunk = decoded(level, bytes, span);
  if (!isPromise(chunk)) return take(chunk);
  return chunk.then((later) => {
    signal?.throwIfAborted();
    take(later);
  });
}

/** Whether nothing of the stored bytes is left in what they are decoded to, once that is copied: no text, and no list. */
export const isCopied = ({ codecs }: EncodedLevel, span: Span | undefined): boolean =>
  span !== undefined || codecs.strides !== undefined;

/** The chunk, or a span of it, decoded: to be copied before anything else is, for its memory may be lent. */
function decoded({ codecs, spec }: EncodedLevel, bytes: Uint8Array, span: Span | undefined): MaybePromise<View> {
  if (span !== undefined) return codecs.decodeSpan(bytes, span);
  const { strides } = codecs;
  if (strides === undefined) return codecs.decode(bytes);
  const { storageUnit, unitsPerItem: itemUnits } = spec.dtype;
  const unit = storageUnit as Exclude<StorageUnit, 'object'>; // Elements that are laid one after another have a size.
  const viewOf = (elements: Uint8Array): View => {
    return { storage: storageOfBytes(unit, elements), itemUnits, shape: spec.shape, strides, offset: 0 };
  };
  const elements = codecs.lend(bytes);
  return isPromise(elements) ? elements.then(viewOf) : viewOf(elements);
}

/** Throws unless a chunk of which only a part was read is as long as it has to be. */
export function checkSize({ codecs: { size: expected } }: EncodedLevel, size: number | undefined): void {
  if (size === undefined || size === expected) return;
  throw new CodecError(`expected a chunk of ${expected} bytes, got ${size}`);
}
