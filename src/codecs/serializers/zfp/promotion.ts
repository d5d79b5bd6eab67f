/**
 * Which of zfp's four types stands for a data type: narrow integers are shifted up to 31 bits; unsigned ones are centred
 * on 0 before, but those of 32 and 64 bits, which have no room for that, are taken as they are.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/zfp
 */
import type { DType } from '../../../dtypes/dtype.js';
import { CodecError } from '../../../errors.js';
import { wordsOfBytes } from '../elements.js';
import type { ZfpType } from './parameters.js';

const TYPES: Readonly<Record<string, ZfpType>> = Object.freeze({
  int8: 'int32',
  uint8: 'int32',
  int16: 'int32',
  uint16: 'int32',
  int32: 'int32',
  uint32: 'int32',
  int64: 'int64',
  uint64: 'int64',
  float32: 'float32',
  float64: 'float64',
  'numpy.datetime64': 'int64',
  'numpy.timedelta64': 'int64',
});

/** The type of zfp that values of `dtype` are coded as; undefined for what is not a number. */
export const zfpTypeOf = ({ name }: DType): ZfpType | undefined =>
  Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;

/** The elements in `bytes` as words of zfp's type: a view where they are of that type. */
export function promote(bytes: Uint8Array, dtype: DType): Uint32Array {
  const narrow = narrowOf(bytes, dtype);
  if (narrow !== undefined) {
    const { elements, shift, center } = narrow;
    const words = new Uint32Array(elements.length);
    for (let i = 0; i < words.length; i++) words[i] = (elements[i]! - center) << shift;
    return words;
  }
  const words = wordsOfBytes(bytes);
  if (dtype.kind === 'uint') checkSigned(words, dtype);
  return words;
}

/** Has `decode` fill words of zfp's type, and stores what they stand for as the elements in `bytes`. */
export function demote(bytes: Uint8Array, dtype: DType, decode: (words: Uint32Array) => void): void {
  const narrow = narrowOf(bytes, dtype);
  if (narrow !== undefined) {
    const { elements, shift, center } = narrow;
    const words = new Uint32Array(elements.length);
    decode(words);
    // What was rounded may lie beyond the range of the type.
    const half = 2 ** (30 - shift);
    for (let i = 0; i < words.length; i++) {
      elements[i] = Math.min(half - 1, Math.max(-half, (words[i]! | 0) >> shift)) + center;
    }
    return;
  }
  const words = wordsOfBytes(bytes);
  decode(words);
  if (dtype.kind === 'uint') dropNegative(words, dtype);
}

/** Integers of 8 or 16 bits, how far they are shifted, and what is taken from them before. */
interface Narrow {
  readonly elements: Int8Array | Uint8Array | Int16Array | Uint16Array;
  readonly shift: number;
  readonly center: number;
}

function narrowOf({ buffer, byteOffset, byteLength }: Uint8Array, { name }: DType): Narrow | undefined {
  switch (name) {
    case 'int8':
      return { elements: new Int8Array(buffer, byteOffset, byteLength), shift: 23, center: 0 };
    case 'uint8':
      return { elements: new Uint8Array(buffer, byteOffset, byteLength), shift: 23, center: 0x80 };
    case 'int16':
      return { elements: new Int16Array(buffer, byteOffset, byteLength / 2), shift: 15, center: 0 };
    case 'uint16':
      return { elements: new Uint16Array(buffer, byteOffset, byteLength / 2), shift: 15, center: 0x8000 };
    default:
      return undefined;
  }
}

/** Throws where an unsigned integer has no signed one of its width. */
function checkSigned(words: Uint32Array, { name, itemSize }: DType): void {
  const step = itemSize === 8 ? 2 : 1;
  for (let i = step - 1; i < words.length; i += step) {
    if ((words[i]! | 0) < 0) {
      throw new CodecError(
        `element ${(i - step + 1) / step}: a "${name}" beyond the range of signed integers cannot be encoded`,
      );
    }
  }
}

/** What was rounded to below 0 is 0. */
function dropNegative(words: Uint32Array, { itemSize }: DType): void {
  const step = itemSize === 8 ? 2 : 1;
  for (let i = step - 1; i < words.length; i += step) {
    if ((words[i]! | 0) < 0) words.fill(0, i - step + 1, i + 1);
  }
}
