/**
 * zarr-ts with promises: functions that give `AsyncArray` and `AsyncGroup`. `zarr-ts/sync` has the same names, blocking.
 */
import * as api from './api.js';
import { AsyncArray } from './array.js';
import * as copying from './copying.js';
import type { CopyResult } from './core/copy.js';
import type { Tree, TreeOptions } from './core/tree.js';
import { debugInfo } from './debug-info.js';
import type { DTypeSpec, NameOf } from './dtypes/types.js';
import { AsyncGroup, promising, promisingEach } from './group.js';
import * as hierarchy from './hierarchy.js';
import * as like from './like.js';
import type { InferredName } from './ndarray/infer.js';
import { NdArray } from './ndarray/ndarray.js';
import type { StoreLike } from './stores/resolve.js';
import { runAsync } from './task.js';

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
 */
export async function open<const D extends DTypeSpec = any>(
  store?: StoreLike,
  options?: api.OpenArrayOptions<D> & api.OpenGroupOptions,
): Promise<AsyncArray<NameOf<D>> | AsyncGroup> {
  return promising(await runAsync(api.open(store, options), options)) as Awaited<ReturnType<typeof open<D>>>;
}

/**
 * Opens the array at a place; with `mode: "a"`, `"w"` or `"w-"` and a `shape` it is made.
 *
 * @throws ArrayNotFoundError, NodeTypeValidationError when a group is there.
 */
export async function openArray<const D extends DTypeSpec = any>(
  store?: StoreLike,
  options?: api.OpenArrayOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.openArray(store, options), options));
}

/**
 * Opens the group at a place, or makes it: `mode` is `"a"` unless the store is read-only.
 *
 * @throws GroupNotFoundError, ContainsArrayError when an array is there.
 */
export async function openGroup(store?: StoreLike, options?: api.OpenGroupOptions): Promise<AsyncGroup> {
  return new AsyncGroup(await runAsync(api.openGroup(store, options)));
}

/**
 * Opens a group that has consolidated metadata.
 *
 * @throws ArgumentError for a group that has none, GroupNotFoundError.
 */
export async function openConsolidated(store: StoreLike, options?: api.OpenGroupOptions): Promise<AsyncGroup> {
  return new AsyncGroup(await runAsync(api.openConsolidated(store, options)));
}

/**
 * Makes an array, with zarr-python's older option names; in a new `MemoryStore` unless `store` is given. `data` is
 * written after it is made.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite` or `mode: "w"`.
 * @throws ArgumentError, CastError, MetadataValidationError for options that cannot be.
 */
export async function create<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.create(shape, options), options));
}

/**
 * Makes an array of `shape` and `dtype`, or of `data`. Chunks, codecs and fill value have zarr-python's defaults.
 * Everything is validated before what `overwrite` replaces is deleted.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws ArgumentError, CastError, MetadataValidationError for options that cannot be.
 */
export async function createArray<const D extends DTypeSpec = any>(
  store: StoreLike | undefined,
  options: api.CreateArrayOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.createArray(store, options), options));
}

/**
 * Makes a group; parents that are missing become groups.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function createGroup(store?: StoreLike, options?: api.CreateGroupOptions): Promise<AsyncGroup> {
  return new AsyncGroup(await runAsync(api.createGroup(store, options)));
}

/**
 * Opens the group at a place, or makes it; `overwrite` replaces what is there.
 *
 * @throws ContainsArrayError when an array is there, unless `overwrite`.
 */
export async function group(store?: StoreLike, options?: api.CreateGroupOptions): Promise<AsyncGroup> {
  return new AsyncGroup(await runAsync(api.group(store, options)));
}

/**
 * Makes an array that holds `data`: nested lists, a typed array, an `NdArray`, `{ data, shape }`, or a zarr array,
 * which is copied with its layout. Numbers become float64, bigints int64, booleans bool and texts string, unless
 * `dtype` says otherwise.
 *
 * @throws ArgumentError for lists of uneven lengths, CastError for values that `dtype` cannot hold.
 */
export async function array<const T, const D extends DTypeSpec = InferredName<T>>(
  data: T,
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.array(data, options), options));
}

/**
 * Makes an array of the data type's default fill value, or of `fillValue`; no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function empty<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.empty(shape, options), options));
}

/**
 * Makes an array of zeros: the fill value, so no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function zeros<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.zeros(shape, options), options));
}

/**
 * Makes an array of ones: the fill value, so no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function ones<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.ones(shape, options), options));
}

/**
 * Makes an array of `fillValue`; no chunk is written.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws CastError for a fill value that the data type cannot hold.
 */
export async function full<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  fillValue: unknown,
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.full(shape, fillValue, options), options));
}

/**
 * Saves one array at a place, or several in a group: a list as `arr_0`, `arr_1`, …, a record by its names. A group
 * replaces what is at the place; one array does with `overwrite`.
 *
 * @throws ArgumentError for what is no array: a typed array, an `NdArray`, `{ data, shape }` or a zarr array.
 * @throws ContainsArrayError, ContainsGroupError where something is, for one array.
 */
export async function save(
  store: StoreLike,
  value: api.ArrayData | readonly api.ArrayData[] | Readonly<Record<string, api.ArrayData>>,
  options?: api.SaveOptions,
): Promise<void> {
  await runAsync(api.save(store, value, options), options);
}

/**
 * Saves one array at a place.
 *
 * @throws ArgumentError for what is no array: a typed array, an `NdArray`, `{ data, shape }` or a zarr array.
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function saveArray(store: StoreLike, value: api.ArrayData, options?: api.SaveOptions): Promise<void> {
  await runAsync(api.saveArray(store, value, options), options);
}

/**
 * Saves several arrays in a group, which replaces what is at the place.
 *
 * @throws ArgumentError where nothing is given, or something that is no array; nothing has changed then.
 */
