/**
 * Fill values of numbers in metadata, read and written exactly.
 *
 * Readers take what zarr-python takes: an integer may be `1.0`, `"3"` or `true`, a float a bare `NaN` or a numeric string.
 * Format 3 can spell the bits of a float in hexadecimal, the only form that keeps the payload of a NaN.
 */
import { MetadataValidationError } from '../errors.js';
import { jsonExcerpt, pythonFloat } from '../json/format.js';
import { type Json, JsonNumber } from '../json/model.js';
import { BINARY16, BINARY32, BINARY64, bitsAt, type FloatFormat, setBits } from './float-format.js';
import { allocateStorage, type Storage } from './storage.js';

/** The error for a fill value that is not what its type needs. */
export function fillValueError(json: Json, expected: string): MetadataValidationError {
  return new MetadataValidationError(`fill_value: expected ${expected}, got ${jsonExcerpt(json)}`);
}

/** The integer from `least` to `greatest` that `json` is. */
export function parseIntegerFill(json: Json, least: bigint, greatest: bigint): bigint {
  const value = exactInteger(json);
  if (value === undefined || value < least || value > greatest) {
    throw fillValueError(json, `an integer from ${least} to ${greatest}`);
  }
  return value;
}

/** Longer texts of numbers are refused: the patterns below are not made for them. */
const LONGEST_NUMBER = 400;

function exactInteger(json: Json): bigint | undefined {
  if (typeof json === 'boolean') return json ? 1n : 0n;
  const text = typeof json === 'string' ? json.trim() : json instanceof JsonNumber ? json.token : '';
  if (text.length > LONGEST_NUMBER) return undefined;
  if (typeof json === 'string') return /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
  // A number with a fraction or an exponent may still be an integer: `1.0`, `1e3`.
  const parts = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return 0n;
  const shift = Number(exponent) - fraction.length;
  if (Math.abs(shift) > LONGEST_NUMBER) return undefined;
  const scale = 10n ** BigInt(Math.abs(shift));
  if (shift >= 0) return digits * scale;
  return digits % scale === 0n ? digits / scale : undefined;
}

/** Stores the float that `json` is as number `index` of `storage`. */
export function parseFloatFill(
  json: Json,
  zarrFormat: 2 | 3,
  format: FloatFormat,
  storage: Storage,
  index: number,
): void {
  if (typeof json === 'string' && json.startsWith('0x')) {
    if (zarrFormat === 2) throw fillValueError(json, 'a float; format 2 knows no hexadecimal ones');
    const bits = hexBits(json, format);
    if (bits === undefined) throw fillValueError(json, `a float, in hexadecimal ${2 * format.unit} digits`);
    setBits(storage, index, bits);
    return;
  }
  const value = numberOf(json);
  if (value === undefined) throw fillValueError(json, 'a float');
  checkInFormat(value, json, format);
  format.write(storage, index, value);
}

/** Numbers that are too large are infinite, in formats that have infinities. */
function checkInFormat(value: number, json: Json, format: FloatFormat): void {
  if (Number.isNaN(value)) {
    if (format.nan === undefined) throw fillValueError(json, 'a number; the type has no NaN');
    return;
  }
  const rounded = format.round(value);
  if (Number.isNaN(rounded) || (!Number.isFinite(rounded) && !format.hasInfinity)) {
    throw fillValueError(json, 'a number within the range of the type, which has no infinities');
  }
}

function numberOf(json: Json): number | undefined {
  if (json instanceof JsonNumber) return json.toNumber();
  if (typeof json !== 'string') return undefined;
  const text = json.trim();
  if (text.length > LONGEST_NUMBER) return undefined;
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  const [, sign, word = ''] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word === '') return undefined;
  if (word.toLowerCase() === 'nan') return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const FORMATS: readonly FloatFormat[] = Object.freeze([BINARY16, BINARY32, BINARY64]);

/** The bits that a hexadecimal float spells; with digits for another width, those of the number that they mean there. */
function hexBits(text: string, format: FloatFormat): bigint | undefined {
  const digits = text.slice(2);
  const isOwn = 2 * format.unit === digits.length;
  const spelled = isOwn ? format : FORMATS.find(({ unit }) => 2 * unit === digits.length);
  if (spelled === undefined || !/^[\dA-Fa-f]+$/.test(digits)) return undefined;
  const bits = BigInt(text);
  if (isOwn) return bits;
  if (!FORMATS.includes(format)) return undefined;
  const source = allocateStorage(spelled.unit, 1);
  setBits(source, 0, bits);
  const value = spelled.read(source, 0);
  // The payload of a NaN would not survive the change of width.
  if (Number.isNaN(value)) return bits === spelled.nan ? format.nan : undefined;
  const target = allocateStorage(format.unit, 1);
  format.write(target, 0, value);
  return bitsAt(target, 0);
}

/** Number `index` of `storage` as JSON: as Python's `repr` of the double, or a word, or the bits of a NaN with a payload. */
export function floatFillToJson(zarrFormat: 2 | 3, format: FloatFormat, storage: Storage, index: number): Json {
  const value = format.read(storage, index);
  if (Number.isFinite(value)) return new JsonNumber(pythonFloat(value));
  if (!Number.isNaN(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const bits = bitsAt(storage, index);
  if (zarrFormat === 2 || bits === format.nan) return 'NaN';
  return `0x${bits.toString(16).padStart(2 * format.unit, '0')}`;
}
