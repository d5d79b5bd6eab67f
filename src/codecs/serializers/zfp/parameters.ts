/**
 * What a zfp stream keeps of each block: the four numbers to which every mode comes down.
 * https://zfp.readthedocs.io/en/release1.0.1/modes.html
 */
import { MetadataValidationError } from '../../../errors.js';

/** The types that zfp codes, in the order of their codes. */
export const ZFP_TYPES = Object.freeze(['int32', 'int64', 'float32', 'float64'] as const);
export type ZfpType = (typeof ZFP_TYPES)[number];

export interface ZfpParameters {
  /** Each block has at least so many bits. */
  readonly minbits: number;
  /** Each block has at most so many bits. */
  readonly maxbits: number;
  /** Planes per block, 1 to 64. */
  readonly maxprec: number;
  /** The power of two of the lowest plane that is coded; below `MIN_EXPONENT`: nothing is lost. */
  readonly minexp: number;
}

export const MIN_BITS = 1;
export const MAX_BITS = 16658;
export const MAX_PRECISION = 64;
export const MIN_EXPONENT = -1074;
/** More bits per block than the header can say. */
export const BITS_LIMIT = 32768;

const UNLIMITED: ZfpParameters = Object.freeze({
  minbits: MIN_BITS,
  maxbits: MAX_BITS,
  maxprec: MAX_PRECISION,
  minexp: MIN_EXPONENT,
});

export const REVERSIBLE: ZfpParameters = Object.freeze({ ...UNLIMITED, minexp: MIN_EXPONENT - 1 });

/** So many bits per value, for blocks of `rank` axes; `leastBits` are what a block needs in any case. */
export function fixedRate(rate: number, rank: number, leastBits: number): ZfpParameters {
  const bits = Math.max(leastBits, Math.floor(4 ** rank * rate + 0.5));
  return { ...UNLIMITED, minbits: bits, maxbits: bits };
}

/** So many planes; 0 for all. */
export function fixedPrecision(precision: number): ZfpParameters {
  return { ...UNLIMITED, maxprec: precision === 0 ? MAX_PRECISION : Math.min(precision, MAX_PRECISION) };
}

/** Values of floats that differ by at most `tolerance`; 0 for all that the transform keeps. */
export function fixedAccuracy(tolerance: number): ZfpParameters {
  return { ...UNLIMITED, minexp: tolerance > 0 ? floorLog2(tolerance) : MIN_EXPONENT };
}

export const isReversible = ({ minexp }: ZfpParameters): boolean => minexp < MIN_EXPONENT;

/** The bits of the exponent of a type of floats. */
export const exponentBits = (type: 'float32' | 'float64'): number => (type === 'float32' ? 8 : 11);

/** The bits that tell how many planes of a block are coded, where nothing is lost. */
export const precisionBits = (type: ZfpType): number => (type === 'int32' || type === 'float32' ? 5 : 6);

/** The bits of a block that are not those of its planes. */
export function headBits(type: ZfpType, parameters: ZfpParameters): number {
  const exact = isReversible(parameters) ? precisionBits(type) : 0;
  if (type === 'int32' || type === 'int64') return exact;
  return exponentBits(type) + exact + (isReversible(parameters) ? 2 : 1);
}

/** Throws `MetadataValidationError` unless blocks of `type` can be coded with `parameters`. */
export function checkParameters(type: ZfpType, parameters: ZfpParameters): void {
  const { minbits, maxbits, maxprec } = parameters;
  const head = Math.max(1, headBits(type, parameters));
  if (maxbits < head) {
    throw new MetadataValidationError(`a block of ${type} needs at least ${head} bits, got ${maxbits}`);
  }
  if (minbits > maxbits) {
    throw new MetadataValidationError(`minbits: expected at most maxbits (${maxbits}), got ${minbits}`);
  }
  if (maxbits > BITS_LIMIT) {
    throw new MetadataValidationError(`a block has at most ${BITS_LIMIT} bits, got ${maxbits}`);
  }
  if (maxprec < 1 || maxprec > MAX_PRECISION) {
    throw new MetadataValidationError(`maxprec: expected 1 to ${MAX_PRECISION}, got ${maxprec}`);
  }
}

/** The greatest power of two that is not greater than `value`: its exponent. 0 is what zfp has for infinity. */
function floorLog2(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return -1;
  let exponent = 0;
  let power = 1;
  while (power * 2 <= value) {
    power *= 2;
    exponent++;
  }
  while (power > value) {
    power /= 2;
    exponent--;
  }
  return exponent;
}
