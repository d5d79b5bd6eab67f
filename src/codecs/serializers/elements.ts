/** The memory of chunks, for codecs that look at numbers. */
import { bytesOfStorage, isPacked } from '../../dtypes/storage.js';
import { CodecError } from '../../errors.js';
import { contiguous, type NdArray } from '../../ndarray/ndarray.js';

/** The bytes of the elements of `chunk` in C order and native byte order: a view where they lie so. */
export function bytesOfElements(chunk: NdArray): Uint8Array {
  const { storage, offset, size, itemUnits } = contiguous(chunk);
  if (!isPacked(storage)) throw new CodecError(`expected elements of one size, got "${chunk.dtype.name}"`);
  const units = itemUnits * storage.BYTES_PER_ELEMENT;
  return bytesOfStorage(storage).subarray(offset * units, (offset + size) * units);
}

/** Bytes that hold whole words, as words: a view. */
export const wordsOfBytes = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, byteLength / 4);
