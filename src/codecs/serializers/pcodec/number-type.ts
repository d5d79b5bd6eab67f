/**
 * The types of numbers that pco knows, and what it codes in their place: unsigned integers as wide, in the same order.
 *
 * Those "latents" stand in words of 32 bits; one of 64 bits is two words, the low one first.
 * https://github.com/mwlon/pcodec/blob/main/docs/format.md
 */
import type { DType } from '../../../dtypes/dtype.js';
import { halfToNumber } from '../../../dtypes/float-format.js';

export type LatentBits = 8 | 16 | 32 | 64;

export interface NumberType {
  /** What the format calls it. */
  readonly byte: number;
  readonly kind: 'int' | 'uint' | 'float';
  readonly bits: LatentBits;
}

/** The types by the names of data types; times are integers of 64 bits, and complex numbers two floats each. */
const TYPES: Readonly<Record<string, NumberType>> = Object.freeze({
  uint32: numberType(1, 'uint', 32),
  uint64: numberType(2, 'uint', 64),
  int32: numberType(3, 'int', 32),
  int64: numberType(4, 'int', 64),
  'numpy.datetime64': numberType(4, 'int', 64),
  'numpy.timedelta64': numberType(4, 'int', 64),
  float32: numberType(5, 'float', 32),
  float64: numberType(6, 'float', 64),
  uint16: numberType(7, 'uint', 16),
  int16: numberType(8, 'int', 16),
  float16: numberType(9, 'float', 16),
  uint8: numberType(10, 'uint', 8),
  int8: numberType(11, 'int', 8),
  complex64: numberType(5, 'float', 32),
  complex128: numberType(6, 'float', 64),
  complex_float32: numberType(5, 'float', 32),
  complex_float64: numberType(6, 'float', 64),
  complex_float16: numberType(9, 'float', 16),
});

/** The type of numbers that elements of `dtype` are; undefined for what is none. */
export const numberTypeOf = ({ name }: DType): NumberType | undefined =>
  Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;

/** The name of a type in messages. */
export const typeText = ({ kind, bits }: NumberType): string => `${kind}${bits}`;

/** The bits of the fraction of a float. */
export const fractionBits = (bits: LatentBits): number => (bits === 16 ? 10 : bits === 32 ? 23 : 52);

/** Words per latent. */
export const wordsPer = (bits: LatentBits): 1 | 2 => (bits === 64 ? 2 : 1);

/** The bits that a word has of a latent of up to 32. */
export const maskOf = (bits: LatentBits): number => (bits < 32 ? 2 ** bits - 1 : -1);

/** The middle of the range, in the word that has the highest bits. */
export const middleOf = (bits: LatentBits): number => (bits < 32 ? 2 ** (bits - 1) : -(2 ** 31));

/** Numbers of one type in memory: words of 32 bits, or what is narrower. */
export type NumberWords = Uint8Array | Uint16Array | Uint32Array;

/** The bits of numbers in `bytes`, which are aligned: a view. */
export function numberWords({ buffer, byteOffset, byteLength }: Uint8Array, bits: LatentBits): NumberWords {
  if (bits === 8) return new Uint8Array(buffer, byteOffset, byteLength);
  if (bits === 16) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** The values of floats whose bits stand in words. */
export function floatsOf(words: Uint32Array, bits: LatentBits): ArrayLike<number> {
  if (bits === 16) return Float64Array.from(words, halfToNumber);
  const { buffer, byteOffset, length } = words;
  return bits === 32 ? new Float32Array(buffer, byteOffset, length) : new Float64Array(buffer, byteOffset, length / 2);
}

/** Latents as the bits of the numbers that they stand for, in place. */
export function fromLatents(latents: Uint32Array, { kind, bits }: NumberType, count: number): void {
  const middle = middleOf(bits);
  if (kind === 'uint') return;
  const step = wordsPer(bits);
  const inverted = kind === 'float' ? maskOf(bits) : middle;
  for (let i = step - 1; i < count * step; i += step) {
    const isUpper = (latents[i]! & middle) !== 0;
    latents[i] = latents[i]! ^ (isUpper ? middle : inverted);
    if (step === 2 && !isUpper && kind === 'float') latents[i - 1] = ~latents[i - 1]!;
  }
}

/** The bits of numbers as latents, in place. */
export function toLatents(numbers: Uint32Array, { kind, bits }: NumberType, count: number): void {
  const middle = middleOf(bits);
  if (kind === 'uint') return;
  const step = wordsPer(bits);
  const inverted = kind === 'float' ? maskOf(bits) : middle;
  for (let i = step - 1; i < count * step; i += step) {
    const isNegative = (numbers[i]! & middle) !== 0;
    numbers[i] = numbers[i]! ^ (isNegative ? inverted : middle);
    if (step === 2 && isNegative && kind === 'float') numbers[i - 1] = ~numbers[i - 1]!;
  }
}

function numberType(byte: number, kind: NumberType['kind'], bits: LatentBits): NumberType {
  return Object.freeze({ byte, kind, bits });
}
