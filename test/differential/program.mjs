// Random programs: lists of steps, plain JSON, that follow from a seed. The generator keeps an idea of what is there, so
// that most steps make sense; where it is wrong, a step fails on both sides alike.

import { layoutOf, randomToken, valuesOf } from './elements.mjs';
import {
  MARK,
  randomArrayOptions,
  randomAttributes,
  randomDtype,
  randomGrid,
  randomShape,
  randomWrongOptions,
} from './options.mjs';
import { Random } from './random.mjs';
import { randomSelection, shapeOf } from './selections.mjs';

/** The program of a seed. */
export function makeProgram(seed) {
  const random = new Random(seed);
  const generator = new Generator(random);
  const steps = generator.start();
  const length = random.integer(8, 16);
  while (steps.length < length) steps.push(...generator.next());
  return JSON.parse(JSON.stringify({ seed, steps }));
}

/** Whether every type of these kinds holds 0 and 1, from whichever other one they come. */
const isNumber = (dtype) =>
  typeof dtype === 'string' && !/^[<>|][UVSMm]/.test(dtype) && /^(int|uint|float)$/.test(layoutOf(dtype).kind);

const nested = ([length, ...inner], make) =>
  length === undefined ? make() : Array.from({ length }, () => nested(inner, make));

class Generator {
  /** What is believed to be there: `{ kind, format, shape, dtype, outer, fill }` by path. */
  nodes = new Map();

  constructor(random) {
    this.random = random;
    this.format = random.chance(0.6) ? 3 : 2;
  }

  get arrays() {
    return [...this.nodes].filter(([, node]) => node.kind === 'array');
  }

  get groups() {
    return [...this.nodes].filter(([, node]) => node.kind === 'group');
  }

  /** A root: mostly a group, now and then an array or nothing. */
  start() {
    const { random, format } = this;
    if (random.chance(0.15)) return [this.newArray('')];
    if (random.chance(0.05)) return [];
    this.nodes.set('', { kind: 'group', format });
    const attributes = random.chance(0.4) ? { attributes: randomAttributes(random) } : {};
    const options = { ...this.formatOption(), ...attributes };
    return [
      random.pick([
        { op: 'createGroup', path: '', options },
        { op: 'group', path: '', options },
        { op: 'open', path: '', function: 'openGroup', options: { ...options, mode: random.pick(['a', 'w']) } },
      ]),
    ];
  }

  /** One step, or a few that belong together. */
  next() {
    const { random } = this;
    if (this.nodes.size === 0) return random.chance(0.7) ? this.start() : [this.opening()];
    if (this.arrays.length === 0 && random.chance(0.6)) return [this.newArray(this.newPath())];
    const step = random.weighted([
      [14, () => this.writing()],
      [12, () => this.reading()],
      [6, () => this.newArray(this.newPath())],
      [2, () => this.newArray(this.anyPath())],
      [3, () => this.newGroup()],
      [4, () => this.resizing()],
      [4, () => this.appending()],
      [5, () => this.attributes()],
      [4, () => ({ op: 'inspect', path: this.anyPath(), via: this.via(), complete: true })],
      [4, () => this.listing()],
      [3, () => this.lookingUp()],
      [3, () => this.deleting()],
      [3, () => this.consolidating()],
      [3, () => this.moving()],
      [3, () => this.opening()],
      [1, () => this.hierarchy()],
      [1, () => ({ op: 'load', path: this.anyPath() })],
    ])();
    if (step === undefined) return [];
    const hasMark = JSON.stringify(step).includes(MARK);
    return hasMark
      ? [step, { op: 'edit', find: JSON.stringify(MARK), replace: random.pick(['1.0', '-0.0', '1e+16', '7e0']) }]
      : [step];
  }

  formatOption() {
    // Format 3 is what new nodes get without asking.
    return this.format === 3 && this.random.chance(0.5) ? {} : { zarrFormat: this.format };
  }

