// The steps of programs as calls of ours; steps.py has the same ones as calls of zarr-python. One body for both APIs.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDocument, keysOf } from '../interop/files.mjs';
import { contentOf, elementsOf, scalarFor } from './elements.mjs';

/** A folder, and handles of nodes that later steps use again. `blocking` is the API whose attributes are a mapping. */
export class Session {
  #handles = new Map();

  constructor(zarr, blocking, folder) {
    this.zarr = zarr;
    this.blocking = blocking;
    this.folder = folder;
  }

  /** What came of a step: `{ outcome }`, where an error is one too. */
  async execute(step) {
    try {
      return { outcome: (await steps[step.op](this, step)) ?? null };
    } catch (error) {
      if (error instanceof OtherKind) return { outcome: { found: error.message } };
      if (error?.code === undefined || error.constructor.errorName === undefined) throw error;
      return { outcome: { error: [error.name], message: error.message } };
    }
  }

  forget(kept) {
    for (const path of [...this.#handles.keys()]) if (path !== kept) this.#handles.delete(path);
  }

  /** The node that a step is about, opened as the step says. */
  async node({ op, path, via = 'open' }) {
    const isKept = via === 'kept' && this.#handles.has(path);
    const node = isKept ? this.#handles.get(path) : await this.#open(path, via);
    if (via !== 'read') this.#handles.set(path, node);
    if ((kinds[op] ?? node.kind) !== node.kind) throw new OtherKind(node.kind);
    return node;
  }

  async #open(path, via) {
    const { zarr, folder } = this;
    if (via === 'array') return zarr.openArray(folder, { path, mode: 'r+' });
    if (via === 'group') return zarr.openGroup(folder, { path, mode: 'r+' });
    if (via === 'member' && path !== '') return (await zarr.openGroup(folder, { mode: 'r+' })).getItem(path);
    return zarr.open(folder, { path, mode: via === 'read' ? 'r' : 'r+' });
  }

  group(path) {
    return this.zarr.openGroup(this.folder, { path, mode: 'r+' });
  }

  keep(node) {
    this.#handles.set(node.path, node);
    return described(node);
  }
}

/** The kind of node that steps need. */
const kinds = { get: 'array', set: 'array', resize: 'array', append: 'array' };
Object.assign(kinds, { members: 'group', lookUp: 'group', delete: 'group' });

/** A step met a node of the kind that it is not for. */
class OtherKind extends Error {}

export function described(node) {
  return { kind: node.kind, info: String(node.info), attributes: plainAttributes(node) };
}

/** The attributes as a plain object: `Array` and `Group` have a mapping, the other two the object itself. */
function plainAttributes({ attrs }) {
  return typeof attrs.asDict === 'function' ? attrs.asDict() : attrs;
}

const steps = {
  // Making arrays.
  async createArray(session, { path, group, options }) {
    const given = optionsOf(session, options);
    if (group !== undefined) return session.keep(await (await session.group(group)).createArray(path, given));
    return session.keep(await session.zarr.createArray(session.folder, { ...given, ...(path && { name: path }) }));
  },
  async create(session, { path, options }) {
    const { shape, ...given } = optionsOf(session, options);
    return session.keep(await session.zarr.create(shape, { ...given, store: session.folder, ...placeOf(path) }));
  },
  async filled(session, { path, group, kind, options }) {
    const given = optionsOf(session, options);
    if (group !== undefined) return session.keep(await (await session.group(group))[kind]({ ...given, name: path }));
    const { shape, fillValue, ...rest } = given;
    const place = { store: session.folder, ...placeOf(path) };
    if (kind === 'full') return session.keep(await session.zarr.full(shape, fillValue, { ...rest, ...place }));
    return session.keep(await session.zarr[kind](shape, { ...rest, ...place }));
  },
  async like(session, { path, group, kind, source, options }) {
    const data = await session.node({ path: source, via: 'array' });
    const given = optionsOf(session, options, options.dtype ?? data.dtype.name);
    if (group !== undefined) {
      return session.keep(await (await session.group(group))[kind]({ ...given, name: path, data }));
    }
    return session.keep(await session.zarr[kind](data, { ...given, store: session.folder, ...placeOf(path) }));
  },
  async fromArray(session, { path, source, options }) {
    const data = await session.node({ path: source, via: 'array' });
    const given = optionsOf(session, options, data.dtype.name);
    return session.keep(await session.zarr.fromArray(session.folder, { ...given, data, ...(path && { name: path }) }));
  },
  async array(session, { path, value, options }) {
    const given = optionsOf(session, options);
    const place = { store: session.folder, ...placeOf(path) };
    return session.keep(await session.zarr.array(writtenOf(session.zarr, value), { ...given, ...place }));
  },
  async save(session, { path, value, values, options }) {
    const given = { ...optionsOf(session, options), ...placeOf(path) };
    const written = values ? mapValues(values, (one) => writtenOf(session.zarr, one)) : writtenOf(session.zarr, value);
    await session.zarr[values ? 'saveGroup' : 'save'](session.folder, written, given);
  },
  async requireArray(session, { path, group, options }) {
    return session.keep(await (await session.group(group)).requireArray(path, optionsOf(session, options)));
  },
  async setItem(session, { path, group, value }) {
    await (await session.group(group)).setItem(path, writtenOf(session.zarr, value));
  },

  // Making groups.
  async createGroup(session, { path, group, options }) {
    const given = optionsOf(session, options);
    if (group !== undefined) return session.keep(await (await session.group(group)).createGroup(path, given));
    return session.keep(await session.zarr.createGroup(session.folder, { ...given, ...placeOf(path) }));
  },
  async group(session, { path, options }) {
    return session.keep(await session.zarr.group(session.folder, { ...optionsOf(session, options), ...placeOf(path) }));
  },
  async requireGroup(session, { path, group, options }) {
    return session.keep(await (await session.group(group)).requireGroup(path, optionsOf(session, options)));
  },
  async createHierarchy(session, { nodes, group, overwrite }) {
    const documents = mapValues(nodes, (text) => JSON.parse(text));
    const making =
      group === undefined
        ? session.zarr.createHierarchy({ store: session.folder, nodes: documents, overwrite })
        : (await session.group(group)).createHierarchy(documents, { overwrite });
    const made = [];
    for await (const [path, node] of await making) made.push([path, described(node)]);
    return { list: made };
  },

  // Opening.
  async open(session, { path, function: name, options }) {
    const node = await session.zarr[name](session.folder, { ...optionsOf(session, options), ...placeOf(path) });
    return options.mode === 'r' ? described(node) : session.keep(node);
  },
  async load(session, { path }) {
    const value = await session.zarr.load(session.folder, { path });
    return value instanceof session.zarr.NdArray ? { value: contentOf(value) } : { group: true };
  },

  // Reading and writing.
  async get(session, step) {
    const node = await session.node(step);
    const value = await reading(node, step, selectionOf(session.zarr, step.selection));
    if (value instanceof session.zarr.NdArray) return { value: contentOf(value), isScalar: false };
    const array = session.zarr.ndarray([value], { dtype: node.dtype, shape: [] });
    return { value: contentOf(array), isScalar: true };
  },
  async set(session, step) {
    let node = await session.node(step);
    if (step.writeEmptyChunks !== undefined) node = node.withConfig({ writeEmptyChunks: step.writeEmptyChunks });
    const value = writtenOf(session.zarr, step.value, node.dtype?.name);
    await writing(node, step, selectionOf(session.zarr, step.selection), value);
  },
  async resize(session, step) {
    await (await session.node(step)).resize(step.shape);
  },
  async append(session, step) {
    const node = await session.node(step);
    return { list: await node.append(writtenOf(session.zarr, step.value, node.dtype?.name), { axis: step.axis }) };
  },

  // Attributes.
  async attributes(session, step) {
    const node = await session.node(step);
    await changeAttributes(session, node, step);
    return { attributes: plainAttributes(await session.node({ ...step, via: 'kept' })) };
  },

  // Looking.
  async inspect(session, step) {
    const node = await session.node(step);
    if (node.kind === 'group') return described(node);
    const { cdataShape, nchunks, nbytes, size, order, basename, name, fillValue } = node;
    const count = node.nchunksInitialized;
    return {
      ...described(node),
      ...{ chunks: shapeOf(() => node.chunks), shards: shapeOf(() => node.shards) },
      ...{ cdata_shape: cdataShape, nchunks, nbytes, size, order, basename, name, fillValue },
      nchunks_initialized: typeof count === 'function' ? await count.call(node) : count,
      read_chunk_sizes: node.readChunkSizes,
      write_chunk_sizes: node.writeChunkSizes,
      ...(step.complete && {
        nbytes_stored: await node.nbytesStored(),
        info_complete: String(await node.infoComplete()),
      }),
    };
  },
  async members(session, step) {
    const node = await session.node(step);
    const { maxDepth, useConsolidatedForChildren } = step;
    const members = await listed(node.members({ maxDepth, useConsolidatedForChildren }));
    return {
      members: members.map(([path, member]) => [path, described(member)]),
      keys: await listed(node.keys()),
      arrayKeys: await listed(node.arrayKeys()),
      groupKeys: await listed(node.groupKeys()),
      nmembers: await node.nmembers({ maxDepth }),
      tree: String(await node.tree({ level: maxDepth })),
      info: String(await node.infoComplete()),
    };
  },
  async lookUp(session, step) {
    const node = await session.node(step);
    const member = await node[step.how](step.member);
    if (step.how === 'contains') return { contains: member };
    return member === undefined ? { kind: null } : { ...described(member), path: member.path };
  },

  // Changing hierarchies.
  async delete(session, step) {
    await (await session.node(step)).delItem(step.member);
  },
  async consolidate(session, { path, options }) {
    const node = await session.zarr.consolidateMetadata(session.folder, { ...options, ...(path && { path }) });
    const members = await listed(node.members({ maxDepth: null }));
    return { ...described(node), members: members.map(([name]) => name) };
  },
  async move(session, { source, target }) {
    await (await session.group('')).move(source, target);
  },
  async copy(session, { source, target }) {
    await (await session.group('')).copy(source, target);
  },
  edit(session, { find, replace }) {
    for (const key of keysOf(session.folder).filter(isDocument)) {
      const file = join(session.folder, key);
      const text = readFileSync(file, 'utf8');
      if (text.includes(find)) writeFileSync(file, text.replaceAll(find, replace));
    }
  },
};

async function listed(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

const placeOf = (path) => (path === '' ? {} : { path });
const mapValues = (record, map) => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

function shapeOf(read) {
  try {
    return read();
  } catch (error) {
    if (error.code === 'argument') return 'various';
    throw error;
  }
}

async function changeAttributes(session, node, { action, entries = [], name, path }) {
  const values = attributesOf(entries);
  const isBlocking = session.zarr === session.blocking;
  if (action === 'updateAttributes' || (action === 'update' && !isBlocking)) return node.updateAttributes(values);
  // Only the blocking API has a mapping that can be changed.
  const { attrs } = isBlocking ? node : session.blocking.open(session.folder, { path, mode: 'r+' });
  if (action === 'delete') attrs.delete(name);
  else if (action === 'set') for (const [key, value] of values) attrs.set(key, value);
  else attrs[action](values);
  if (!isBlocking) session.forget();
}

const methodNames = {
  basic: 'BasicSelection',
  orthogonal: 'OrthogonalSelection',
  coordinate: 'CoordinateSelection',
  mask: 'MaskSelection',
  block: 'BlockSelection',
};

function reading(node, { method, fields }, selection) {
  if (fields !== undefined) return node.getBasicSelection(selection, { fields });
  if (method === 'get') return node.get(selection);
  if (method in methodNames) return node[`get${methodNames[method]}`](selection);
  return node[method].get(selection);
}

function writing(node, { method, fields }, selection, value) {
  if (fields !== undefined) return node.setBasicSelection(selection, value, { fields });
  if (method === 'get') return node.set(selection, value);
  if (method in methodNames) return node[`set${methodNames[method]}`](selection, value);
  return node[method].set(selection, value);
}

/** A selection as a JavaScript user writes it. */
function selectionOf(zarr, selection) {
  if (selection.text !== undefined) return selection.text;
  if (selection.entries !== undefined) return selection.entries.map((entry) => entryOf(zarr, entry));
  const { list, bools } = selection.single;
  // A list at the top is always the entries for the axes.
  if (list !== undefined) return Int32Array.from(list);
  if (bools !== undefined) return zarr.ndarray(bools.map(Boolean), { shape: [bools.length], dtype: 'bool' });
  return entryOf(zarr, selection.single);
}

function entryOf(zarr, entry) {
  if (typeof entry !== 'object') return entry;
  if (entry.slice !== undefined) {
    const [start, stop, step] = entry.slice;
    return start === null && stop === null && step === null ? null : zarr.slice(start, stop, step ?? undefined);
  }
  if (entry.array !== undefined) return BigInt64Array.from(entry.array, BigInt);
  const bools = entry.bools ?? entry.boolArray;
  if (entry.bools !== undefined) return bools.map(Boolean);
  if (entry.boolArray !== undefined) return zarr.ndarray(bools.map(Boolean), { shape: [bools.length], dtype: 'bool' });
  if (entry.mask === undefined) return entry.list;
  return zarr.ndarray(entry.mask.bits.map(Boolean), { shape: entry.mask.shape, dtype: 'bool' });
}

/** What is written: an array, a scalar or nested lists. */
function writtenOf(zarr, value, dtype) {
  if (value.scalar !== undefined) return scalarFor(value.scalar, dtype);
  if (value.list !== undefined) return listOf(value.list, dtype);
  return zarr.ndarray(elementsOf(value), { shape: value.shape, dtype: value.dtype });
}

const listOf = (tokens, dtype) =>
  Array.isArray(tokens) ? tokens.map((token) => listOf(token, dtype)) : scalarFor(tokens, dtype);

/** Attributes from `[[name, token]]`, with the order of their names whatever they look like. */
function attributesOf(pairs) {
  return new Map(pairs.map(([name, token]) => [name, jsonOf(token)]));
}

function jsonOf(token) {
  if (Array.isArray(token)) return token.map(jsonOf);
  if (token?.object !== undefined) return attributesOf(token.object);
  return scalarFor(token);
}

function optionsOf({ zarr }, options, dtype = options.dtype) {
  const given = { ...options };
  if (given.attributes) given.attributes = attributesOf(given.attributes);
  if (given.data) given.data = writtenOf(zarr, given.data);
  if (given.fillValue) given.fillValue = scalarFor(given.fillValue, dtype);
  return given;
}

/** All nodes of a folder by their paths, each opened by itself; description.py has the same. */
export async function describe(zarr, folder) {
  const nodes = {};
  for (const path of nodePaths(folder)) {
    try {
      nodes[path] = await describeNode(await zarr.open(folder, { path, mode: 'r' }));
    } catch (error) {
      nodes[path] = { error: `${error.name}: ${error.message}` };
    }
  }
  return nodes;
}

async function describeNode(node) {
  const described = { info: String(node.info), attributes: plainAttributes(node) };
  if (node.kind === 'array') return { ...described, value: contentOf(await node.get()) };
  const members = await listed(node.members({ maxDepth: null }));
  return { ...described, tree: String(await node.tree()), members: members.map(([path]) => path).sort() };
}

function nodePaths(folder) {
  if (!existsSync(folder)) return [];
  const isNode = (directory) =>
    readdirSync(directory).some((name) => ['zarr.json', '.zarray', '.zgroup'].includes(name));
  const below = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return ['', ...below].filter((path) => isNode(join(folder, path))).sort();
}
