/** Numbers from their latents, as the mode of the chunk has it: the bits of numbers take the place of the primary ones. */
import { halfToNumber, numberToHalf } from '../../../dtypes/float-format.js';
import { CodecError } from '../../../errors.js';
import type { Mode } from './chunk-meta.js';
import {
  fractionBits,
  fromLatents,
  type LatentBits,
  maskOf,
  middleOf,
  type NumberType,
  wordsPer,
} from './number-type.js';

/** Makes bits of numbers of the first `count` of `primary`. */
export function join(mode: Mode, type: NumberType, primary: Uint32Array, secondary: Uint32Array, count: number): void {
  switch (mode.kind) {
    case 'classic':
      break;
    case 'int-mult':
      joinMultiples(mode.base, type.bits, primary, secondary, count);
      break;
    case 'float-mult':
      joinFloatMultiples(mode.value, type, primary, secondary, count);
      break;
    case 'float-quant':
      joinQuantized(mode.shift, type.bits, primary, secondary, count);
      return;
    case 'dict':
      lookUp(mode.values, type.bits, primary, count);
      break;
    default:
      mode satisfies never;
  }
  fromLatents(primary, type, count);
}

function joinMultiples(
  base: Uint32Array,
  bits: LatentBits,
  primary: Uint32Array,
  secondary: Uint32Array,
  count: number,
): void {
  if (bits === 64) {
    for (let i = 0; i < 2 * count; i += 2) multiplyAdd(primary, i, base, secondary);
    return;
  }
  const mask = maskOf(bits);
  for (let i = 0; i < count; i++) primary[i] = (Math.imul(primary[i]!, base[0]!) + secondary[i]!) & mask;
}

/** `a[at] = a[at] * base + b[at]`, modulo 2^64. */
function multiplyAdd(a: Uint32Array, at: number, base: Uint32Array, b: Uint32Array): void {
  const [low, high] = [a[at]!, a[at + 1]!];
  const [baseLow, baseHigh] = [base[0]!, base[1]!];
  const [low0, low1, base0, base1] = [low & 0xffff, low >>> 16, baseLow & 0xffff, baseLow >>> 16];
  const first = low0 * base0;
  const second = low1 * base0 + (first >>> 16);
  const third = low0 * base1 + (second & 0xffff);
  const carried = low1 * base1 + (second >>> 16) + (third >>> 16);
  const sum = (Math.imul(low, baseLow) >>> 0) + b[at]!;
  a[at] = sum;
  a[at + 1] = Math.imul(high, baseLow) + Math.imul(low, baseHigh) + carried + b[at + 1]! + (sum > 0xffffffff ? 1 : 0);
}

// A primary latent says which multiple of the base a number is close to: an integer, as far as floats have them, and
// beyond those the bits of a float. The secondary one is added to the bits of that, as a latent, with the middle for 0.

function joinFloatMultiples(
  base: number,
  type: NumberType,
  primary: Uint32Array,
  secondary: Uint32Array,
  count: number,
): void {
  const { bits } = type;
  if (bits === 64) {
    joinDoubleMultiples(base, primary, secondary, count);
    return;
  }
  const middle = middleOf(bits);
  const mask = maskOf(bits);
  const integers = 2 ** (fractionBits(bits) + 1);
  const words = new Uint32Array(1);
  const floats = new Float32Array(words.buffer);
  const isHalf = bits === 16;
  for (let i = 0; i < count; i++) {
    const isPositive = (primary[i]! & middle) !== 0;
    const value = ((isPositive ? primary[i]! : ~primary[i]!) & ~middle & mask) >>> 0;
    let found: number;
    if (value < integers) {
      floats[0] = (isPositive ? value : -value) * base;
      found = isHalf ? numberToHalf((isPositive ? value : -value) * base) : words[0]!;
    } else {
      found = largeMultiple(value, isPositive, base, bits);
    }
    const latent = (found & middle) !== 0 ? ~found : found ^ middle;
    primary[i] = ((latent + secondary[i]!) ^ middle) & mask;
  }
}

