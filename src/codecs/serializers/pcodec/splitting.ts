/** Latents from numbers, in each of the modes: the other side of `joining.ts`. */
import type { WrittenMode } from './chunk-meta.js';
import { join } from './joining.js';
import {
  floatsOf,
  fractionBits,
  type LatentBits,
  maskOf,
  middleOf,
  type NumberType,
  toLatents,
  wordsPer,
} from './number-type.js';

/** Numbers as one or two latents each. */
export interface Split {
  readonly primary: Uint32Array;
  readonly secondary: Uint32Array | undefined;
}

/** The bits of `count` numbers in words, `numbers`, as latents. */
export function split(mode: WrittenMode, type: NumberType, numbers: Uint32Array): Split {
  const latents = numbers.slice();
  toLatents(latents, type, latents.length / wordsPer(type.bits));
  switch (mode.kind) {
    case 'classic':
      return { primary: latents, secondary: undefined };
    case 'int-mult':
      return splitMultiples(mode.base, type.bits, latents);
    case 'float-mult':
      return splitFloatMultiples(mode, type, numbers, latents);
    case 'float-quant':
      return splitQuantized(mode.shift, type.bits, latents);
    default:
      return mode satisfies never;
  }
}

function splitMultiples(base: Uint32Array, bits: LatentBits, latents: Uint32Array): Split {
  const secondary = new Uint32Array(latents.length);
  if (bits !== 64) {
    for (let i = 0; i < latents.length; i++) {
      secondary[i] = latents[i]! % base[0]!;
      latents[i] = (latents[i]! - secondary[i]!) / base[0]!;
    }
    return { primary: latents, secondary };
  }
  const divisor = (BigInt(base[1]!) << 32n) | BigInt(base[0]!);
  const [multiples, rests] = [new BigUint64Array(latents.buffer), new BigUint64Array(secondary.buffer)];
  for (let i = 0; i < multiples.length; i++) {
    rests[i] = multiples[i]! % divisor;
    multiples[i] = multiples[i]! / divisor;
  }
  return { primary: latents, secondary };
}

/** The nearest multiples, and how far from what a decoder makes of those the numbers are. */
function splitFloatMultiples(
  mode: WrittenMode & { kind: 'float-mult' },
  type: NumberType,
  numbers: Uint32Array,
  latents: Uint32Array,
): Split {
  const { bits } = type;
  const step = wordsPer(bits);
  const floats = floatsOf(numbers, bits);
  const integers = 2 ** (fractionBits(bits) + 1);
  const primary = new Uint32Array(latents.length);
  for (let i = 0; i < floats.length; i++) {
    const nearest = Math.round(floats[i]! / mode.value);
    writeInteger(Math.abs(nearest) < integers ? nearest : 0, bits, primary, i * step);
  }
  const none = new Uint32Array(latents.length);
  for (let i = step - 1; i < none.length; i += step) none[i] = middleOf(bits);
  const near = primary.slice();
  join(mode, type, near, none, floats.length);
  toLatents(near, type, floats.length);
  for (let i = 0; i < latents.length; i += step) {
    const low = latents[i]! - near[i]!;
    latents[i] = step === 1 ? (low & maskOf(bits)) ^ middleOf(bits) : low;
    if (step === 2) latents[i + 1] = (latents[i + 1]! - near[i + 1]! - (low < 0 ? 1 : 0)) ^ middleOf(64);
  }
  return { primary, secondary: latents };
}

/** An integer of a float as a latent; -0 is below 0. */
function writeInteger(value: number, bits: LatentBits, target: Uint32Array, at: number): void {
  const isNegative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  const invert = isNegative ? -1 : 0;
  if (bits !== 64) {
    target[at] = ((size ^ invert) & (maskOf(bits) & ~middleOf(bits))) | (isNegative ? 0 : middleOf(bits));
    return;
  }
  target[at] = size ^ invert;
  target[at + 1] = ((Math.floor(size / 0x100000000) ^ invert) & 0x7fffffff) | (isNegative ? 0 : middleOf(64));
}

/** The lowest bits of negative floats are inverted, so that they are 0 where the float has none. */
function splitQuantized(shift: number, bits: LatentBits, latents: Uint32Array): Split {
  const secondary = new Uint32Array(latents.length);
  if (bits !== 64) {
    const lowest = 2 ** shift - 1;
    for (let i = 0; i < latents.length; i++) {
      const isPositive = (latents[i]! & middleOf(bits)) !== 0;
      secondary[i] = (isPositive ? latents[i]! : ~latents[i]!) & lowest;
      latents[i] = latents[i]! >>> shift;
    }
    return { primary: latents, secondary };
  }
  const [lowestLow, lowestHigh] = shift < 32 ? [2 ** shift - 1, 0] : [-1, 2 ** (shift - 32) - 1];
  for (let i = 0; i < latents.length; i += 2) {
    const [low, high] = [latents[i]!, latents[i + 1]!];
    const invert = (high & middleOf(64)) !== 0 ? 0 : -1;
    secondary[i] = (low ^ invert) & lowestLow;
    secondary[i + 1] = (high ^ invert) & lowestHigh;
    latents[i] = shift < 32 ? (low >>> shift) | (high << (32 - shift)) : high >>> (shift - 32);
    latents[i + 1] = shift < 32 ? high >>> shift : 0;
  }
  return { primary: latents, secondary };
}
