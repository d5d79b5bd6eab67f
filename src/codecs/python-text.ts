import { pythonString } from '../dtypes/python-text.js';
import { pythonFloat } from '../json/format.js';

/** Values as Python prints them (`repr`), for the texts that zarr-python shows of its codecs. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return pythonFloat(value);
  if (Array.isArray(value)) return tupleText(value);
  if (value instanceof Map) return dictText([...value]);
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return dictText(Object.entries(value));
  }
  return String(value);
}

/** `name=value, name=value`: the arguments of a constructor. */
export const argumentsText = (named: Readonly<Record<string, unknown>>): string =>
  Object.entries(named)
    .map(([name, value]) => `${name}=${pythonText(value)}`)
    .join(', ');

function tupleText(items: readonly unknown[]): string {
  return items.length === 1 ? `(${pythonText(items[0])},)` : `(${items.map(pythonText).join(', ')})`;
}

const dictText = (members: readonly (readonly [unknown, unknown])[]): string =>
  `{${members.map(([key, value]) => `${pythonText(key)}: ${pythonText(value)}`).join(', ')}}`;
