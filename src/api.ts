/**
 * The functions of the library, each written once as a Task; `index.ts` runs them with promises, `sync.ts` blocking.
 */
import { config } from './config.js';
import { createNode, formatFor } from './core/create.js';
import { createArrayNode, type Filling } from './core/create-array.js';
import { readNode } from './core/documents.js';
import { checkApart, createFromArray } from './core/from-array.js';
import { chainOf } from './core/info.js';
import { keptOptions, withoutKeep } from './core/keep.js';
import { whenLoaded } from './core/loaded.js';
import { listMembers } from './core/members.js';
import {
  type ArrayConfigParams,
  ArrayNode,
  arrayConfig,
  arrayNodeOf,
  GroupNode,
  nodeOfHandle,
  type OperationOptions,
  type ZarrNode,
} from './core/node.js';
import { type Mode, modeFor, openArrayNode, openGroupNode, openNode } from './core/open.js';
import { getSelection, setSelection } from './core/selections.js';
import { checkTransfer, transferData } from './core/transfer.js';
import { type Tree, type TreeOptions, treeOf } from './core/tree.js';
import { described } from './described.js';
import { parseDtype } from './dtypes/registry.js';
import type { DTypeSpec } from './dtypes/types.js';
import { ArgumentError, NodeNotFoundError, NodeTypeValidationError } from './errors.js';
import { fromPlain } from './json/convert.js';
import { isJsonObject } from './json/model.js';
import { type ArrayOptions, createArrayModel, createGroupModel } from './metadata/create.js';
import { parseDocument } from './metadata/document.js';
import type { ArrayModel, NodeModel, ZarrFormat } from './metadata/model.js';
import { isSameType } from './ndarray/cast.js';
import { castArray } from './ndarray/convert.js';
import { ndarray } from './ndarray/infer.js';
import { NdArray } from './ndarray/ndarray.js';
import { checkOptions, inspected, isGiven, withoutNull } from './options.js';
import { normalizePath, validateNodePath } from './stores/key.js';
import { resolveStore, type StorageOptions, type StoreLike } from './stores/resolve.js';
import type { StorePath } from './stores/store-path.js';
import type { Task } from './task.js';

/** Values in memory, with their shape: what `save` takes. */
export type ArrayData =
  | ArrayBufferView
  | NdArray
  | { readonly data: ArrayLike<unknown>; readonly shape: readonly number[]; readonly stride?: readonly number[] }
  | StoredArray;

/** An `Array` or `AsyncArray`. */
export interface StoredArray {
  /** Tells arrays from groups. */
  readonly kind: 'array';
  /** Where it is. */
  readonly storePath: StorePath;
}

/** Where a node is, and how it is opened. */
export interface PlaceOptions {
  /** Path below the store's own. */
  readonly path?: string | undefined;
  /**
   * 2 or 3: the format to look for, and of what is made. Both are looked for, and 3 is made
   * (`config.defaultZarrFormat`), where it is not given.
   */
  readonly zarrFormat?: ZarrFormat | undefined;
  /** Alias of `zarrFormat`. */
  readonly zarrVersion?: ZarrFormat | undefined;
  /** Handed to the store that a URL makes. */
  readonly storageOptions?: StorageOptions | undefined;
}

/** What the library adds itself is no option of the calls. */
type Added = 'zarrFormat' | 'v2DefaultCompressor' | 'targetShardSizeBytes' | 'defaultOrder';
type Model = Omit<ArrayOptions, 'shape' | 'dtype' | Added>;

/** What an array is made of. */
export interface ArrayMakingOptions<D = DTypeSpec> extends Model, OperationOptions {
  /** A data type's name, JSON or instance, or NumPy's text for it. */
  readonly dtype?: D | undefined;
  /** Deletes what is there once the new node has been checked; without it, something there is an error. */
  readonly overwrite?: boolean | undefined;
}

