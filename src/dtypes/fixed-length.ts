/**
 * Lengths of types whose elements have as many bytes or characters as the type says.
 */
import { described } from '../described.js';
import { ArgumentError, MetadataValidationError } from '../errors.js';
import { jsonExcerpt } from '../json/format.js';
import { type Json, JsonNumber, type JsonObject } from '../json/model.js';

/** What the constructors of types with a length take. */
export interface LengthOptions {
  /** Bytes, or characters, of an element. */
  readonly length: number;
}

/** NumPy counts the bytes of an element with 31 bits. */
export const MAX_ITEM_SIZE = 2 ** 31 - 1;

/** The length that `options` ask for, of things of `unit` bytes each. */
export function lengthOf(options: LengthOptions | undefined, unit: number): number {
  const length = options?.length;
  const most = Math.floor(MAX_ITEM_SIZE / unit);
  if (length !== undefined && Number.isInteger(length) && length >= 1 && length <= most) return length;
  throw new ArgumentError(`length: expected an integer from 1 to ${most}, got ${described(length)}`);
}

/** The `length_bytes` of a format 3 document's configuration: a multiple of `unit`. */
export function lengthBytesOf(name: string, configuration: JsonObject | undefined, unit: number): number {
  const json = configuration?.get('length_bytes');
  const length = json instanceof JsonNumber && json.isInteger ? json.toNumber() : 0;
  const isWhole = length >= 1 && length <= MAX_ITEM_SIZE && length % unit === 0;
  if (isWhole && configuration?.size === 1) return length;
  const found = configuration === undefined ? 'none' : jsonExcerpt(configuration);
  const multiple = unit === 1 ? '' : `, a multiple of ${unit}`;
  throw new MetadataValidationError(
    `data_type: expected "${name}" with a configuration of length_bytes${multiple}, from 1 to ${MAX_ITEM_SIZE}, got ${found}`,
  );
}

/** The length in a NumPy type string such as `S5`; throws for those that NumPy has and Zarr has not, such as `V0`. */
export function numpyLength(text: string, size: number | undefined, unit: number): number {
  if (size !== undefined && size >= 1 && size * unit <= MAX_ITEM_SIZE) return size;
  throw new MetadataValidationError(
    `dtype: expected a length of at least 1, of at most ${MAX_ITEM_SIZE} bytes, got "${text}"`,
  );
}

/** Whether a fill value of format 2 is the 0 that older writers put for "empty". */
export const isZero = (json: Json): boolean => json instanceof JsonNumber && json.toNumber() === 0;