export async function saveGroup(
  store: StoreLike,
  values: readonly api.ArrayData[] | Readonly<Record<string, api.ArrayData>>,
  options?: api.SaveOptions,
): Promise<void> {
  await runAsync(api.saveGroup(store, values, options), options);
}

/** The arrays of a saved group, each read when it is asked for. */
export interface LoadedArrays {
  /** The names of the arrays. */
  keys(): IterableIterator<string>;
  /** Whether there is an array of this name. */
  has(name: string): boolean;
  /** Reads an array; throws `NodeNotFoundError` for a name that is not there. */
  get(name: string): Promise<NdArray>;
}

/**
 * The values of the array at a place; of a group, its arrays, read when asked for.
 *
 * @throws NodeNotFoundError when nothing is there; nothing is made.
 */
export async function load(store: StoreLike, options?: api.LoadOptions): Promise<NdArray | LoadedArrays> {
  const loaded = await runAsync(api.load(store, options), options);
  if (loaded instanceof NdArray) return loaded;
  const { names, read } = loaded;
  return {
    keys: () => names.values() as IterableIterator<string>,
    has: (name) => names.includes(name),
    get: (name: string) => runAsync(read(name), options),
  };
}

/**
 * The hierarchy below a group as a picture.
 *
 * @deprecated `group.tree(options)`
 */
export function tree(group: AsyncGroup, options?: TreeOptions): Promise<Tree> {
  return runAsync(api.tree(group, options), options);
}

/**
 * Makes an array of `data` that keeps what a zarr array has: data type, fill value, attributes, names, chunks, shards
 * and codecs, unless an option says otherwise. Copied chunk by chunk, as the bytes they are where nothing changes.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws ArgumentError when `overwrite` would delete the source.
 */
export async function fromArray(store: StoreLike | undefined, options: api.FromArrayOptions): Promise<AsyncArray> {
  return new AsyncArray(await runAsync(api.fromArray(store, options), options));
}

/**
 * Makes an array like `source`: its shape, data type and chunks, and of a zarr array the fill value, and the codecs
 * where the format stays. Options take the places of what the source has.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function emptyLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(like.createLike('emptyLike', source, options), options));
}

/**
 * Makes an array of zeros like `source`, as `emptyLike` does.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function zerosLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(like.createLike('zerosLike', source, options), options));
}

/**
 * Makes an array of ones like `source`, as `emptyLike` does.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function onesLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(like.createLike('onesLike', source, options), options));
}

/**
 * Makes an array of `fillValue` like `source`, as `emptyLike` does; a zarr array has a fill value by itself.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 * @throws ArgumentError where `fillValue` is missing.
 */
export async function fullLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  options?: like.LikeOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(like.createLike('fullLike', source, options), options));
}

/**
 * Opens the array at `path`, or makes one like `source` there; in a new `MemoryStore` unless `store` is given.
 *
 * @throws NodeTypeValidationError when a group is there.
 */
export async function openLike<const D extends DTypeSpec = any>(
  source: like.ArrayLikeSource,
  path: string,
  options?: like.OpenLikeOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(like.openLike(source, path, options), options));
}

/**
 * Copies the documents of all nodes below a group into it, so that they are read with one request, and gives the group.
 * What this library writes below it changes the copies too.
 *
 * @throws GroupNotFoundError, ContainsArrayError when an array is there.
 */
export async function consolidateMetadata(
  store: StoreLike,
  options?: hierarchy.ConsolidateOptions,
): Promise<AsyncGroup> {
  return new AsyncGroup(await runAsync(hierarchy.consolidateMetadata(store, options), options));
}

/**
 * Makes all nodes of a hierarchy from their metadata documents, and the groups between them: `[path, node]` of what was
 * made, sorted by path. It begins at once, and nothing comes before all is made. Everything is checked before anything
 * is written; nodes that are there are an error, or with `overwrite` replaced, except groups that no document is given
 * for.
 *
 * @throws ContainsArrayError, ContainsGroupError, ArgumentError for nodes that make no hierarchy.
 */
export function createHierarchy(
  options: hierarchy.CreateHierarchyOptions,
): AsyncGenerator<[string, AsyncArray | AsyncGroup]> {
  return promisingEach(runAsync(hierarchy.createHierarchy(options), options));
}

/**
 * Copies an array, or a group with all that is below it, into a group, by its own name unless another is given. Chunks
 * are copied as the bytes they are, unless options change how the array is stored.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `ifExists` says what to do; nothing is
 *   written then.
 */
export function copy(
  source: copying.CopyPlace,
  dest: copying.CopyPlace,
  options?: copying.CopyOptions,
): Promise<CopyResult> {
  return runAsync(copying.copy(source, dest, options), options);
}

/**
 * Copies the members of a group, and its attributes, into another one.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `ifExists` says what to do; nothing is
 *   written then.
 * @throws ArgumentError where `source` or `dest` is an array.
 */
export function copyAll(
  source: copying.CopyPlace,
  dest: copying.CopyPlace,
  options?: copying.CopyAllOptions,
): Promise<CopyResult> {
  return runAsync(copying.copyAll(source, dest, options), options);
}

/**
 * Copies keys from store to store, as the bytes they are.
 *
 * @throws ConflictError where the destination has a key already, unless `ifExists` says what to do.
 */
export function copyStore(source: StoreLike, dest: StoreLike, options?: copying.CopyStoreOptions): Promise<CopyResult> {
  return runAsync(copying.copyStore(source, dest, options), options);
}

/** Prints the versions and the platform, one a line, for reports of faults. */
export function printDebugInfo(): void {
  console.log(debugInfo());
}