/** What `createArray` takes. */
export interface CreateArrayOptions<D = DTypeSpec> extends ArrayMakingOptions<D>, Omit<PlaceOptions, 'path'> {
  /** Path below the store's own. */
  readonly name?: string | undefined;
  /** Lengths of the axes, where `data` does not give them; one number will do for one axis. */
  readonly shape?: number | readonly number[] | undefined;
  /** Values to write; they give the shape and the data type. */
  readonly data?: unknown;
  /** `false` makes the array of `data` without writing it. */
  readonly writeData?: boolean | undefined;
}

/** Options that `"keep"` leaves as they are in the source; so does `undefined`. */
type Keepable = 'chunks' | 'shards' | 'filters' | 'compressors' | 'serializer';

/** What `fromArray` takes. */
export interface FromArrayOptions
  extends Omit<CreateArrayOptions, 'shape' | 'dtype' | 'data' | Keepable>,
    Readonly<{ [K in Keepable]?: CreateArrayOptions[K] | 'keep' }> {
  /** A zarr array of either API, an `NdArray`, a typed array, `{ data, shape }`. */
  readonly data: unknown;
}

/** What `create` takes: zarr-python's older names too. */
export interface CreateOptions<D = DTypeSpec> extends ArrayMakingOptions<D>, PlaceOptions {
  /** Where the array is kept; by default in a new `MemoryStore`. */
  readonly store?: StoreLike | undefined;
  /**
   * `"a"`, the default, makes the array where nothing is; `"w"` replaces what is there; `"w-"` fails where anything is;
   * `"r"` and `"r+"` are an error.
   */
  readonly mode?: Mode | undefined;
  /** The same as `chunks`. */
  readonly chunkShape?: ArrayOptions['chunks'] | undefined;
  /** Values written after the array is made; shape and data type do not follow from them. */
  readonly data?: unknown;
  /** Deprecated: `config.writeEmptyChunks`. */
  readonly writeEmptyChunks?: boolean | undefined;
}

/** What `openArray` takes; the options of `create` make an array where the mode allows it. */
export interface OpenArrayOptions<D = DTypeSpec> extends Omit<CreateOptions<D>, 'store' | 'overwrite'> {
  /** Lengths of the axes of an array that is made; one number will do for one axis. Without it nothing is made. */
  readonly shape?: number | readonly number[] | undefined;
}

/** What `openGroup` takes. */
export interface OpenGroupOptions extends PlaceOptions {
  /**
   * `"r"` and `"r+"` open; `"a"`, the default, opens or makes; `"w"` replaces; `"w-"` makes, and fails where anything
   * is.
   */
  readonly mode?: Mode | undefined;
  /** Of a group that is made. */
  readonly attributes?: object | undefined;
  /** `true`: consolidated metadata must be there; `false`: it is left alone; a text: its name in format 2. */
  readonly useConsolidated?: boolean | string | undefined;
}

/** What `createGroup` and `group` take. */
export interface CreateGroupOptions extends PlaceOptions {
  /** Deletes what is there first; without it, something there is an error to `createGroup`, and `group` opens it. */
  readonly overwrite?: boolean | undefined;
  /** Attributes of the new group: JSON values by their names, an object or a `Map`. */
  readonly attributes?: object | undefined;
}

/** What `save` and its kin take. */
export interface SaveOptions extends ArrayMakingOptions, PlaceOptions {
  /** `"w"` is the same as `overwrite`. */
  readonly mode?: Mode | undefined;
  /** The same as `chunks`. */
  readonly chunkShape?: ArrayOptions['chunks'] | undefined;
}

/** What `load` takes. */
export interface LoadOptions extends PlaceOptions, OperationOptions {}

