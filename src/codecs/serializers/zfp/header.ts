/**
 * The header that makes a zfp stream complete: type, shape and parameters.
 * https://zfp.readthedocs.io/en/release1.0.1/low-level-api.html (ZFP_HEADER_FULL)
 */
import { CodecError } from '../../../errors.js';
import type { Shape } from '../../../ndarray/shape.js';
import type { BitReader, BitWriter } from '../bit-stream.js';
import {
  fixedPrecision,
  isReversible,
  MAX_BITS,
  MAX_PRECISION,
  MIN_BITS,
  MIN_EXPONENT,
  REVERSIBLE,
  ZFP_TYPES,
  type ZfpParameters,
  type ZfpType,
} from './parameters.js';

/** An array as zfp sees it: 1 to 4 axes, the last one varies fastest. */
export interface ZfpField {
  readonly type: ZfpType;
  readonly shape: Shape;
  readonly parameters: ZfpParameters;
}

/** `zfp` and the version of the codec. */
const MAGIC = 0x0570667a;
/** Bits of a length, for 1, 2, 3 and 4 axes. */
const LENGTH_BITS: readonly number[] = Object.freeze([48, 24, 16, 12]);

// The short forms of the parameters: a rate, a precision, "nothing is lost", an accuracy, and what says that a long one
// follows.
const SHORT_BITS = 12;
const FIRST_PRECISION = 2048;
const REVERSIBLE_MODE = 2176;
const FIRST_ACCURACY = 2177;
const LONG_MODE = 4095;
const MIN_LONG_EXPONENT = -16495;

/** The longest axis that the header of an array of `rank` axes can say. */
export const longestAxis = (rank: number): number => 2 ** LENGTH_BITS[rank - 1]!;

export function writeHeader(writer: BitWriter, { type, shape, parameters }: ZfpField): void {
  const bits = LENGTH_BITS[shape.length - 1]!;
  writer.write(MAGIC, 32);
  writer.write(ZFP_TYPES.indexOf(type), 2);
  writer.write(shape.length - 1, 2);
  for (const length of [...shape].reverse()) writeNumber(writer, length - 1, bits);
  writeParameters(writer, parameters);
}

/** Throws `CodecError` unless a header is there. */
export function readHeader(reader: BitReader): ZfpField {
  const magic = reader.read(32);
  if (magic !== MAGIC) throw new CodecError('no zfp header of codec version 5');
  const type = ZFP_TYPES[reader.read(2)]!;
  const rank = reader.read(2) + 1;
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) shape.unshift(readNumber(reader, LENGTH_BITS[rank - 1]!) + 1);
  const parameters = readParameters(reader);
  if (reader.isPastEnd) throw new CodecError('truncated in the zfp header');
  return { type, shape, parameters };
}

function writeParameters(writer: BitWriter, parameters: ZfpParameters): void {
  const { minbits, maxbits, maxprec, minexp } = parameters;
  const mode = shortMode(parameters);
  writer.write(mode ?? LONG_MODE, SHORT_BITS);
  if (mode !== undefined) return;
  writer.write(minbits - 1, 15);
  writer.write(maxbits - 1, 15);
  writer.write(maxprec - 1, 7);
  writer.write(minexp - MIN_LONG_EXPONENT, 15);
}

/** The short form, where there is one; the order of the questions is that of the library. */
function shortMode(parameters: ZfpParameters): number | undefined {
  const { minbits, maxbits, maxprec, minexp } = parameters;
  const isWhole = minbits <= MIN_BITS && maxbits >= MAX_BITS;
  if (isWhole && maxprec === MAX_PRECISION && minexp === MIN_EXPONENT) return undefined;
  if (minbits === maxbits && maxprec >= MAX_PRECISION && minexp === MIN_EXPONENT) {
    return maxbits <= FIRST_PRECISION ? maxbits - 1 : undefined;
  }
  if (!isWhole) return undefined;
  if (minexp === MIN_EXPONENT) return FIRST_PRECISION + maxprec - 1;
  if (maxprec < MAX_PRECISION) return undefined;
  if (isReversible(parameters)) return REVERSIBLE_MODE;
  const mode = FIRST_ACCURACY + minexp - MIN_EXPONENT;
  return mode < LONG_MODE ? mode : undefined;
}

function readParameters(reader: BitReader): ZfpParameters {
  const mode = reader.read(SHORT_BITS);
  const whole = fixedPrecision(0);
  if (mode < FIRST_PRECISION) return { ...whole, minbits: mode + 1, maxbits: mode + 1 };
  if (mode < REVERSIBLE_MODE) return { ...whole, maxprec: mode + 1 - FIRST_PRECISION };
  if (mode === REVERSIBLE_MODE) return REVERSIBLE;
  if (mode < LONG_MODE) return { ...whole, minexp: mode - FIRST_ACCURACY + MIN_EXPONENT };
  const minbits = reader.read(15) + 1;
  const maxbits = reader.read(15) + 1;
  const maxprec = reader.read(7) + 1;
  const minexp = reader.read(15) + MIN_LONG_EXPONENT;
  return { minbits, maxbits, maxprec, minexp };
}

function writeNumber(writer: BitWriter, value: number, bits: number): void {
  writer.write(value, Math.min(32, bits));
  if (bits > 32) writer.write(Math.floor(value / 2 ** 32), bits - 32);
}

function readNumber(reader: BitReader, bits: number): number {
  const low = reader.read(Math.min(32, bits));
  return bits > 32 ? low + reader.read(bits - 32) * 2 ** 32 : low;
}
