/**
 * zarr-ts, blocking: functions that give `Array` and `Group`. Works with stores that answer at once; `zarr-ts` has the
 * same names with promises.
 */

import * as api from './api.js';
import { ZarrArray } from './array.js';
import { runBlocking } from './blocking.js';
import * as copying from './copying.js';
import type { CopyResult } from './core/copy.js';
import type { Tree, TreeOptions } from './core/tree.js';
import { debugInfo } from './debug-info.js';
import type { DTypeSpec, NameOf } from './dtypes/types.js';
import { blocking, ZarrGroup } from './group.js';
import * as hierarchy from './hierarchy.js';
import * as like from './like.js';
import type { InferredName } from './ndarray/infer.js';
import { NdArray } from './ndarray/ndarray.js';
import type { StoreLike } from './stores/resolve.js';

export type {
  ArrayData,
  CreateArrayOptions,
  CreateGroupOptions,
  CreateOptions,
  FromArrayOptions,
  LoadOptions,
  OpenArrayOptions,
  OpenGroupOptions,
  PlaceOptions,
  SaveOptions,
  StoredArray,
} from './api.js';
export { AsyncArray, ZarrArray as Array } from './array.js';
export type { Attributes } from './attributes.js';
export { type Config, type ConfigScope, config, type Limits, type Settings } from './config.js';
export type {
  CopyAllOptions,
  CopyLog,
  CopyMemberOptions,
  CopyOptions,
  CopyPlace,
  CopyStoreOptions,
  StoredNode,
} from './copying.js';
export type { CopyResult, IfExists } from './core/copy.js';
export type { Explanation, ExplanationFigures } from './core/explain.js';
export type { FieldSelection } from './core/fields.js';
export type { ArrayInfo, GroupInfo } from './core/info.js';
export type { ChunkPart, IterChunksOptions } from './core/iterate.js';
export type { ArrayConfig, ArrayConfigParams, OperationOptions, ProgressOptions } from './core/node.js';
export type { Mode } from './core/open.js';
export type { AppendOptions, ResizeOptions } from './core/resize.js';
export type { ReadOptions, WriteOptions } from './core/selections.js';
export type { Tree, TreeOptions } from './core/tree.js';
export type { ExplainOptions } from './core/view.js';
export type { Casting, DType } from './dtypes/dtype.js';
export type { Complex, DataOf, DTypeName, ScalarOf } from './dtypes/types.js';
export type { ChunksOption } from './grid/chunks.js';
export type { ShardsOption } from './grid/shards.js';
export type {
  EmptyArrayOptions,
  FilledArrayOptions,
  FullArrayOptions,
  MemberArrayOptions,
  MemberGroupOptions,
  MemberLikeOptions,
  MembersOptions,
  RequireArrayOptions,
  RequireGroupOptions,
} from './group.js';
export { AsyncGroup, ZarrGroup as Group } from './group.js';
export type {
  ConsolidateOptions,
  CreateHierarchyOptions,
  HierarchyNodes,
  MemberHierarchyOptions,
} from './hierarchy.js';
export type { AsyncIndexer, Indexer } from './indexers.js';
export type { AxisSelection, Index, IntegerArray, MaskSelection, Selection } from './indexing/selection.js';
export { ready, setKernels } from './kernels/kernels.js';
export type { ArrayLikeSource, LikeOptions, OpenLikeOptions } from './like.js';
export type { CodecsOption } from './metadata/codec-options.js';
export type { KeyEncodingOption } from './metadata/key-encoding.js';
export type {
  ArrayMetadata,
  ArrayV2Metadata,
  ArrayV3Metadata,
  ChunkGridMetadata,
  ConsolidatedMetadata,
  GroupMetadata,
  NodeMetadata,
} from './metadata/public.js';
export { type NdArrayOptions, ndarray } from './ndarray/infer.js';
export { type AstypeOptions, NdArray, type Nested } from './ndarray/ndarray.js';
export { type Slice, slice } from './ndarray/slice.js';
export { HttpStore } from './stores/http.js';
export { MemoryStore } from './stores/memory.js';
export type { StorageOptions, StoreLike } from './stores/resolve.js';
export type { ByteRange, Store } from './stores/store.js';
export { StorePath } from './stores/store-path.js';
export { version } from './version.js';
export type { AsyncLazyView, LazyView } from './view.js';
export { setWorkerFile } from './workers/pool.js';