export const PLACE = ['path', 'zarrFormat', 'zarrVersion', 'storageOptions'] as const;
export const OPERATION = ['config', 'signal', 'onProgress'] as const;
export const MODEL = [
  'dtype',
  'chunks',
  'shards',
  'filters',
  'compressors',
  'compressor',
  'serializer',
  'codecs',
  'fillValue',
  'order',
  'attributes',
  'chunkKeyEncoding',
  'dimensionSeparator',
  'dimensionNames',
] as const;
export const CREATE = [
  ...PLACE,
  ...OPERATION,
  ...MODEL,
  'store',
  'mode',
  'overwrite',
  'chunkShape',
  'data',
  'writeEmptyChunks',
];
const CREATE_ARRAY = [
  ...PLACE.filter((name) => name !== 'path'),
  ...OPERATION,
  ...MODEL,
  'name',
  'shape',
  'data',
  'writeData',
  'overwrite',
];
/** What groups take for arrays that they make: their format and place are given. */
export const MEMBER_ARRAY: readonly string[] = CREATE_ARRAY.filter(
  (name) => name !== 'name' && !(PLACE as readonly string[]).includes(name),
);
/** What a group's `createGroup` takes. */
export const MEMBER_GROUP: readonly string[] = ['overwrite', 'attributes'];
/** What groups take for arrays that they fill, or make like another one: the options of `create`, place and format given. */
export const MEMBER_CREATE: readonly string[] = CREATE.filter((name) => !['store', 'mode', ...PLACE].includes(name));
const SAVE = [...PLACE, ...OPERATION, ...MODEL, 'mode', 'overwrite', 'chunkShape'];
const FROM_ARRAY = CREATE_ARRAY.filter((name) => name !== 'shape' && name !== 'dtype');
const OPEN_ARRAY = [...CREATE.filter((name) => name !== 'store' && name !== 'overwrite'), 'shape'];
const OPEN_GROUP = [...PLACE, 'mode', 'attributes', 'useConsolidated'];

/** Members for which null means something else than "not given". */
const MEANINGFUL_NULL = MODEL.filter((name) => name !== 'dtype');

/** `options`, whose names are all known, without what is not given. */
function checked<T extends object>(options: T, known: readonly string[], caller: string): T {
  checkOptions(options, known, caller);
  return withoutNull(options, MEANINGFUL_NULL);
}

export function placeOf(
  store: StoreLike | undefined,
  options: PlaceOptions,
  path: string | undefined,
  mode?: unknown,
): StorePath {
  return resolveStore(store, {
    path: normalizePath(path),
    storageOptions: options.storageOptions,
    readOnly: mode === 'r',
  });
}

export function givenFormat({ zarrFormat, zarrVersion }: PlaceOptions): ZarrFormat | undefined {
  const format: unknown = zarrFormat ?? zarrVersion ?? undefined;
  return format === undefined ? undefined : formatFor(format);
}

/** The options that make a model, without those of places and operations. */
export function modelOptions(options: object): Partial<ArrayOptions> {
  const model = Object.entries(options).filter(([name]) => (MODEL as readonly string[]).includes(name));
  return Object.fromEntries(model);
}

function modelFor(
  options: ArrayMakingOptions,
  shape: ArrayOptions['shape'],
  dtype: DTypeSpec,
  format: ZarrFormat,
  v2DefaultCompressor?: ArrayOptions['v2DefaultCompressor'],
): ArrayModel {
  const targetShardSizeBytes = config.get('array.targetShardSizeBytes');
  const defaultOrder = config.get('array.order');
  return createArrayModel(
    {
      ...modelOptions(options),
      shape,
      dtype,
      zarrFormat: format,
      v2DefaultCompressor,
      targetShardSizeBytes,
      defaultOrder,
    },
    arrayConfig(options.config).limits,
  );
}

// Opening.

export function* open(store: StoreLike | undefined, given: OpenArrayOptions & OpenGroupOptions = {}): Task<ZarrNode> {
  const options = checked(given, [...OPEN_ARRAY, 'useConsolidated'], 'open');
  const storePath = placeOf(store, options, options.path, options.mode);
  const mode = modeFor(options.mode, storePath, 'a');
  const create = options.shape === undefined ? undefined : arrayMaker(options, options.shape);
  const handle = { mode, format: givenFormat(options), config: handleConfig(options) };
  const { attributes, useConsolidated } = options;
  return yield* openNode(storePath, handle, { attributes, useConsolidated, ...fillingOf(options) }, create);
}

export function* openArray(store: StoreLike | undefined, given: OpenArrayOptions = {}): Task<ArrayNode> {
  const options = checked(given, OPEN_ARRAY, 'openArray');
  const storePath = placeOf(store, options, options.path, options.mode);
  const mode = options.mode === undefined ? undefined : modeFor(options.mode, storePath, 'r');
  const create = options.shape === undefined ? undefined : arrayMaker(options, options.shape);
  const handle = { mode, format: givenFormat(options), config: handleConfig(options) };
  return yield* openArrayNode(storePath, handle, create, fillingOf(options));
}