/** The bits of a multiple beyond the integers of floats of 16 or 32 bits. */
function largeMultiple(value: number, isPositive: boolean, base: number, bits: LatentBits): number {
  const integers = 2 ** (fractionBits(bits) + 1);
  const words = new Uint32Array(1);
  const floats = new Float32Array(words.buffer);
  floats[0] = integers;
  const first = bits === 16 ? numberToHalf(integers) : words[0]!;
  words[0] = ((value + first - integers) & maskOf(bits)) | (isPositive ? 0 : middleOf(bits));
  const float = bits === 16 ? halfToNumber(words[0]!) : floats[0]!;
  // What the processor makes of a NaN keeps its bits, but is quiet.
  if (Number.isNaN(float)) return words[0]! | (2 ** (fractionBits(bits) - 1));
  floats[0] = float * base;
  return bits === 16 ? numberToHalf(float * base) : words[0]!;
}

function joinDoubleMultiples(base: number, primary: Uint32Array, secondary: Uint32Array, count: number): void {
  const words = new Uint32Array(2);
  const floats = new Float64Array(words.buffer);
  for (let i = 0; i < 2 * count; i += 2) {
    const sign = ~primary[i + 1]! >> 31; // -1 for what is negative.
    const low = (primary[i]! ^ sign) >>> 0;
    const high = (primary[i + 1]! ^ sign) & 0x7fffffff;
    if (high < 0x200000) {
      const value = high * 0x100000000 + low;
      floats[0] = (sign === 0 ? value : -value) * base;
    } else {
      // The bits of 2^53, where integers end, less 2^53 itself.
      words[0] = low;
      words[1] = (high + 0x43400000 - 0x200000) | (sign & -(2 ** 31));
      if (Number.isNaN(floats[0]!)) words[1]! |= 0x80000;
      else floats[0]! *= base;
    }
    const flip = words[1]! >> 31;
    const sum = ((words[0]! ^ flip) >>> 0) + secondary[i]!;
    primary[i] = sum;
    primary[i + 1] = ((words[1]! ^ (flip | -(2 ** 31))) + secondary[i + 1]! + (sum > 0xffffffff ? 1 : 0)) ^ -(2 ** 31);
  }
}

function joinQuantized(
  shift: number,
  bits: LatentBits,
  primary: Uint32Array,
  secondary: Uint32Array,
  count: number,
): void {
  if (bits === 64) {
    joinQuantizedWide(shift, primary, secondary, count);
    return;
  }
  const mask = maskOf(bits);
  const middle = middleOf(bits);
  const cutoff = 2 ** (bits - 1 - shift);
  const negative = -(2 ** shift);
  for (let i = 0; i < count; i++) {
    const high = primary[i]!;
    primary[i] = ((high << shift) ^ secondary[i]! ^ (high < cutoff ? negative : middle)) & mask;
  }
}

function joinQuantizedWide(shift: number, primary: Uint32Array, secondary: Uint32Array, count: number): void {
  // Where positive numbers begin, in the word that tells.
  const [cutoffLow, cutoffHigh] = shift < 32 ? [0, 2 ** (31 - shift)] : [2 ** (63 - shift), 0];
  const [negativeLow, negativeHigh] = shift < 32 ? [-(2 ** shift), -1] : [0, -(2 ** (shift - 32))];
  for (let i = 0; i < 2 * count; i += 2) {
    const [low, high] = [primary[i]!, primary[i + 1]!];
    const isNegative = high < cutoffHigh || (high === cutoffHigh && low < cutoffLow);
    const shiftedHigh = shift < 32 ? (high << shift) | (shift === 0 ? 0 : low >>> (32 - shift)) : low << (shift - 32);
    const shiftedLow = shift < 32 ? low << shift : 0;
    primary[i] = shiftedLow ^ secondary[i]! ^ (isNegative ? negativeLow : 0);
    primary[i + 1] = shiftedHigh ^ secondary[i + 1]! ^ (isNegative ? negativeHigh : -(2 ** 31));
  }
}

function lookUp(values: Uint32Array, bits: LatentBits, primary: Uint32Array, count: number): void {
  const step = wordsPer(bits);
  const length = values.length / step;
  // From the last on, because a value may take more words than an index.
  for (let i = count - 1; i >= 0; i--) {
    const index = primary[i]!;
    if (index >= length) throw new CodecError(`entry ${index} of a dictionary of ${length}`);
    if (step === 2) primary[2 * i + 1] = values[2 * index + 1]!;
    primary[i * step] = values[index * step]!;
  }
}