/**
 * Opens the array or group at a place, or makes one where the mode allows it: an array when `shape` is given, else a
 * group. The mode is `"a"` (open or make) unless the store is read-only: `"r"` and `"r+"` only open, `"w"` replaces,
 * `"w-"` makes and fails where anything is.
 *
 * @throws GroupNotFoundError (with `shape`, ArrayNotFoundError) where nothing is and nothing is made.
 * @throws MetadataValidationError for a document that the format forbids.
 * @example
 * const files = new Map();
 * zarr.createArray(files, { name: 'a', shape: [4], dtype: 'int8' });
 * zarr.open(files, { mode: 'r', path: 'a' }).kind; // "array"
 * zarr.open(files, { mode: 'r', path: 'b' }); // throws GroupNotFoundError
 */
export function open<const D extends DTypeSpec = any>(
  store?: StoreLike,
  options?: api.OpenArrayOptions<D> & api.OpenGroupOptions,
): ZarrArray<NameOf<D>> | ZarrGroup {
  return blocking(runBlocking(api.open(store, options))) as ReturnType<typeof open<D>>;
}

/**
 * Opens the array at a place; with `mode: "a"`, `"w"` or `"w-"` and a `shape` it is made.
 *
 * @throws ArrayNotFoundError, NodeTypeValidationError when a group is there.
 * @example
 * const files = new Map();
 * zarr.openArray(files); // throws ArrayNotFoundError
 * zarr.openArray(files, { mode: 'a', shape: [4], dtype: 'int8' }).shape; // [4]
 * zarr.openArray(files).as('int8').get([0]); // 0
 */
export function openArray<const D extends DTypeSpec = any>(
  store?: StoreLike,
  options?: api.OpenArrayOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.openArray(store, options)));
}

/**
 * Opens the group at a place, or makes it: `mode` is `"a"` unless the store is read-only.
 *
 * @throws GroupNotFoundError, ContainsArrayError when an array is there.
 * @example
 * const files = new Map();
 * zarr.openGroup(files, { mode: 'r' }); // throws GroupNotFoundError
 * zarr.openGroup(files, { attributes: { title: 'A station' } });
 * zarr.openGroup(files, { mode: 'r' }).attrs.get('title'); // "A station"
 */
export function openGroup(store?: StoreLike, options?: api.OpenGroupOptions): ZarrGroup {
  return new ZarrGroup(runBlocking(api.openGroup(store, options)));
}

/**
 * Opens a group that has consolidated metadata.
 *
 * @throws ArgumentError for a group that has none, GroupNotFoundError.
 * @example
 * const files = new Map();
 * zarr.createArray(files, { name: 'a', shape: [4], dtype: 'int8' });
 * zarr.openConsolidated(files); // throws ArgumentError
 * zarr.consolidateMetadata(files);
 * zarr.openConsolidated(files).getArray('a').shape; // [4]
 */
export function openConsolidated(store: StoreLike, options?: api.OpenGroupOptions): ZarrGroup {
  return new ZarrGroup(runBlocking(api.openConsolidated(store, options)));
}

/**
 * Makes an array, with zarr-python's older option names; in a new `MemoryStore` unless `store` is given. `data` is
 * written after it is made.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite` or `mode: "w"`.
 * @throws ArgumentError, CastError, MetadataValidationError for options that cannot be.
 * @example
 * const array = zarr.create([4], { chunks: [2], dtype: '<i2', zarrFormat: 2, compressor: null, fillValue: -1 });
 * array.get().toNested(); // [-1, -1, -1, -1]
 */
export function create<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.create(shape, options)));
}

/**
 * Makes an array of `shape` and `dtype`, or of `data`. Chunks, codecs and fill value have zarr-python's defaults.
 * Everything is validated before what `overwrite` replaces is deleted.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws ArgumentError, CastError, MetadataValidationError for options that cannot be.
 * @example
 * const store = new zarr.MemoryStore();
 * const array = zarr.createArray(store, { name: 'a', shape: [100], dtype: 'float32', chunks: [5], shards: [20] });
 * array.set('10:12', [1.5, 2.5]);
 * array.get('9:13').toNested(); // [0, 1.5, 2.5, 0]
 * zarr.createArray(store, { name: 'a', data: [1, 2] }); // throws ContainsArrayError
 */