export function* openGroup(store: StoreLike | undefined, given: OpenGroupOptions = {}): Task<GroupNode> {
  const options = checked(given, OPEN_GROUP, 'openGroup');
  const storePath = placeOf(store, options, options.path, options.mode);
  const mode = modeFor(options.mode, storePath, 'a');
  const { attributes, useConsolidated } = options;
  return yield* openGroupNode(storePath, { mode, format: givenFormat(options), attributes, useConsolidated });
}

export function* openConsolidated(store: StoreLike, options: OpenGroupOptions = {}): Task<GroupNode> {
  checkOptions(options, OPEN_GROUP, 'openConsolidated');
  if (isGiven(options?.useConsolidated) && options.useConsolidated !== true) {
    throw new ArgumentError('openConsolidated: useConsolidated is true; openGroup takes other values');
  }
  return yield* openGroup(store, { ...options, useConsolidated: true });
}

// Making arrays.

export function* createArray(store: StoreLike | undefined, given: CreateArrayOptions = {}): Task<ArrayNode> {
  const options = checked(given, CREATE_ARRAY, 'createArray');
  const storePath = placeOf(store, options, options.name);
  return yield* createArrayAt(storePath, options, formatLike(options, arrayNodeOf(options.data)), 'zstd');
}

/** The format that was given, or that of a zarr array, or the one that new nodes get. */
function formatLike(options: PlaceOptions, source: ArrayNode | undefined): ZarrFormat {
  return formatFor(givenFormat(options) ?? source?.model.format);
}

export function* fromArray(store: StoreLike | undefined, options: FromArrayOptions): Task<ArrayNode> {
  checkOptions(options, FROM_ARRAY, 'fromArray');
  if (options?.data === undefined) throw new ArgumentError('fromArray: expected data');
  const storePath = placeOf(store, options, options.name);
  // Without "keep", these are the options of `createArray`.
  const given = withoutKeep(options) as CreateArrayOptions;
  return yield* createArrayAt(storePath, given, formatLike(options, arrayNodeOf(options.data)), 'zstd');
}

/** An array at `storePath`; groups make theirs through this too. */
export function* createArrayAt(
  storePath: StorePath,
  given: CreateArrayOptions,
  format: ZarrFormat,
  v2DefaultCompressor: 'zstd' | 'blosc',
  through?: GroupNode,
): Task<ArrayNode> {
  const options = withoutNull(given, MEANINGFUL_NULL);
  if (storePath.path !== '') validateNodePath(storePath.path);
  const { overwrite = false, writeData = true } = options;
  const source = arrayNodeOf(options.data);
  if (source !== undefined) return yield* createOf(storePath, source, options, format, through);
  const { shape, dtype, data } = shapeAndData(options);
  const handle = arrayConfig(options.config);
  const model = yield* whenLoaded(() => modelFor(options, shape, dtype, format, v2DefaultCompressor));
  const filling = { ...operationOptions(options), data: writeData ? data : undefined };
  return yield* createArrayNode(storePath, model, { handle, overwrite, through }, filling);
}

/** An array of what a zarr array has. */
function createOf(
  storePath: StorePath,
  source: ArrayNode,
  options: CreateArrayOptions,
  format: ZarrFormat,
  through: GroupNode | undefined,
): Task<ArrayNode> {
  if (options.shape !== undefined || options.dtype !== undefined) throw new ArgumentError(DATA_GIVES_ALL);
  const { overwrite = false, writeData = true } = options;
  const making = { format, config: arrayConfig(options.config), changes: modelOptions(options), overwrite, writeData };
  return createFromArray(storePath, source, { ...operationOptions(options), ...making }, through);
}

const DATA_GIVES_ALL = 'createArray: data gives shape and dtype; expected either data, or shape and dtype';

