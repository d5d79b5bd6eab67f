// Our side of the array cases: reading what zarr-python wrote, and writing the same, with each of the two APIs.

import { join } from 'node:path';
import { attributeSets } from './attributes.mjs';
import { specOf } from './dtypes.mjs';
import { matches, valueOf } from './tokens.mjs';
import { digest, flatValues } from './values.mjs';

/** zarr-python stores this type under a name of its own; ours is the one that the type is registered with. */
const registeredNames = { variable_length_bytes: 'bytes' };

/** Opens an array that zarr-python wrote, and compares it with what zarr-python says about it. */
export async function readProblems(zarr, folder, one, expected) {
  const array = await zarr.open(join(folder, one.id), { mode: 'r' });
  const problems = await describedProblems(array, expected);
  // A missing codec is met in the chunks that need it: those that did not get smaller are stored as they are.
  const isRefusal = (problem) => problem.includes('CodecError') && problem.includes(one.refused);
  return one.refused === undefined ? problems : problems.filter((problem) => !isRefusal(problem));
}

/** What differs between an open array of ours and zarr-python's description. */
export async function describedProblems(array, expected) {
  const problems = [];
  const compare = (what, actual, wanted) => problems.push(...differences(what, actual, wanted));
  compare('kind', array.kind, 'array');
  compare('zarrFormat', array.zarrFormat, expected.format);
  compare('shape', array.shape, expected.shape);
  compare('cdataShape', array.cdataShape, expected.cdataShape);
  for (const name of ['chunks', 'shards', 'readChunkSizes', 'writeChunkSizes']) {
    if (expected[name] !== undefined) compare(name, array[name], expected[name]);
  }
  compare('dtype', array.dtype.name, registeredNames[expected.dtype] ?? expected.dtype);
  compare('order', array.order, expected.order);
  compare('dimensionNames', array.dimensionNames, expected.dimensionNames);
  compare('nchunks', array.nchunks, expected.nchunks);
  if (!matches(expected.fillValue, array.fillValue)) {
    problems.push(`fillValue: expected ${JSON.stringify(expected.fillValue)}, got ${show(array.fillValue)}`);
  }
  const attributes = plainAttributes(array);
  if (!matches(expected.attributes, attributes)) {
    problems.push(`attributes: expected ${JSON.stringify(expected.attributes)}, got ${show(attributes)}`);
  }
  compare('info', lines(array.info), lines(expected.info));
  if (expected.infoComplete !== undefined) {
    compare('infoComplete', lines(await array.infoComplete()), lines(expected.infoComplete));
  }
  if (expected.nchunksInitialized !== undefined) {
    const count = array.nchunksInitialized;
    compare(
      'nchunksInitialized',
      typeof count === 'function' ? await count.call(array) : count,
      expected.nchunksInitialized,
    );
  }
  for (const read of expected.reads) {
    problems.push(...(await selectionProblems(array, read)));
  }
  if (expected.reads.length > 0) problems.push(...(await pointProblems(array)));
  return problems;
}

/** What points read otherwise than the whole array has there: the corners along its diagonals, and a place between. */
async function pointProblems(array) {
  if (array.shape.length === 0 || array.shape.includes(0)) return [];
  const points = array.shape.map((length, axis) => [
    length - 1,
    0,
    (length + axis) >> 1,
    axis % 2 === 0 ? 0 : length - 1,
  ]);
  try {
    const whole = await array.get();
    const wanted = points[0].map((_, at) => whole.get(...points.map((axis) => axis[at])));
    return differences('points', Array.from(await array.vindex.get(points), show), wanted.map(show));
  } catch (error) {
    return [`points: ${error}`];
  }
}

async function selectionProblems(array, { selection, shape, digest: expected }) {
  try {
    const value = await array.get(selection);
    if (digest(value) !== expected) return [`[${selection}]: other values than zarr-python reads`];
    return differences(`shape of [${selection}]`, value.shape, shape);
  } catch (error) {
    return [`[${selection}]: ${error}`];
  }
}