export function createArray<const D extends DTypeSpec = any>(
  store: StoreLike | undefined,
  options: api.CreateArrayOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.createArray(store, options)));
}

/**
 * Makes a group; parents that are missing become groups.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * const store = new zarr.MemoryStore();
 * zarr.createGroup(store, { path: 'a/b', attributes: { units: 'm' } }).name; // "/a/b"
 * zarr.createGroup(store, { path: 'a' }); // throws ContainsGroupError
 */
export function createGroup(store?: StoreLike, options?: api.CreateGroupOptions): ZarrGroup {
  return new ZarrGroup(runBlocking(api.createGroup(store, options)));
}

/**
 * Opens the group at a place, or makes it; `overwrite` replaces what is there.
 *
 * @throws ContainsArrayError when an array is there, unless `overwrite`.
 * @example
 * const root = zarr.group();
 * root.createArray('a', { data: [1, 2] });
 * root.nmembers(); // 1
 */
export function group(store?: StoreLike, options?: api.CreateGroupOptions): ZarrGroup {
  return new ZarrGroup(runBlocking(api.group(store, options)));
}

/**
 * Makes an array that holds `data`: nested lists, a typed array, an `NdArray`, `{ data, shape }`, or a zarr array,
 * which is copied with its layout. Numbers become float64, bigints int64, booleans bool and texts string, unless
 * `dtype` says otherwise.
 *
 * @throws ArgumentError for lists of uneven lengths, CastError for values that `dtype` cannot hold.
 * @example
 * zarr.array([[1, 2], [3, 4]]).dtype.name; // "float64"
 * zarr.array([1, 2], { dtype: 'uint8' }).get().data; // Uint8Array.of(1, 2)
 */
export function array<const T, const D extends DTypeSpec = InferredName<T>>(
  data: T,
  options?: api.CreateOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.array(data, options)));
}

/**
 * Makes an array of the data type's default fill value, or of `fillValue`; no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * zarr.empty([2], { dtype: 'bool' }).get().toNested(); // [false, false]
 */
export function empty<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.empty(shape, options)));
}

/**
 * Makes an array of zeros: the fill value, so no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * zarr.zeros([2, 2], { dtype: 'int8' }).get().toNested(); // [[0, 0], [0, 0]]
 */
export function zeros<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.zeros(shape, options)));
}

/**
 * Makes an array of ones: the fill value, so no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * zarr.ones(3).get().toNested(); // [1, 1, 1]
 */
export function ones<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.ones(shape, options)));
}

/**
 * Makes an array of `fillValue`; no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws CastError for a fill value that the data type cannot hold.
 * @example
 * zarr.full([2], 7, { dtype: 'int8' }).get().toNested(); // [7, 7]
 */
export function full<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  fillValue: unknown,
  options?: api.CreateOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(api.full(shape, fillValue, options)));
}

/**
 * Saves one array at a place, or several in a group: a list as `arr_0`, `arr_1`, …, a record by its names. A group
 * replaces what is at the place; one array does with `overwrite`.
 *
 * @throws ArgumentError for what is no array: a typed array, an `NdArray`, `{ data, shape }` or a zarr array.
 * @throws ContainsArrayError, ContainsGroupError where something is, for one array.
 * @example
 * const store = new zarr.MemoryStore();
 * zarr.save(store, { rain: new Uint16Array([4, 0, 7]), wind: new Float32Array([1.5, 2]) });
 * [...zarr.openGroup(store).arrayKeys()]; // ["rain", "wind"]
 */
export function save(
  store: StoreLike,
  value: api.ArrayData | readonly api.ArrayData[] | Readonly<Record<string, api.ArrayData>>,
  options?: api.SaveOptions,
): void {
  runBlocking(api.save(store, value, options));
}

/**
 * Saves one array at a place.
 *
 * @throws ArgumentError for what is no array: a typed array, an `NdArray`, `{ data, shape }` or a zarr array.
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * const store = new zarr.MemoryStore();
 * zarr.saveArray(store, new Float32Array([1.5, 2]), { chunks: [1] });
 * zarr.openArray(store).nchunks; // 2
 */
export function saveArray(store: StoreLike, value: api.ArrayData, options?: api.SaveOptions): void {
  runBlocking(api.saveArray(store, value, options));
}