function shapeAndData({ shape, dtype, data }: CreateArrayOptions): {
  readonly shape: ArrayOptions['shape'];
  readonly dtype: DTypeSpec;
  readonly data: NdArray | undefined;
} {
  if (data === undefined) {
    if (shape === undefined || shape === null)
      throw new ArgumentError('createArray: expected shape and dtype, or data');
    if (dtype === undefined || dtype === null) throw new ArgumentError('createArray: expected dtype besides shape');
    return { shape, dtype, data: undefined };
  }
  if (shape !== undefined || dtype !== undefined) {
    throw new ArgumentError(DATA_GIVES_ALL);
  }
  const values = ndarray(data);
  return { shape: values.shape, dtype: values.dtype, data: values };
}

export function* create(shape: number | readonly number[], given: CreateOptions = {}): Task<ArrayNode> {
  const options = checked(given, CREATE, 'create');
  const storePath = placeOf(options.store, options, options.path, options.mode);
  if (storePath.path !== '') validateNodePath(storePath.path);
  const { overwrite = false } = options;
  const asked = overwrite && options.mode === undefined ? 'w' : modeFor(options.mode, storePath, 'a');
  const mode = overwrite && asked === 'a' ? 'w' : asked;
  if (mode === 'r' || mode === 'r+') throw new ArgumentError(`create: mode "${mode}" makes no array`);
  const make = arrayMaker(options, shape);
  const format = formatFor(givenFormat(options));
  const handle = arrayConfig(handleConfig(options));
  if (mode !== 'a') {
    return yield* openArrayNode(storePath, { mode, format, config: handle }, make, fillingOf(options));
  }
  return yield* createArrayNode(
    storePath,
    yield* whenLoaded(() => make(format)),
    { handle, overwrite: false },
    fillingOf(options),
  );
}

/** `create`, with the shape among the options. */
export function* createShaped(
  store: StoreLike,
  given: CreateOptions & { readonly shape: number | readonly number[] },
): Task<ArrayNode> {
  checkOptions(given, [...CREATE, 'shape'], 'create');
  const { shape, ...options } = given ?? {};
  return yield* create(shape, { store, ...options });
}

/** An array at `storePath` by the options of `create`; groups make theirs through this. */
export function* createFilledAt(
  storePath: StorePath,
  given: CreateOptions,
  shape: ArrayOptions['shape'],
  format: ZarrFormat,
  through: GroupNode,
): Task<ArrayNode> {
  const options = withoutNull(given, MEANINGFUL_NULL);
  if (storePath.path !== '') validateNodePath(storePath.path);
  const { overwrite = false } = options;
  const handle = arrayConfig(handleConfig(options));
  const model = yield* whenLoaded(() => arrayMaker(options, shape)(format));
  return yield* createArrayNode(storePath, model, { handle, overwrite, through }, fillingOf(options));
}

/** What `create` and the opening functions make an array by: the older names are mapped here. */
function arrayMaker(options: CreateOptions, shape: ArrayOptions['shape']): (format: ZarrFormat) => ArrayModel {
  const { dtype = 'float64' } = options;
  const chunks = chosenChunks(options);
  return (format) => modelFor({ ...options, chunks }, shape, dtype, format);
}

function chosenChunks({ chunks, chunkShape }: Pick<CreateOptions, 'chunks' | 'chunkShape'>): ArrayOptions['chunks'] {
  if (chunks === undefined || chunkShape === undefined) return chunks ?? chunkShape;
  throw new ArgumentError('chunks and chunkShape: expected at most one of them');
}

function handleConfig({ config: given, writeEmptyChunks }: CreateOptions): ArrayConfigParams | undefined {
  return writeEmptyChunks === undefined ? given : { ...given, writeEmptyChunks };
}

const operationOptions = ({ signal, onProgress }: OperationOptions): OperationOptions => ({ signal, onProgress });

const fillingOf = ({ data, signal, onProgress }: Filling): Filling => ({ data, signal, onProgress });

