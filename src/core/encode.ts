/** Encoding whole chunks, for whoever takes what is stored of them: a store, a shard, or another thread. */
import type { ChunkSpec } from '../codecs/codec.js';
import { copy } from '../ndarray/copy.js';
import { isAll } from '../ndarray/fill.js';
import { NdArray } from '../ndarray/ndarray.js';
import { Picked, type View } from '../ndarray/picked.js';
import { isContiguous, type Strided } from '../ndarray/strided.js';
import { isPromise, type MaybePromise } from '../task.js';
import type { Context } from './context.js';
import type { ChunkLevel } from './level.js';
import { isViewOf, newChunk, type Scratch } from './scratch.js';

/** How chunks that are no shards are stored. */
export type EncodedLevel = ChunkLevel & { readonly codecs: object };

/** Where the bytes of encoded chunks go. */
export interface Sink {
  /** Whether `put` has done with bytes when it returns, so that others may write to them; else they are kept as they are. */
  readonly takesLent: boolean;
  /** Takes what is stored of a chunk; `undefined` for one of nothing but fill value. */
  readonly put: (encoded: Uint8Array | undefined) => MaybePromise<void>;
}

/** Encodes a chunk of which `source` has all elements, in its order. */
export function encodeWhole(
  { spec, codecs }: EncodedLevel,
  source: View,
  { writeEmptyChunks }: Pick<Context, 'writeEmptyChunks'>,
  scratch: Scratch,
  sink: Sink,
): MaybePromise<void> {
  const isStrided = !(source instanceof Picked);
  if (isStrided && !writeEmptyChunks && isAll(source, spec.fillValue)) return sink.put(undefined);
  const isInPlace = isStrided && isContiguous(source);
  // What encodes to a view of its memory is not put where that is used again, if the sink keeps what it is given.
  const isScratch = !isInPlace && (sink.takesLent || codecs.size === undefined);
  const chunk = isInPlace ? chunkIn(source, spec) : copied(source, isScratch ? scratch.take(spec) : newChunk(spec));
  if (!isStrided && !writeEmptyChunks && isAll(chunk, spec.fillValue)) {
    if (isScratch) scratch.give(spec, chunk);
    return sink.put(undefined);
  }
  const put = (encoded: Uint8Array): MaybePromise<void> => {
    // Memory that is used again, or the caller's, of which the sink would keep a view.
    const isLent = !sink.takesLent && (isScratch || isInPlace) && isViewOf(encoded, chunk);
    const stored = sink.put(isLent ? new Uint8Array(encoded) : encoded);
    if (isScratch && !isPromise(stored)) scratch.give(spec, chunk);
    return stored;
  };
  const encoded = sink.takesLent ? codecs.encodeLent(chunk) : codecs.encode(chunk);
  return isPromise(encoded) ? encoded.then(put) : put(encoded);
}

const chunkIn = ({ storage, shape, strides, offset }: Strided, { dtype }: ChunkSpec): NdArray =>
  new NdArray(dtype, storage, shape, strides, offset);

function copied(source: View, chunk: NdArray): NdArray {
  copy(source, chunk);
  return chunk;
}