  via() {
    return this.random.weighted([
      [3, 'kept'],
      [3, 'open'],
      [2, 'member'],
    ]);
  }

  anyPath() {
    return this.random.pick([...this.nodes.keys()]);
  }

  newPath() {
    const { random } = this;
    const name = random.pick(['a', 'b', 'c', 'é', 'x y', '10', '9', 'A', 'c0']);
    const [parent] = random.pick(this.groups.length > 0 ? this.groups : [['', {}]]);
    const deep = random.chance(0.15) ? `${random.pick(['d', 'e'])}/${name}` : name;
    return parent === '' ? deep : `${parent}/${deep}`;
  }

  /** The nearest group above a path that is believed to be there, and the path below it. */
  splitAtGroup(path) {
    const above = this.groups
      .map(([group]) => group)
      .filter((group) => path !== '' && (group === '' || path.startsWith(`${group}/`)));
    if (above.length === 0) return undefined;
    const group = this.random.pick(above);
    return { group, path: group === '' ? path : path.slice(group.length + 1) };
  }

  believe(path, node) {
    if (path !== '' && !this.nodes.has('')) this.nodes.set('', { kind: 'group', format: this.format });
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const parent = parts.slice(0, depth).join('/');
      if (!this.nodes.has(parent)) this.nodes.set(parent, { kind: 'group', format: this.format });
    }
    this.forget(path);
    this.nodes.set(path, node);
  }

  forget(path) {
    for (const key of [...this.nodes.keys()]) {
      if (key === path || path === '' || key.startsWith(`${path}/`)) this.nodes.delete(key);
    }
  }

  /** A step that makes an array, in one of the ways there are. */
  newArray(path) {
    const { random, format } = this;
    const overwrite = random.chance(this.nodes.has(path) ? 0.7 : 0.1) ? { overwrite: true } : {};
    const mayMake = !this.nodes.has(path) || overwrite.overwrite === true;
    if (random.chance(0.04)) {
      const options = { ...randomWrongOptions(random, format), ...overwrite, zarrFormat: format };
      return { op: 'createArray', path, options };
    }
    const step = random.weighted([
      [8, () => this.createArray(path, overwrite)],
      [3, () => this.create(path, overwrite)],
      [3, () => this.filled(path, overwrite)],
      [2, () => this.like(path, overwrite)],
      [2, () => this.fromArray(path, overwrite)],
      [2, () => this.withData(path, overwrite)],
      [2, () => this.require(path)],
      [2, () => this.setItem(path)],
    ])();
    const { believed, ...made } = step;
    if (mayMake || made.op === 'setItem') this.believe(path, { kind: 'array', format, ...believed });
    return made;
  }

  createArray(path, overwrite) {
    const { random, format } = this;
    const { options, outer } = randomArrayOptions(random, format);
    const { shape, dtype } = options;
    const believed = { shape, dtype, outer, fill: options.fillValue };
    const below = this.splitAtGroup(path);
    if (random.chance(0.2)) {
      const { shape: _shape, dtype: _dtype, ...rest } = options;
      const data = this.values(dtype, shape);
      return { op: 'createArray', path, believed, options: { ...rest, ...overwrite, data, zarrFormat: format } };
    }
    if (below !== undefined && random.chance(0.6)) {
      return { op: 'createArray', ...below, believed, options: { ...options, ...overwrite } };
    }
    return { op: 'createArray', path, believed, options: { ...options, ...overwrite, ...this.formatOption() } };
  }

  create(path, overwrite) {
    const { random, format } = this;
    const { options, outer } = randomArrayOptions(random, format);
    const { shape, dtype, fillValue, compressors, shards, filters, serializer, chunkKeyEncoding, ...rest } = options;
    const given = { shape, dtype, ...rest, ...overwrite, ...(fillValue !== undefined && { fillValue }) };
    if (format === 2) {
      if (compressors !== undefined) given.compressor = Array.isArray(compressors) ? null : compressors;
      if (chunkKeyEncoding !== undefined) given.dimensionSeparator = chunkKeyEncoding.separator;
    } else if (chunkKeyEncoding !== undefined) given.chunkKeyEncoding = chunkKeyEncoding;
    if (random.chance(0.15)) given.mode = random.pick(['w', 'a', 'w-']);
    if (random.chance(0.15)) given.data = this.values(dtype, shape);
    // `chunks` of "auto" is what `createArray` takes.
    if (given.chunks === 'auto') delete given.chunks;
    const believed = { shape, dtype, outer: shards ? given.chunks : outer, fill: fillValue };
    return { op: 'create', path, believed, options: { ...given, ...this.formatOption() } };
  }

  filled(path, overwrite) {
    const { random, format } = this;
    const kind = random.pick(['zeros', 'ones', 'full', 'empty']);
    const dtype =
      kind === 'full' || kind === 'empty'
        ? randomDtype(random)
        : random.pick(['int8', 'float32', 'bool', 'uint64', '>i4', 'complex64', 'float16']);
    const shape = randomShape(random);
    const { options: grid, outer } = randomGrid(random, format === 3 && random.chance(0.3) ? 3 : 2, shape);
    const { shards, ...chunks } = grid;
    const fillValue = kind === 'full' ? { fillValue: randomToken(random, dtype) } : {};
    const options = { shape, dtype, ...chunks, ...fillValue, ...overwrite };
    if (options.chunks === 'auto') delete options.chunks;
    const below = this.splitAtGroup(path);
    const believed = { shape, dtype, outer: shards ? chunks.chunks : outer, fill: fillValue.fillValue };
    if (below !== undefined && random.chance(0.5)) return { op: 'filled', kind, ...below, believed, options };
    return { op: 'filled', kind, path, believed, options: { ...options, ...this.formatOption() } };
  }

  like(path, overwrite) {
    const { random } = this;
    if (this.arrays.length === 0) return this.createArray(path, overwrite);
    const [source, node] = random.pick(this.arrays);
    const isNumber =
      typeof node.dtype === 'string' && ['int', 'uint', 'float', 'complex', 'bool'].includes(layoutOf(node.dtype).kind);
    const kind = random.pick(isNumber ? ['emptyLike', 'zerosLike', 'onesLike', 'fullLike'] : ['emptyLike', 'fullLike']);
    const options = { ...overwrite };
    if (kind === 'fullLike' && random.chance(0.5))
      Object.assign(options, { fillValue: randomToken(random, node.dtype) });
    if (random.chance(0.2)) options.attributes = randomAttributes(random);
    const below = this.splitAtGroup(path);
    const believed = { ...node };
    if (below !== undefined && random.chance(0.4)) return { op: 'like', kind, source, ...below, believed, options };
    return { op: 'like', kind, source, path, believed, options };
  }

  fromArray(path, overwrite) {
    const { random } = this;
    if (this.arrays.length === 0) return this.createArray(path, overwrite);
    const [source, node] = random.pick(this.arrays);
    const options = { ...overwrite };
    if (random.chance(0.3)) Object.assign(options, randomGrid(random, this.format, node.shape).options);
    if (random.chance(0.2)) options.compressors = random.pick([[], 'auto', 'keep']);
    if (random.chance(0.15)) options.zarrFormat = random.pick([2, 3]);
    if (random.chance(0.2)) options.attributes = randomAttributes(random);
    if (random.chance(0.15)) options.writeData = false;
    return { op: 'fromArray', source, path, believed: { ...node, outer: options.chunks ?? node.outer }, options };
  }

  /** `array` and `save`, which make arrays of values. */
  withData(path, overwrite) {
    const { random, format } = this;
    const shape = randomShape(random);
    const dtype = randomDtype(random);
    const value = this.values(dtype, shape);
    const { options: grid, outer } = randomGrid(random, 2, shape);
    const options = { ...grid, ...overwrite, zarrFormat: format };
    if (options.chunks === 'auto') delete options.chunks;
    const believed = { shape, dtype, outer };
    if (random.chance(0.2)) {
      const values = { one: value, two: this.values('int16', [3]) };
      return { op: 'save', path, believed: { kind: 'group' }, values, options: { zarrFormat: format } };
    }
    if (random.chance(0.5)) return { op: 'array', path, believed, value, options };
    // zarr-python gives the chunks of `save` twice, and fails.
    return { op: 'save', path, believed, value, options: { ...overwrite, zarrFormat: format } };
  }

  require(path) {
    const { random, format } = this;
    const below = this.splitAtGroup(path);
    if (below === undefined) return this.createArray(path, {});
    const node = this.nodes.get(path);
    const known = node?.kind === 'array' && random.chance(0.7);
    const { options, outer } = randomArrayOptions(
      random,
      format,
      known ? node.dtype : undefined,
      known ? node.shape : undefined,
    );
    const exact = random.chance(0.3) ? { exact: random.chance(0.5) } : {};
    const { shape, dtype } = options;
    return {
      op: 'requireArray',
      ...below,
      believed: { shape, dtype, outer, fill: options.fillValue },
      options: { ...options, ...exact },
    };
  }

  setItem(path) {
    const below = this.splitAtGroup(path);
    if (below === undefined) return this.createArray(path, {});
    const [dtype, shape] = [randomDtype(this.random), randomShape(this.random)];
    return { op: 'setItem', ...below, believed: { shape, dtype, outer: shape }, value: this.values(dtype, shape) };
  }

  newGroup() {
    const { random, format } = this;
    const path = random.chance(0.75) ? this.newPath() : this.anyPath();
    const overwrite = random.chance(0.15) ? { overwrite: true } : {};
    const attributes = random.chance(0.4) ? { attributes: randomAttributes(random) } : {};
    const isThere = this.nodes.has(path) && overwrite.overwrite !== true;
    if (!isThere) this.believe(path, { kind: 'group', format });
    const below = this.splitAtGroup(path);
    const whole = {
      op: random.pick(['createGroup', 'group']),
      path,
      options: { ...overwrite, ...attributes, zarrFormat: format },
    };
    if (below === undefined || random.chance(0.4)) return whole;
    if (random.chance(0.5)) return { op: 'requireGroup', ...below, options: overwrite };
    return { op: 'createGroup', ...below, options: { ...overwrite, ...attributes } };
  }

  hierarchy() {
    const { random, format } = this;
    const overwrite = random.chance(0.5);
    const base = random.chance(0.5) ? 'h' : this.newPath();
    const group = { attributes: { made: 'whole' }, zarr_format: 3, node_type: 'group' };
    const array = {
      ...{ shape: [4], data_type: 'int16', chunk_grid: { name: 'regular', configuration: { chunk_shape: [2] } } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      fill_value: 3,
      codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
      ...{ attributes: {}, zarr_format: 3, node_type: 'array', storage_transformers: [] },
    };
    const array2 = {
      ...{ shape: [4], chunks: [2], dtype: '<i2', fill_value: 3, order: 'C', filters: null, dimension_separator: '.' },
      ...{ compressor: null, zarr_format: 2, attributes: { units: 'K' } },
    };
    const documents = format === 3 ? [group, array] : [{ zarr_format: 2, attributes: { made: 'whole' } }, array2];
    const texts = documents.map((document) => JSON.stringify(document));
    this.believe(`${base}/g`, { kind: 'group', format });
    this.believe(`${base}/g/a`, { kind: 'array', format, shape: [4], dtype: 'int16', outer: [2] });
    return { op: 'createHierarchy', nodes: { [`${base}/g`]: texts[0], [`${base}/g/a`]: texts[1] }, overwrite };
  }

  /** Values of a shape; now and then nothing but fill value, so that chunks go away. */
  values(dtype, shape, fill) {
    const { random } = this;
    if (fill !== undefined && fill !== null && random.chance(0.2)) return valuesOf(dtype, shape, () => fill);
    const one = randomToken(random, dtype);
    const isConstant = random.chance(0.1);
    return valuesOf(dtype, shape, () => (isConstant ? one : randomToken(random, dtype)));
  }

  reading() {
    const { random } = this;
    const array = this.someArray();
    if (array === undefined) return undefined;
    const [path, { shape, outer }] = array;
    return { op: 'get', path, via: this.via(), ...randomSelection(random, shape, outer) };
  }

  someArray() {
    return this.arrays.length === 0 ? undefined : this.random.pick(this.arrays);
  }

  writing() {
    const { random } = this;
    const array = this.someArray();
    if (array === undefined) return undefined;
    const [path, { shape, outer, dtype, fill }] = array;
    const where = randomSelection(random, shape, outer, true);
    const taken = shapeOf(where, shape);
    const value = this.written(dtype, taken, fill);
    const config = random.chance(0.08) ? { writeEmptyChunks: random.chance(0.5) } : {};
    const via = random.chance(0.02) ? 'read' : this.via();
    return { op: 'set', path, via, ...where, value, ...config };
  }

  written(dtype, shape, fill) {
    const { random } = this;
    const scalar = () => ({
      scalar: fill !== undefined && fill !== null && random.chance(0.2) ? fill : randomToken(random, dtype),
    });
    if (shape === undefined || random.chance(0.25)) return scalar();
    if (isNumber(dtype) && random.chance(0.12)) return this.converted(shape);
    if (random.chance(0.1) && shape.length > 0) {
      // Fewer axes, or axes of length one, as NumPy broadcasts them.
      const narrow = random.chance(0.5) ? shape.slice(1) : shape.map((length) => (random.chance(0.5) ? 1 : length));
      return this.values(dtype, narrow, fill);
    }
    if (random.chance(0.03)) return this.values(dtype, [...shape, 2], fill);
    return this.values(dtype, shape, fill);
  }

  /** Small integers as another type has them, or as nested lists; now and then ones that not every type can hold. */
  converted(shape) {
    const { random } = this;
    if (random.chance(0.15)) return valuesOf('float64', shape, () => ({ float: random.pick(['2.5', '3.0']) }));
    const small = () => String(random.integer(0, 1));
    if (random.chance(0.4) && shape.length > 0) return { list: nested(shape, () => ({ int: small() })) };
    const [dtype, token] = random.pick([
      ['int16', () => ({ int: small() })],
      ['uint64', () => ({ int: small() })],
      ['float32', () => ({ float: `${small()}.0` })],
      ['float64', () => ({ float: `${small()}.0` })],
    ]);
    return valuesOf(dtype, shape, token);
  }

  resizing() {
    const { random } = this;
    const array = this.someArray();
    if (array === undefined) return undefined;
    const [path, node] = array;
    if (random.chance(0.05))
      return {
        op: 'resize',
        path,
        via: this.via(),
        shape: random.pick([[...node.shape, 2], node.shape.map(() => -1)]),
      };
    const shape = node.shape.map((length) => (random.chance(0.4) ? length : random.integer(0, length + 5)));
    node.shape = shape;
    return { op: 'resize', path, via: this.via(), shape: shape.length === 1 && random.chance(0.3) ? shape[0] : shape };
  }

  appending() {
    const { random } = this;
    const array = this.someArray();
    if (array === undefined) return undefined;
    const [path, node] = array;
    if (node.shape.length === 0 || random.chance(0.05)) {
      return { op: 'append', path, via: this.via(), axis: 0, value: this.values(node.dtype, [2, ...node.shape, 1]) };
    }
    const axis = random.integer(0, node.shape.length - 1);
    const added = node.shape.with(axis, random.integer(0, 4));
    node.shape = node.shape.with(axis, node.shape[axis] + added[axis]);
    const value = this.values(node.dtype, added, node.fill);
    return { op: 'append', path, via: this.via(), axis: random.chance(0.05) ? axis - node.shape.length : axis, value };
  }

  attributes() {
    const { random } = this;
    const action = random.pick(['set', 'update', 'put', 'updateAttributes', 'delete']);
    const entries = randomAttributes(random);
    const about = action === 'delete' ? { name: random.pick(['units', 'a', '10', '']) } : { entries };
    return { op: 'attributes', path: this.anyPath(), via: this.via(), action, ...about };
  }

  listing() {
    const { random } = this;
    const [path] = random.pick(this.groups.length > 0 ? this.groups : [['']]);
    const maxDepth = random.pick([0, 1, null, null]);
    return { op: 'members', path, via: this.via(), maxDepth, useConsolidatedForChildren: random.chance(0.8) };
  }

  lookingUp() {
    const { random } = this;
    const [path] = random.pick(this.groups.length > 0 ? this.groups : [['']]);
    const below = [...this.nodes.keys()].filter((key) => key !== path && (path === '' || key.startsWith(`${path}/`)));
    const known = below.length > 0 && random.chance(0.75);
    const target = known
      ? random.pick(below)
      : `${path === '' ? '' : `${path}/`}${random.pick(['nothing', 'a', 'a/b/c'])}`;
    const member = path === '' ? target : target.slice(path.length + 1);
    return {
      op: 'lookUp',
      path,
      via: this.via(),
      how: random.pick(['contains', 'getItem', 'get', 'getArray', 'getGroup']),
      member,
    };
  }

  deleting() {
    const { random } = this;
    const target = random.chance(0.85) ? this.anyPath() : this.newPath();
    const below = this.splitAtGroup(target);
    if (below === undefined) return undefined;
    this.forget(target);
    return { op: 'delete', path: below.group, via: this.via(), member: below.path };
  }

  consolidating() {
    const { random, format } = this;
    const [path] = random.chance(0.7) || this.groups.length === 0 ? [''] : random.pick(this.groups);
    return { op: 'consolidate', path, options: random.chance(0.5) ? {} : { zarrFormat: format } };
  }

  moving() {
    const { random } = this;
    const sources = [...this.nodes.keys()].filter((path) => path !== '');
    if (sources.length === 0) return undefined;
    const source = random.pick(sources);
    const target = random.chance(0.85) ? this.newPath() : random.pick(sources);
    const op = random.pick(['move', 'copy']);
    if (!this.nodes.has(target) && !target.startsWith(`${source}/`)) {
      const moved = [...this.nodes].filter(([path]) => path === source || path.startsWith(`${source}/`));
      if (op === 'move') this.forget(source);
      for (const [path, node] of moved) this.believe(target + path.slice(source.length), { ...node });
    }
    return { op, source, target };
  }

  opening() {
    const { random, format } = this;
    const path = random.chance(0.6) && this.nodes.size > 0 ? this.anyPath() : this.newPath();
    const name = random.pick(['open', 'open', 'openArray', 'openArray', 'openGroup', 'openGroup', 'openConsolidated']);
    if (name === 'openConsolidated')
      return { op: 'open', path, function: name, options: { mode: random.pick(['r', 'r+']) } };
    const mode = random.pick(['r', 'r+', 'a', 'a', 'w-', ...(random.chance(0.2) ? ['w'] : [])]);
    const options = {
      mode,
      ...((format === 2 || random.chance(0.5)) && { zarrFormat: random.chance(0.92) ? format : 5 - format }),
    };
    if (name !== 'openGroup' && random.chance(0.5)) {
      const dtype = randomDtype(random);
      const shape = randomShape(random);
      Object.assign(options, { shape, dtype });
      if (mode === 'w' || (mode !== 'r' && mode !== 'r+' && !this.nodes.has(path))) {
        this.believe(path, { kind: 'array', format, shape, dtype, outer: shape });
      }
    } else if (mode === 'w' || (mode !== 'r' && mode !== 'r+' && !this.nodes.has(path))) {
      if (name !== 'openArray') this.believe(path, { kind: 'group', format });
    }
    return { op: 'open', path, function: name, options };
  }
}