export function* array(data: unknown, given: CreateOptions = {}): Task<ArrayNode> {
  const options = checked(given, CREATE, 'array');
  if (options.data !== undefined) throw new ArgumentError('array: the data comes first, not as an option');
  const source = arrayNodeOf(data);
  if (source !== undefined && isKept(source, options)) return yield* arrayOf(source, options);
  const values = source === undefined ? ndarray(data) : yield* readWhole(source);
  return yield* create(values.shape, { dtype: values.dtype, ...options, data: values });
}

/** Whether the data type stays, so that elements need no casting, which could fail half-way. */
const isKept = ({ model }: ArrayNode, { dtype }: CreateOptions): boolean =>
  dtype === undefined || isSameType(model.dtype, parseDtype(dtype));

/** An array that keeps what a zarr array has, made by the options of `create`. */
function* arrayOf(source: ArrayNode, options: CreateOptions): Task<ArrayNode> {
  checkOptions(options, CREATE, 'array');
  const format = formatLike(options, source);
  const { chunkShape, dtype: _, ...given } = options;
  const changes = { ...modelOptions(given), ...(chunkShape !== undefined && { chunks: chunkShape }) };
  const { shape, ...kept } = keptOptions(source, format, changes);
  const place = placeOf(options.store, options, options.path, options.mode);
  if (options.overwrite || options.mode === 'w') checkApart(source.storePath, place);
  const node = yield* create(shape, { ...given, ...(kept as CreateOptions), zarrFormat: format });
  yield* transferData(source, node, operationOptions(options));
  return node;
}

export const empty = (shape: number | readonly number[], options: CreateOptions = {}): Task<ArrayNode> =>
  create(shape, options);

export const zeros = (shape: number | readonly number[], options: CreateOptions = {}): Task<ArrayNode> =>
  filled(shape, 0, options, 'zeros');

export const ones = (shape: number | readonly number[], options: CreateOptions = {}): Task<ArrayNode> =>
  filled(shape, 1, options, 'ones');

export function full(
  shape: number | readonly number[],
  fillValue: unknown,
  options: CreateOptions = {},
): Task<ArrayNode> {
  if (fillValue === undefined) throw new ArgumentError('full: expected a fill value after the shape');
  return filled(shape, fillValue, options, 'full');
}

function filled(
  shape: number | readonly number[],
  fillValue: unknown,
  options: CreateOptions,
  caller: string,
): Task<ArrayNode> {
  checkOptions(options, CREATE, caller);
  if (options?.fillValue !== undefined) throw new ArgumentError(`${caller}: the fill value is not an option`);
  return create(shape, { ...options, fillValue });
}

/** The array that a document describes; nothing is read or written. */
export function arrayFromDict(storePath: StorePath, document: object): ArrayNode {
  const model = modelFromDict(document);
  if (model.kind === 'array') return new ArrayNode(storePath, model, arrayConfig(undefined));
  throw new NodeTypeValidationError('expected the document of an array, got that of a group');
}

/** The group that a document describes; nothing is read or written. */
export function groupFromDict(storePath: StorePath, document: object): GroupNode {
  const model = modelFromDict(document);
  if (model.kind === 'group') return new GroupNode(storePath, model);
  throw new NodeTypeValidationError('expected the document of a group, got that of an array');
}

function modelFromDict(document: object): NodeModel {
  const json = fromPlain(document, 'document');
  if (!isJsonObject(json)) throw new ArgumentError('expected a metadata document: an object');
  return parseDocument(json, config.limits);
}

// Making groups.

export function* createGroup(store: StoreLike | undefined, given: CreateGroupOptions = {}): Task<GroupNode> {
  const options = checked(given, [...PLACE, 'overwrite', 'attributes'], 'createGroup');
  const storePath = placeOf(store, options, options.path);
  return yield* createGroupAt(storePath, options, formatFor(givenFormat(options)));
}

/** A group at `storePath`; groups make theirs through this too. */
export function* createGroupAt(
  storePath: StorePath,
  { overwrite = false, attributes }: Pick<CreateGroupOptions, 'overwrite' | 'attributes'>,
  format: ZarrFormat,
  through?: GroupNode,
): Task<GroupNode> {
  if (storePath.path !== '') validateNodePath(storePath.path);
  const model = createGroupModel(format, attributes);
  yield* createNode(storePath, model, overwrite, through);
  return new GroupNode(storePath, model, through);
}

