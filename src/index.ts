/**
 * zarr-ts with promises: functions that give `AsyncArray` and `AsyncGroup`. `zarr-ts/sync` has the same names, blocking.
 */
import * as api from './api.js';
import { AsyncArray } from './array.js';
import type { Tree, TreeOptions } from './core/tree.js';
import type { DTypeSpec, NameOf } from './dtypes/types.js';
import { AsyncGroup, promising } from './group.js';
import type { InferredName } from './ndarray/infer.js';
import { NdArray } from './ndarray/ndarray.js';
import type { StoreLike } from './stores/resolve.js';
import { runAsync } from './task.js';

export type {
  ArrayData,
  CreateArrayOptions,
  CreateGroupOptions,
  CreateOptions,
  OpenArrayOptions,
  OpenGroupOptions,
  PlaceOptions,
  SaveOptions,
} from './api.js';
export { AsyncArray, ZarrArray as Array } from './array.js';
export { config } from './config.js';
export type { ChunkPart, IterChunksOptions } from './core/iterate.js';
export type { ArrayConfig, OperationOptions } from './core/node.js';
export type { AppendOptions, ResizeOptions } from './core/resize.js';
export type { ReadOptions, WriteOptions } from './core/selections.js';
export type { DType } from './dtypes/dtype.js';
export type { Complex, DataOf, DTypeName, ScalarOf } from './dtypes/types.js';
export { AsyncGroup, ZarrGroup as Group } from './group.js';
export type { AxisSelection, Index, IntegerArray, MaskSelection, Selection } from './indexing/selection.js';
export { ready, setKernels } from './kernels/kernels.js';
export type { ArrayMetadata, GroupMetadata } from './metadata/public.js';
export { ndarray } from './ndarray/infer.js';
export { NdArray } from './ndarray/ndarray.js';
export { type Slice, slice } from './ndarray/slice.js';
export { HttpStore } from './stores/http.js';
export { MemoryStore } from './stores/memory.js';
export type { StoreLike } from './stores/resolve.js';
export type { ByteRange, Store } from './stores/store.js';
export { StorePath } from './stores/store-path.js';
export { version } from './version.js';

/**
 * Opens the array or group at a place, or makes one where the mode allows it: an array when `shape` is given, else a
 * group. The mode is `"a"` (open or make) unless the store is read-only: `"r"` and `"r+"` only open, `"w"` replaces,
 * `"w-"` makes and fails where anything is.
 */
export async function open<const D extends DTypeSpec = any>(
  store?: StoreLike,
  options?: api.OpenArrayOptions<D> & api.OpenGroupOptions,
): Promise<AsyncArray<NameOf<D>> | AsyncGroup> {
  return promising(await runAsync(api.open(store, options), options?.signal)) as Awaited<ReturnType<typeof open<D>>>;
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
  return new AsyncArray(await runAsync(api.openArray(store, options), options?.signal));
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
 * Opens a group that has consolidated metadata; one that has none is an `ArgumentError`.
 */
export async function openConsolidated(store: StoreLike, options?: api.OpenGroupOptions): Promise<AsyncGroup> {
  return new AsyncGroup(await runAsync(api.openConsolidated(store, options)));
}

/**
 * Makes an array, with zarr-python's older option names; in a new `MemoryStore` unless `store` is given. `data` is
 * written after it is made.
 *
 * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite` or `mode: "w"`.
 */
export async function create<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.create(shape, options), options?.signal));
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
  return new AsyncArray(await runAsync(api.createArray(store, options), options?.signal));
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
 */
export async function group(store?: StoreLike, options?: api.CreateGroupOptions): Promise<AsyncGroup> {
  return new AsyncGroup(await runAsync(api.group(store, options)));
}

/**
 * Makes an array that holds `data`: nested lists, a typed array, an `NdArray`, or `{ data, shape }`.
 */
export async function array<const T, const D extends DTypeSpec = InferredName<T>>(
  data: T,
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.array(data, options), options?.signal));
}

/**
 * Makes an array of the data type's default fill value.
 */
export async function empty<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.empty(shape, options), options?.signal));
}

/**
 * Makes an array of zeros: the fill value, so no chunk is written.
 */
export async function zeros<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.zeros(shape, options), options?.signal));
}

/**
 * Makes an array of ones: the fill value, so no chunk is written.
 */
export async function ones<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.ones(shape, options), options?.signal));
}

/**
 * Makes an array of `fillValue`; no chunk is written.
 */
export async function full<const D extends DTypeSpec = 'float64'>(
  shape: number | readonly number[],
  fillValue: unknown,
  options?: api.CreateOptions<D>,
): Promise<AsyncArray<NameOf<D>>> {
  return new AsyncArray(await runAsync(api.full(shape, fillValue, options), options?.signal));
}

/**
 * Saves one array at a place, or several in a group: a list as `arr_0`, `arr_1`, …, a record by its names.
 */
export async function save(
  store: StoreLike,
  value: api.ArrayData | readonly api.ArrayData[] | Readonly<Record<string, api.ArrayData>>,
  options?: api.SaveOptions,
): Promise<void> {
  await runAsync(api.save(store, value, options), options?.signal);
}

/**
 * Saves one array at a place. @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
 */
export async function saveArray(store: StoreLike, value: api.ArrayData, options?: api.SaveOptions): Promise<void> {
  await runAsync(api.saveArray(store, value, options), options?.signal);
}

/**
 * Saves several arrays in a group, which replaces what is at the place.
 */
export async function saveGroup(
  store: StoreLike,
  values: readonly api.ArrayData[] | Readonly<Record<string, api.ArrayData>>,
  options?: api.SaveOptions,
): Promise<void> {
  await runAsync(api.saveGroup(store, values, options), options?.signal);
}

/** The arrays of a saved group, each read when it is asked for. */
export interface LoadedArrays {
  keys(): IterableIterator<string>;
  has(name: string): boolean;
  get(name: string): Promise<NdArray>;
}

/**
 * The values of the array at a place; of a group, its arrays, read when asked for.
 *
 * @throws NodeNotFoundError when nothing is there; nothing is made.
 */
export async function load(store: StoreLike, options?: api.PlaceOptions): Promise<NdArray | LoadedArrays> {
  const loaded = await runAsync(api.load(store, options));
  if (loaded instanceof NdArray) return loaded;
  const { names, read } = loaded;
  return {
    keys: () => names.values() as IterableIterator<string>,
    has: (name) => names.includes(name),
    get: (name: string) => runAsync(read(name)),
  };
}

/** The hierarchy below a group as a picture. @deprecated `group.tree(options)` */
export function tree(group: AsyncGroup, options?: TreeOptions): Promise<Tree> {
  return group.tree(options);
}