/**
 * Saves several arrays in a group, which replaces what is at the place.
 *
 * @throws ArgumentError where nothing is given, or something that is no array; nothing has changed then.
 * @example
 * const store = new zarr.MemoryStore();
 * zarr.saveGroup(store, [new Int8Array(2), new Int8Array(3)]);
 * [...zarr.openGroup(store).keys()]; // ["arr_0", "arr_1"]
 */
export function saveGroup(
  store: StoreLike,
  values: readonly api.ArrayData[] | Readonly<Record<string, api.ArrayData>>,
  options?: api.SaveOptions,
): void {
  runBlocking(api.saveGroup(store, values, options));
}

/** The arrays of a saved group, each read when it is asked for. */
export interface LoadedArrays {
  /** The names of the arrays. */
  keys(): IterableIterator<string>;
  /** Whether there is an array of this name. */
  has(name: string): boolean;
  /** Reads an array; throws `NodeNotFoundError` for a name that is not there. */
  get(name: string): NdArray;
}

/**
 * The values of the array at a place; of a group, its arrays, read when asked for.
 *
 * @throws NodeNotFoundError when nothing is there; nothing is made.
 * @example
 * const store = new zarr.MemoryStore();
 * zarr.saveArray(store, new Float32Array([1.5, 2]));
 * zarr.load(store); // ndarray(new Float32Array([1.5, 2]))
 */
export function load(store: StoreLike, options?: api.LoadOptions): NdArray | LoadedArrays {
  const loaded = runBlocking(api.load(store, options));
  if (loaded instanceof NdArray) return loaded;
  const { names, read } = loaded;
  return {
    keys: () => names.values() as IterableIterator<string>,
    has: (name) => names.includes(name),
    get: (name: string) => runBlocking(read(name)),
  };
}

/**
 * The hierarchy below a group as a picture.
 *
 * @deprecated `group.tree(options)`
 */
export function tree(group: ZarrGroup, options?: TreeOptions): Tree {
  return runBlocking(api.tree(group, options));
}

/**
 * Makes an array of `data` that keeps what a zarr array has: data type, fill value, attributes, names, chunks, shards
 * and codecs, unless an option says otherwise. Copied chunk by chunk, as the bytes they are where nothing changes.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws ArgumentError when `overwrite` would delete the source.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * const source = zarr.array(new Int16Array([1, 2, 3]), { chunks: [2], attributes: { units: 'm' } });
 * const copy = zarr.fromArray(undefined, { data: source, compressors: null });
 * copy.get().toNested(); // [1, 2, 3]
 * copy.attrs.get('units'); // "m"
 */
export function fromArray(store: StoreLike | undefined, options: api.FromArrayOptions): ZarrArray {
  return new ZarrArray(runBlocking(api.fromArray(store, options)));
}

/**
 * Makes an array like `source`: its shape, data type and chunks, and of a zarr array the fill value, and the codecs
 * where the format stays. Options take the places of what the source has.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * const source = zarr.full([4], 7, { dtype: 'int8', chunks: [2] });
 * zarr.emptyLike(source, { shape: [2] }).get().toNested(); // [7, 7]
 */
export function emptyLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(like.createLike('emptyLike', source, options)));
}

/**
 * Makes an array of zeros like `source`, as `emptyLike` does.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * zarr.zerosLike(zarr.ones([3], { dtype: 'int8', chunks: [1] })).chunks; // [1]
 */
export function zerosLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(like.createLike('zerosLike', source, options)));
}

/**
 * Makes an array of ones like `source`, as `emptyLike` does.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @example
 * zarr.onesLike({ shape: [2], dtype: 'int8' }).get().toNested(); // [1, 1]
 */
export function onesLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(like.createLike('onesLike', source, options)));
}

/**
 * Makes an array of `fillValue` like `source`, as `emptyLike` does; a zarr array has a fill value by itself.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws ArgumentError where `fillValue` is missing.
 * @example
 * zarr.fullLike(new Int8Array(2), { fillValue: 7 }).get().toNested(); // [7, 7]
 */
export function fullLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(like.createLike('fullLike', source, options)));
}

/**
 * Opens the array at `path`, or makes one like `source` there; in a new `MemoryStore` unless `store` is given.
 *
 * @throws NodeTypeValidationError when a group is there.
 * @example
 * const store = new zarr.MemoryStore();
 * const array = zarr.openLike(zarr.ones([3], { dtype: 'int8' }), 'a', { store });
 * array.get().toNested(); // [1, 1, 1]
 * zarr.openLike({ shape: [9] }, 'a', { store }).shape; // [3]
 */