export function* group(store: StoreLike | undefined, given: CreateGroupOptions = {}): Task<GroupNode> {
  const options = checked(given, [...PLACE, 'overwrite', 'attributes'], 'group');
  const { overwrite = false, ...rest } = options;
  return yield* openGroup(store, { ...rest, mode: overwrite ? 'w' : 'a' });
}

/** The picture of a hierarchy, by the handle of its group. */
export function* tree(group: unknown, options?: TreeOptions): Task<Tree> {
  const node = nodeOfHandle(group);
  if (node?.kind === 'group') return yield* treeOf(node, options);
  throw new ArgumentError(`tree: expected a group, got ${described(group)}`);
}

// Saving and loading.

export function* save(
  store: StoreLike,
  value: ArrayData | readonly ArrayData[] | Readonly<Record<string, ArrayData>>,
  options: SaveOptions = {},
): Task<void> {
  if (isArrayData(value)) return yield* saveArray(store, value, options);
  return yield* saveGroup(store, value, options);
}

export function* saveArray(store: StoreLike, value: ArrayData, given: SaveOptions = {}): Task<void> {
  const options = checked(given, SAVE, 'saveArray');
  const values = valuesOf(value, 'saveArray');
  const storePath = placeOf(store, options, options.path, options.mode);
  const overwrite = options.overwrite ?? options.mode === 'w';
  yield* createValues(storePath, values, { ...options, overwrite });
}

export function* saveGroup(
  store: StoreLike,
  values: readonly ArrayData[] | Readonly<Record<string, ArrayData>>,
  given: SaveOptions = {},
): Task<void> {
  const options = checked(given, SAVE, 'saveGroup');
  if (typeof values !== 'object' || values === null) {
    throw new ArgumentError(`save: expected arrays in a list or by their names, got ${described(values)}`);
  }
  const named: [string, unknown][] = inspected('save', () =>
    Array.isArray(values) ? Array.from(values, (value, i) => [`arr_${i}`, value]) : Object.entries(values),
  );
  if (named.length === 0) throw new ArgumentError('save: expected at least one array');
  const arrays = named.map(([name, value]) => [name, valuesOf(value, `save: ${name}`)] as const);
  checkNames(arrays.map(([name]) => normalizePath(name)));
  const format = formatFor(givenFormat(options));
  const storePath = placeOf(store, options, options.path);
  const models = yield* whenLoaded(() => arrays.map(([, data]) => savedModel(data, options, format)));
  const handle = arrayConfig(options.config);
  const nodes = arrays.map(([name], i) => new ArrayNode(storePath.join(name), models[i]!, handle));
  const fitting: Values[] = [];
  for (const [i, [, data]] of arrays.entries()) {
    if (data instanceof ArrayNode) {
      checkApart(data.storePath, storePath);
      if (isSameType(data.model.dtype, models[i]!.dtype)) checkTransfer(data, nodes[i]!);
    }
    fitting.push(yield* fittingValues(data, models[i]!));
  }
  options.signal?.throwIfAborted();
  yield* createNode(storePath, createGroupModel(format, undefined), true);
  for (const [i, node] of nodes.entries()) {
    yield* createNode(node.storePath, node.model, false);
    yield* writeValues(node, fitting[i]!, options);
  }
}

/** Throws for names of one group that are no names, that are the same, or that lie one below the other. */
function checkNames(paths: readonly string[]): void {
  for (const path of paths) validateNodePath(path);
  paths.forEach((path, i) => {
    const other = paths.find((candidate, j) => i !== j && (candidate === path || candidate.startsWith(`${path}/`)));
    if (other !== undefined) throw new ArgumentError(`save: "${path}" and "${other}" cannot both be arrays`);
  });
}

