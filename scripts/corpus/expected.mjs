/** What the elements of an array should be: in NumPy's file format, or as JSON; and how they are compared. */
import { existsSync, readFileSync } from 'node:fs';
import * as zarr from 'zarr-ts/sync';

/** The expected elements for the array `path`; undefined where nobody says. */
export function expectedElements(path) {
  if (existsSync(`${path}.npy`)) return parseNpy(readFileSync(`${path}.npy`));
  if (existsSync(`${path}.json`)) return JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  return undefined;
}

/** How `found` differs from what is expected; undefined where it does not. */
export function problemOf(found, expected) {
  const shape = `(${expected.shape.join(', ')})`;
  if (`(${found.shape.join(', ')})` !== shape) return `its shape is (${found.shape.join(', ')}), expected ${shape}`;
  const values = [...(Array.isArray(expected.values) ? expected.values : expected)];
  // JSON has no bytes: where numbers are listed for them, they are numbers here too.
  const isListed = Array.isArray(values[0]);
  const elements = [...found].map((element) =>
    elementText(isListed && ArrayBuffer.isView(element) ? [...element] : element),
  );
  const wanted = values.map(elementText);
  const place = elements.findIndex((element, i) => element !== wanted[i]);
  if (place < 0) return undefined;
  const different = elements.filter((element, i) => element !== wanted[i]).length;
  return `${different} of ${elements.length} elements differ; element ${place} is ${elements[place]}, expected ${wanted[place]}`;
}

/** An element as text: the same for the same bits of a number, but for the payload of a NaN. */
export function elementText(element) {
  if (typeof element === 'number') return Object.is(element, -0) ? '-0' : String(element);
  if (typeof element === 'bigint') return String(element);
  if (element instanceof Uint8Array) return `bytes ${Buffer.from(element).toString('hex')}`;
  if (ArrayBuffer.isView(element)) return JSON.stringify(Array.from(element, elementText));
  if (Array.isArray(element)) return JSON.stringify(element.map(elementText));
  if (typeof element === 'object' && element !== null) {
    const members = element instanceof Map ? [...element] : Object.entries(element);
    if (members.length === 1 && members[0][0] === '$bytes') return `bytes ${members[0][1]}`;
    if (members.length === 1 && members[0][0] === '$number') return members[0][1];
    return JSON.stringify(members.map(([name, value]) => [name, elementText(value)]).sort());
  }
  return typeof element === 'boolean' ? String(Number(element)) : (JSON.stringify(element) ?? 'undefined');
}

/** The array in a file of NumPy (format 1 to 3, no objects). */
function parseNpy(bytes) {
  if (bytes.subarray(0, 6).toString('latin1') !== '\x93NUMPY') throw new Error('expected a file of NumPy');
  const isShort = bytes[6] === 1;
  const length = isShort ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = (isShort ? 10 : 12) + length;
  const header = bytes.subarray(isShort ? 10 : 12, start).toString('latin1');
  const descr = /'descr':\s*('[^']*'|\[.*?\]),\s*'fortran_order'/.exec(header)[1];
  const isFortran = /'fortran_order':\s*True/.test(header);
  const shape = [.../'shape':\s*\(([^)]*)\)/.exec(header)[1].matchAll(/\d+/g)].map(Number);
  const dtype = JSON.parse(descr.replaceAll("'", '"').replaceAll('(', '[').replaceAll(')', ']').replaceAll(',]', ']'));
  const document = {
    zarr_format: 2,
    shape,
    chunks: shape.map((axis) => Math.max(1, axis)),
    dtype,
    fill_value: null,
    order: isFortran ? 'F' : 'C',
    filters: null,
    compressor: null,
  };
  const key = shape.length === 0 ? '0' : shape.map(() => 0).join('.');
  const files = new Map([
    ['.zarray', new TextEncoder().encode(JSON.stringify(document))],
    [key, new Uint8Array(bytes.subarray(start))],
  ]);
  return zarr.openArray(files).get('...');
}