/** Creates and writes an array as zarr-python did. */
export async function writeArray(zarr, folder, one) {
  const array = await zarr.createArray(join(folder, one.id), createOptions(one));
  for (const { selection, value, resize, append, axis } of one.writes) {
    if (resize !== undefined) await array.resize(resize);
    else if (append !== undefined) await array.append(longerBy(zarr, one, array.shape, { append, axis }), { axis });
    else await array.set(selection, value === 'fill' ? fillOf(one) : dataOf(zarr, one).slice(selection));
  }
}

/** What the formula gives past the end of an axis, for an array that is longer by `append`. */
function longerBy(zarr, one, shape, { append, axis }) {
  const longer = shape.with(axis, shape[axis] + append);
  const past = shape.map((length, at) => (at === axis ? zarr.slice(length, null) : null));
  return dataOf(zarr, { ...one, create: { shape: longer } }).slice(past);
}

/** Makes an array with a codec that is not there, which has to be refused by name. */
export async function refusalProblems(zarr, folder, one) {
  try {
    await writeArray(zarr, folder, one);
  } catch (error) {
    const isNamed = error.code === 'argument' && error.message.includes(one.unwritable);
    return isNamed ? [] : [`expected an ArgumentError about ${one.unwritable}, got ${error}`];
  }
  return [`expected an ArgumentError about ${one.unwritable}, got none`];
}

/** zarr-python's keywords as our options. */
export function createOptions({ create, dtype, format, attributes }) {
  const { fill_value, chunk_key_encoding, dimension_names, config, shards, ...rest } = create;
  return {
    ...rest,
    ...(fill_value !== undefined && { fillValue: valueOf(fill_value, dtype) }),
    ...(chunk_key_encoding && { chunkKeyEncoding: chunk_key_encoding }),
    ...(dimension_names && { dimensionNames: dimension_names }),
    ...(config && { config: { writeEmptyChunks: config.write_empty_chunks } }),
    ...(shards && { shards: shards.shape ? { shape: shards.shape, indexLocation: shards.index_location } : shards }),
    zarrFormat: format,
    attributes: attributeSets[attributes].value,
  };
}

/** All values of a case in memory. */
export function dataOf(zarr, { create, dtype, values }) {
  return zarr.ndarray(flatValues(create.shape, dtype, values), { shape: create.shape, dtype: specOf(dtype) });
}

/** The attributes as a plain object: `Array` and `Group` have a mapping, the other two the object itself. */
export function plainAttributes(node) {
  return typeof node.attrs.asDict === 'function' ? node.attrs.asDict() : node.attrs;
}

/** The fill value, or the zero that stands for it where none is given or format 2 has null. */
function fillOf({ create, dtype }) {
  if (create.fill_value !== undefined && create.fill_value !== null) return valueOf(create.fill_value, dtype);
  if (dtype === 'bool') return false;
  if (dtype === 'string') return '';
  if (dtype === 'variable_length_bytes' || dtype === '|S5') return new Uint8Array(0);
  if (dtype === '<U5') return '';
  if (dtype === '|V4') return new Uint8Array(4);
  if (dtype.startsWith('<')) return 'NaT';
  if (dtype === 'struct') return { a: 0, b: 0, s: new Uint8Array(0), u: '', p: { x: 0 } };
  if (dtype.startsWith('complex')) return { re: 0, im: 0 };
  return dtype.endsWith('int64') ? 0n : 0;
}

/** How two JSON values differ, in words; of lists of one length only the items that do. */
export function differences(what, actual, wanted) {
  if (JSON.stringify(actual) === JSON.stringify(wanted)) return [];
  if (Array.isArray(actual) && Array.isArray(wanted) && actual.length === wanted.length) {
    return wanted.flatMap((item, index) => differences(`${what}[${index}]`, actual[index], item));
  }
  return [`${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`];
}

/** A text as a list, so that only the lines that differ are shown. */
export function lines(text) {
  return String(text).split('\n');
}

function show(value) {
  return JSON.stringify(value, (_name, one) => (typeof one === 'bigint' ? `${one}n` : Object.is(one, -0) ? '-0' : one));
}