/** An array at `storePath` that holds `values`. */
export function* createValues(
  storePath: StorePath,
  values: Values,
  options: SaveOptions,
  through?: GroupNode,
): Task<ArrayNode> {
  if (storePath.path !== '') validateNodePath(storePath.path);
  const format = formatFor(givenFormat(options));
  const model = yield* whenLoaded(() => savedModel(values, options, format));
  const node = new ArrayNode(storePath, model, arrayConfig(options.config), through);
  if (values instanceof ArrayNode) {
    if (options.overwrite) checkApart(values.storePath, storePath);
    if (isSameType(values.model.dtype, model.dtype)) checkTransfer(values, node);
  }
  const fitting = yield* fittingValues(values, model);
  options.signal?.throwIfAborted();
  yield* createNode(storePath, model, options.overwrite ?? false, through);
  yield* writeValues(node, fitting, options);
  return node;
}

/** What is saved: values in memory, or an array in a store. */
export type Values = NdArray | ArrayNode;

/** What a saved array is made of; that of a zarr array keeps its chunks. */
function savedModel(values: Values, given: SaveOptions, format: ZarrFormat): ArrayModel {
  const chosen = chosenChunks(given);
  const options = chosen === undefined ? given : { ...given, chunks: chosen };
  if (values instanceof NdArray) return modelFor(options, values.shape, options.dtype ?? values.dtype, format);
  const { shape, dtype } = values.model;
  return modelFor({ chunks: chainOf(values.model).chunks, ...options }, shape, options.dtype ?? dtype, format);
}

/** `values` as elements of the model's data type; cast before anything is deleted or written. */
function* fittingValues(values: Values, { dtype }: ArrayModel): Task<Values> {
  if (values instanceof NdArray) return castArray(values, dtype, 'exact');
  return isSameType(values.model.dtype, dtype) ? values : castArray(yield* readWhole(values), dtype, 'exact');
}

function* writeValues(node: ArrayNode, values: Values, options: SaveOptions): Task<void> {
  if (values instanceof ArrayNode) yield* transferData(values, node, operationOptions(options));
  else yield* setSelection(node, '...', values, operationOptions(options));
}

/** Whether `value` is one array, not a list or record of several. */
const isArrayData = (value: unknown): value is ArrayData =>
  ArrayBuffer.isView(value) ||
  arrayNodeOf(value) !== undefined ||
  value instanceof NdArray ||
  inspected('value', () => hasDataAndShape(value));

const hasDataAndShape = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && Array.isArray(value.shape);

/** The values of `value`, which is one array. */
export function valuesOf(value: unknown, caller: string): Values {
  const source = arrayNodeOf(value);
  if (source !== undefined) return source;
  if (isArrayData(value)) return ndarray(value);
  throw new ArgumentError(
    `${caller}: expected a typed array, an NdArray, { data, shape } or a zarr array, got ${described(value)}`,
  );
}

/** What was saved: an array's values, or a group whose arrays are read when asked for. */
export interface LoadedGroup {
  readonly names: readonly string[];
  readonly read: (name: string) => Task<NdArray>;
}

export function* load(store: StoreLike, given: LoadOptions = {}): Task<NdArray | LoadedGroup> {
  const options = checked(given, [...PLACE, ...OPERATION], 'load');
  const storePath = placeOf(store, options, options.path, 'r');
  const { path } = storePath;
  const { signal, onProgress, config: handle } = options;
  const reading = { signal, onProgress, config: handle };
  signal?.throwIfAborted();
  const model = yield* readNode(storePath, { format: givenFormat(options) });
  if (model === undefined)
    throw new NodeNotFoundError(`no array or group at "/${path}" in "${storePath.store}"`, { path });
  if (model.kind === 'array') {
    return yield* readWhole(new ArrayNode(storePath, model, arrayConfig(options.config)), reading);
  }
  const members = yield* listMembers(new GroupNode(storePath, model));
  const arrays = new Map(members.flatMap(([name, node]) => (node.kind === 'array' ? [[name, node] as const] : [])));
  return {
    names: [...arrays.keys()],
    read: function* (name) {
      const node = arrays.get(name);
      if (node === undefined) throw new NodeNotFoundError(`no array "${name}" in "/${path}"`, { path });
      return yield* readWhole(node, reading);
    },
  };
}

function* readWhole(node: ArrayNode, options?: OperationOptions): Task<NdArray> {
  return (yield* getSelection(node, undefined, options)) as NdArray; // The whole of an array is no scalar.
}