export function openLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  path: string,
  options?: like.OpenLikeOptions<D>,
): ZarrArray<NameOf<D>> {
  return new ZarrArray(runBlocking(like.openLike(source, path, options)));
}

/**
 * Copies the documents of all nodes below a group into it, so that they are read with one request, and gives the group.
 * What this library writes below it changes the copies too.
 *
 * @throws GroupNotFoundError, ContainsArrayError when an array is there.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * const store = new zarr.MemoryStore();
 * zarr.createArray(store, { name: 'a/b', shape: [4], dtype: 'int8' });
 * const root = zarr.consolidateMetadata(store);
 * [...(root.metadata.consolidatedMetadata?.metadata.keys() ?? [])]; // ["a", "a/b"]
 */
export function consolidateMetadata(store: StoreLike, options?: hierarchy.ConsolidateOptions): ZarrGroup {
  return new ZarrGroup(runBlocking(hierarchy.consolidateMetadata(store, options)));
}

/**
 * Makes all nodes of a hierarchy from their metadata documents, and the groups between them: `[path, node]` of what was
 * made, sorted by path. Everything is checked before anything is written; nodes that are there are an error, or with
 * `overwrite` replaced, except groups that no document is given for.
 *
 * @throws ContainsArrayError, ContainsGroupError, ArgumentError for nodes that make no hierarchy.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * const nodes = { 'a/b': { zarr_format: 3, node_type: 'group', attributes: {} } };
 * const store = new zarr.MemoryStore();
 * [...zarr.createHierarchy({ store, nodes })].map(([path]) => path); // ["", "a", "a/b"]
 */
export function createHierarchy(
  options: hierarchy.CreateHierarchyOptions,
): IterableIterator<[string, ZarrArray | ZarrGroup]> {
  const made = runBlocking(hierarchy.createHierarchy(options));
  return made.map(([path, node]): [string, ZarrArray | ZarrGroup] => [path, blocking(node)])[Symbol.iterator]();
}

/**
 * Copies an array, or a group with all that is below it, into a group, by its own name unless another is given. Chunks
 * are copied as the bytes they are, unless options change how the array is stored.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `ifExists` says what to do; nothing is
 *   written then.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * const source = zarr.group();
 * source.createArray('a', { shape: [4], dtype: 'int8', attributes: { units: 'm' } });
 * const dest = zarr.group();
 * [...zarr.copy(source, dest, { name: 'b' })]; // [2, 0, 4]
 * dest.getArray('b/a').attrs.get('units'); // "m"
 */
export function copy(source: copying.CopyPlace, dest: copying.CopyPlace, options?: copying.CopyOptions): CopyResult {
  return runBlocking(copying.copy(source, dest, options));
}

/**
 * Copies the members of a group, and its attributes, into another one.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `ifExists` says what to do; nothing is
 *   written then.
 * @throws ArgumentError where `source` or `dest` is an array.
 * @example
 * const source = zarr.group();
 * source.createArray('a', { data: new Uint8Array(3) });
 * const dest = new zarr.MemoryStore();
 * const { copied, skipped, bytesCopied } = zarr.copyAll(source, dest);
 * [copied, skipped, bytesCopied]; // [1, 0, 3]
 */
export function copyAll(
  source: copying.CopyPlace,
  dest: copying.CopyPlace,
  options?: copying.CopyAllOptions,
): CopyResult {
  return runBlocking(copying.copyAll(source, dest, options));
}

/**
 * Copies keys from store to store, as the bytes they are.
 *
 * @throws ConflictError where the destination has a key already, unless `ifExists` says what to do.
 * @example
 * const source = new Map([['a/x', Uint8Array.of(1)], ['a/y', Uint8Array.of(2, 3)]]);
 * const dest = new Map();
 * [...zarr.copyStore(source, dest, { sourcePath: 'a', destPath: 'b', excludes: 'y' })]; // [1, 0, 1]
 * [...dest.keys()]; // ["b/x"]
 */
export function copyStore(source: StoreLike, dest: StoreLike, options?: copying.CopyStoreOptions): CopyResult {
  return runBlocking(copying.copyStore(source, dest, options));
}

/** Prints the versions and the platform, one a line, for reports of faults. */
export function printDebugInfo(): void {
  console.log(debugInfo());
}
