/**
 * NumPy's type strings, `<f4` or `|S5` or `<M8[10us]`, taken apart: the data types of format 2.
 * See https://numpy.org/doc/stable/reference/arrays.interface.html.
 */
import type { Endianness } from './dtype.js';

/** NumPy's text for a data type, taken apart: `<i4`, `|S5`, `<M8[ns]`. */
export interface NumpyType {
  /** The string as it was. */
  readonly text: string;
  /** The byte order it names; undefined for `|` and for none. `=` is the order of memory, little. */
  readonly endianness: Endianness | undefined;
  /** The letter of the kind: `b i u f c m M S U V O`. */
  readonly kind: string;
  /** The number after it: bytes, or for `U` characters; undefined when there is none. */
  readonly size: number | undefined;
  /** The kind with its number: `f4`. */
  readonly code: string;
  /** What the brackets of `m` and `M` hold: `10us`. */
  readonly unit: string | undefined;
}

/** The sizes that the kinds have; kinds that are not here have any. */
const SIZES: ReadonlyMap<string, readonly number[]> = new Map([
  ['b', [1]],
  ['i', [1, 2, 4, 8]],
  ['u', [1, 2, 4, 8]],
  ['f', [2, 4, 8, 12, 16]],
  ['c', [8, 16, 24, 32]],
  ['m', [8]],
  ['M', [8]],
  ['O', [4, 8]],
]);

/** The parts of `text`; undefined if NumPy has no such type, as for `<u16`, `|b` and `<i4x`. */
export function parseNumpyType(text: string): NumpyType | undefined {
  const parts = /^([<>|=]?)([biufcmMSUVO])(\d{0,15})(?:\[(\d{0,10}(?:[YMWDhms]|[mun\u03bcpfa]s|generic))\])?$/.exec(
    text,
  );
  if (parts === null) return undefined;
  const [, order, kind = '', digits = '', unit] = parts;
  const size = digits === '' ? undefined : Number(digits);
  const isTime = kind === 'm' || kind === 'M';
  const canLackSize = isTime || kind === 'O' || kind === 'S' || kind === 'U' || kind === 'V';
  if (size === undefined ? !canLackSize : SIZES.get(kind)?.includes(size) === false) return undefined;
  if (unit !== undefined && !isTime) return undefined;
  const endianness = order === '>' ? 'big' : order === '<' || order === '=' ? 'little' : undefined;
  return { text, endianness, kind, size, code: size === undefined ? kind : `${kind}${size}`, unit };
}
