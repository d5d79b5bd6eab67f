/**
 * `Array` and `AsyncArray`: the same members, answering at once or with promises. One-line methods over core/.
 *
 * The blocking class is declared `ZarrArray`, so that no file needs `globalThis.Array`, and exported as `Array`.
 */

import { arrayFromDict, type CreateOptions, createShaped, type OpenArrayOptions, openArray } from './api.js';
import { Attributes } from './attributes.js';
import { blockingly, runBlocking } from './blocking.js';
import type { Codec } from './codecs/codec.js';
import { changeAttributes, merging, plainAttributes } from './core/attributes.js';
import { getChunk } from './core/chunks.js';
import { countBytes, countInitialized, countStored } from './core/count.js';
import { chunkShapeOf, clippedSizes, readGrid, shardShapeOf, writeGrid } from './core/grids.js';
import { ArrayInfo, chainOf, memoryItemSize, orderOf } from './core/info.js';
import { type ChunkPart, type IterChunksOptions, iterateAsync, iterateSync } from './core/iterate.js';
import {
  type ArrayConfig,
  type ArrayConfigParams,
  ArrayNode,
  arrayConfig,
  type OperationOptions,
  type ProgressOptions,
} from './core/node.js';
import { type AppendOptions, appendTo, type ResizeOptions, resizeArray } from './core/resize.js';
import { getSelection, type ReadOptions, setSelection, type WriteOptions } from './core/selections.js';
import { ViewNode } from './core/view.js';
import { described } from './described.js';
import type { DType } from './dtypes/dtype.js';
import type {
  DTypeName,
  DTypeSpec,
  NameOf,
  ScalarOf,
  SmallComplexName,
  SmallFloatName,
  SmallIntegerName,
} from './dtypes/types.js';
import { ArgumentError, DataTypeValidationError } from './errors.js';
import { AsyncIndexer, Indexer } from './indexers.js';
import {
  basicSelection,
  blockSelection,
  coordinateSelection,
  type MaskSelection,
  maskSelection,
  orthogonalSelection,
  type Selection,
  vectorizedSelection,
} from './indexing/selection.js';
import { type ArrayMetadata, publicMetadata } from './metadata/public.js';
import type { NdArray } from './ndarray/ndarray.js';
import { type Shape, shapeText, sizeOf } from './ndarray/shape.js';
import type { Promised } from './promised.js';
import type { NameIn, Selected } from './selected.js';
import type { StoreLike } from './stores/resolve.js';
import type { Store } from './stores/store.js';
import type { StorePath } from './stores/store-path.js';
import { runAsync } from './task.js';
import { AsyncLazyView, LazyView } from './view.js';

/** Names for families of data types, by what a scalar is. */
interface Families {
  number:
    | 'int8'
    | 'int16'
    | 'int32'
    | 'uint8'
    | 'uint16'
    | 'uint32'
    | 'float16'
    | 'float32'
    | 'float64'
    | SmallFloatName
    | SmallIntegerName;
  bigint: 'int64' | 'uint64';
  boolean: 'bool';
  complex: 'complex64' | 'complex128' | SmallComplexName;
}

const isInteger = ({ kind }: DType): boolean => kind === 'int' || kind === 'uint';

const FAMILIES: Readonly<Record<keyof Families, (dtype: DType) => boolean>> = Object.freeze({
  number: (dtype: DType) => dtype.kind === 'float' || (isInteger(dtype) && dtype.itemSize !== 8),
  bigint: (dtype: DType) => isInteger(dtype) && dtype.itemSize === 8,
  boolean: ({ kind }: DType) => kind === 'bool',
  complex: ({ kind }: DType) => kind === 'complex',
});

/** A name as it is; whatever else was given by what it is. */
const shown = (query: unknown): string => (typeof query === 'string' ? query : described(query));

/** What `is` takes: a data type's name, or a family of them. */
export type DTypeQuery = DTypeName | keyof Families;
export type Narrowed<Q> = Q extends keyof Families ? Families[Q] : Q;

/** Lengths of the axes of an array to be made. */
interface Shaped {
  /** Lengths of the axes; one number will do for one axis. */
  readonly shape: number | readonly number[];
}

/** What both kinds of array know without waiting. */
abstract class ArrayView<D = any> {
  protected readonly node: ArrayNode;

  constructor(node: ArrayNode) {
    if (!(node instanceof ArrayNode)) {
      throw new ArgumentError(`Array: expected what the functions of this library make, got ${described(node)}`);
    }
    this.node = node;
  }

  /** Tells arrays from groups. */
  readonly kind = 'array';

  /** Lengths of the axes. */
  get shape(): Shape {
    return this.node.model.shape;
  }
  /** The number of axes. */
  get ndim(): number {
    return this.shape.length;
  }
  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }
  /** The type of the elements. */
  get dtype(): DType<NameIn<D>> {
    return this.node.model.dtype;
  }
  /** What elements that were never written read as; `null` where format 2 leaves it open. */
  get fillValue(): ScalarOf<D> | null {
    const { dtype, fillValue, fillValueIsNull } = this.node.model;
    return fillValueIsNull ? null : dtype.get(fillValue, 0);
  }
  /**
   * The shape of a chunk; inside the shards where the array is sharded.
   *
   * @throws ArgumentError where chunks differ in shape: `readChunkSizes` has them all.
   */
  get chunks(): Shape {
    return chunkShapeOf(this.node);
  }
  /**
   * The shape of a shard; `null` without sharding.
   *
   * @throws ArgumentError where shards differ in shape: `writeChunkSizes` has them all.
   */
  get shards(): Shape | null {
    return shardShapeOf(this.node);
  }
  /** Chunks along each axis; those inside shards count. */
  get cdataShape(): Shape {
    return readGrid(this.node.model).map((axis) => axis.count);
  }
  /** The number of chunks; those inside shards count. */
  get nchunks(): number {
    return sizeOf(this.cdataShape);
  }
  /** Bytes of all elements in memory. */
  get nbytes(): number {
    return this.size * memoryItemSize(this.node.model);
  }
  /** A name for each axis, `null` for one without; `null` where the metadata has none at all. */
  get dimensionNames(): readonly (string | null)[] | null {
    return this.node.model.dimensionNames ?? null;
  }
  /** The array-to-array codecs, in the order in which they encode; those inside shards where it is sharded. */
  get filters(): readonly Codec[] {
    return chainOf(this.node.model).filters;
  }
  /** The array-to-bytes codec, inside shards where it is sharded; `null` in format 2. */
  get serializer(): Codec | null {
    return chainOf(this.node.model).serializer;
  }
  /** The bytes-to-bytes codecs, in the order in which they encode; those inside shards where it is sharded. */
  get compressors(): readonly Codec[] {
    return chainOf(this.node.model).compressors;
  }
  /** The one compressor of format 2, or `null`. */
  get compressor(): Codec | null {
    return this.compressors[0] ?? null;
  }
  /** Filters, serializer and compressors together. */
  get codecPipeline(): {
    readonly filters: readonly Codec[];
    readonly serializer: Codec | null;
    readonly compressors: readonly Codec[];
  } {
    const { filters, serializer, compressors } = this;
    return { filters, serializer, compressors };
  }
  /** Order of the elements in the arrays that reads give; in format 2, in stored chunks. */
  get order(): 'C' | 'F' {
    return orderOf(this.node);
  }
  /** The format of the metadata and of the chunk keys. */
  get zarrFormat(): 2 | 3 {
    return this.node.model.format;
  }
  /** The metadata: frozen, in camelCase; `toJSON()` is the document as it is stored. */
  get metadata(): ArrayMetadata {
    return publicMetadata(this.node.model);
  }
  /** The options of this handle, which are not stored; `withConfig` gives a handle with others. */
  get config(): ArrayConfig {
    return this.node.config;
  }
  /** The store that the array is in. */
  get store(): Store {
    return this.node.storePath.store;
  }
  /** The store and the path together. */
  get storePath(): StorePath {
    return this.node.storePath;
  }
  /** Path in the store, without a leading slash; `""` is the root. */
  get path(): string {
    return this.node.storePath.path;
  }
  /** Path with its leading slash. */
  get name(): string {
    return `/${this.path}`;
  }
  /** The last part of the path. */
  get basename(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1);
  }
  /** Whether the store refuses writes. */
  get readOnly(): boolean {
    return this.store.readOnly;
  }
  /** What is known without asking the store; prints zarr-python's text. */
  get info(): ArrayInfo {
    return new ArrayInfo(this.node);
  }
  /** Elements that chunks have along each axis, the last ones clipped to the array. */
  get readChunkSizes(): readonly (readonly number[])[] {
    return clippedSizes(readGrid(this.node.model), this.node);
  }
  /** Elements that stored objects (shards, or chunks) have along each axis, the last ones clipped to the array. */
  get writeChunkSizes(): readonly (readonly number[])[] {
    return clippedSizes(writeGrid(this.node.model), this.node);
  }

  /** What `console.log` prints on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return String(this);
  }

  protected describe(className: string): string {
    return `<${className} ${this.storePath} shape=${shapeText(this.shape)} dtype=${this.dtype}>`;
  }

  protected isOf(query: string): boolean {
    if (typeof query !== 'string') return false;
    if (Object.hasOwn(FAMILIES, query)) return FAMILIES[query as keyof Families](this.dtype);
    return this.dtype.name === query;
  }

  protected assertOf(query: string): void {
    if (this.isOf(query)) return;
    throw new DataTypeValidationError(`expected data of type ${shown(query)}, the array has ${this.dtype}`, {
      path: this.path,
    });
  }
}

/**
 * An array whose methods answer at once.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * const array = zarr.create([4], { chunks: [2], dtype: 'int32' });
 * array.set('1:3', 7);
 * array.get().toNested(); // [0, 7, 7, 0]
 */
export class ZarrArray<D = any> extends ArrayView<D> {
  /**
   * Opens the array at the root of a store.
   *
   * @throws ArrayNotFoundError where nothing is, NodeTypeValidationError where a group is.
   */
  static open(store: StoreLike, options: Pick<OpenArrayOptions, 'config'> = {}): ZarrArray {
    return new ZarrArray(runBlocking(openArray(store, options)));
  }

  /** Makes an array. @deprecated `create` or `createArray` */
  static create<const C extends DTypeSpec = any>(
    store: StoreLike,
    options: CreateOptions<C> & Shaped,
  ): ZarrArray<NameOf<C>> {
    return new ZarrArray(runBlocking(createShaped(store, options)));
  }

  /**
   * The array that `document` describes, at a place where nothing is read or written.
   *
   * @throws MetadataValidationError, NodeTypeValidationError for the document of a group.
   */
  static fromDict(storePath: StorePath, document: object): ZarrArray {
    return new ZarrArray(blockingly(() => arrayFromDict(storePath, document)));
  }

  /** The attributes; each change is stored at once. */
  get attrs(): Attributes {
    return new Attributes(this.node);
  }

  /**
   * The selected elements: an `NdArray`, or a scalar where indices address every axis.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   * @throws CodecError for a chunk that cannot be decoded, StoreError for one that cannot be read.
   * @example
   * const array = zarr.array([[1, 2, 3], [4, 5, 6]]);
   * array.get([0, 1]); // 2
   * array.get('::-1, 1:').toNested(); // [[5, 6], [2, 3]]
   */
  get<const S extends Selection | undefined = undefined>(selection?: S, options?: ReadOptions): Selected<D, S> {
    return runBlocking(getSelection(this.node, selection, options)) as Selected<D, S>; // What `Selected` says of a selection.
  }

  /**
   * Writes `value`, broadcast as NumPy does, to the selected elements. It is checked whole before the first chunk is
   * touched. With promises, what it holds when this is called is written: its memory may be used again at once, but not
   * where a codec of your own answers with a promise.
   *
   * Writes to parts of one chunk or shard lose nothing of each other: in one program always, between programs in stores
   * that compare before they change, such as `new LocalStore(root, { lock: 'os' })`.
   *
   * @throws CastError for a value that the data type cannot hold, ArgumentError for a shape that does not fit.
   * @throws ReadOnlyError when the store is read-only, ConflictError when other programs never let the write through.
   * @example
   * const array = zarr.zeros([2, 3], { dtype: 'uint8' });
   * array.set([1, null], [7, 8, 9]);
   * array.get().toNested(); // [[0, 0, 0], [7, 8, 9]]
   */
  set(selection: Selection, value: unknown, options?: WriteOptions): void {
    runBlocking(setSelection(this.node, selection, value, options));
  }

  /**
   * The same as `get`.
   *
   * @example
   * zarr.array([1, 2, 3]).getItem([-1]); // 3
   */
  getItem<const S extends Selection | undefined = undefined>(selection?: S, options?: ReadOptions): Selected<D, S> {
    return this.get(selection, options);
  }

  /**
   * The same as `set`.
   *
   * @example
   * const array = zarr.zeros([3], { dtype: 'int8' });
   * array.setItem('1:', 7);
   * array.get().toNested(); // [0, 7, 7]
   */
  setItem(selection: Selection, value: unknown, options?: WriteOptions): void {
    this.set(selection, value, options);
  }

  /**
   * Elements chosen by indices and slices; a list or a mask is an error.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   * @example
   * const array = zarr.array([[1, 2, 3], [4, 5, 6]]);
   * array.getBasicSelection([1, slice(0, 2)]).toNested(); // [4, 5]
   */
  getBasicSelection<const S extends Selection | undefined = undefined>(
    selection?: S,
    options?: ReadOptions,
  ): Selected<D, S> {
    // What `Selected` says of a selection.
    return runBlocking(getSelection(this.node, selection, options, basicSelection)) as Selected<D, S>;
  }

  /**
   * Writes to elements chosen by indices and slices.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   * @throws CastError for a value that the data type cannot hold, ArgumentError for a shape that does not fit.
   * @example
   * const array = zarr.zeros([2, 2], { dtype: 'int8' });
   * array.setBasicSelection([null, 0], [1, 2]);
   * array.get().toNested(); // [[1, 0], [2, 0]]
   */
  setBasicSelection(selection: Selection, value: unknown, options?: WriteOptions): void {
    runBlocking(setSelection(this.node, selection, value, options, basicSelection));
  }

  /**
   * Selects each axis by itself, by an index, a slice, a list of indices or a mask of the axis: the result is the product
   * of what is taken of the axes.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   * @example
   * const array = zarr.array([[1, 2, 3], [4, 5, 6]]);
   * array.oindex.get([[1, 0], [0, 2]]).toNested(); // [[4, 6], [1, 3]]
   */
  get oindex(): Indexer<NameIn<D>> {
    return new Indexer(this.node, orthogonalSelection);
  }

  /**
   * Selects points: a list of indices for each axis, which go together as NumPy broadcasts them; or one mask of the
   * array's shape.
   *
   * @throws BoundsCheckError for an index outside its axis, VindexInvalidSelectionError for what is no such selection.
   * @throws ArgumentError for lists that cannot be broadcast to one shape.
   * @example
   * const array = zarr.array([[1, 2, 3], [4, 5, 6]]);
   * array.vindex.get([[1, 0], [0, 2]]).toNested(); // [4, 3]
   */
  get vindex(): Indexer<NameIn<D>> {
    return new Indexer(this.node, vectorizedSelection);
  }

  /**
   * Selects blocks, which are chunks, or shards where the array is sharded, by indices and slices of step 1. An index
   * does not drop its axis.
   *
   * @throws BoundsCheckError for a block outside the grid, SelectionError for what is no selection of blocks.
   * @example
   * const array = zarr.array([1, 2, 3, 4, 5], { chunks: [2] });
   * array.blocks.get(1).toNested(); // [3, 4]
   */
  get blocks(): Indexer<NameIn<D>> {
    return new Indexer(this.node, blockSelection);
  }

  /**
   * Elements chosen for each axis by itself: `oindex.get`.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   * @example
   * const array = zarr.array([[1, 2, 3], [4, 5, 6]]);
   * array.getOrthogonalSelection([[1, 0], [true, false, true]]).toNested(); // [[4, 6], [1, 3]]
   */
  getOrthogonalSelection(selection?: Selection, options?: ReadOptions): NdArray<NameIn<D>> {
    return this.oindex.get(selection, options);
  }

  /**
   * Writes to elements chosen for each axis by itself: `oindex.set`.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   * @throws CastError for a value that the data type cannot hold, ArgumentError for a shape that does not fit.
   * @example
   * const array = zarr.zeros([2, 3], { dtype: 'int8' });
   * array.setOrthogonalSelection([1, [0, 2]], [7, 8]);
   * array.get().toNested(); // [[0, 0, 0], [7, 0, 8]]
   */
  setOrthogonalSelection(selection: Selection, value: unknown, options?: WriteOptions): void {
    this.oindex.set(selection, value, options);
  }

  /**
   * Elements chosen as points: a list of indices, or an index, for each axis.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no list of indices.
   * @throws ArgumentError for lists that cannot be broadcast to one shape.
   * @example
   * const array = zarr.array([[1, 2, 3], [4, 5, 6]]);
   * array.getCoordinateSelection([[1, 0, 1], 2]).toNested(); // [6, 3, 6]
   */
  getCoordinateSelection(selection: Selection, options?: ReadOptions): NdArray<NameIn<D>> {
    return new Indexer<NameIn<D>>(this.node, coordinateSelection).get(selection, options);
  }

  /**
   * Writes to elements chosen as points; where a point comes twice, its last value stays.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no list of indices.
   * @throws CastError for a value that the data type cannot hold, ArgumentError for a shape that does not fit.
   * @example
   * const array = zarr.zeros([2, 2], { dtype: 'int8' });
   * array.setCoordinateSelection([[0, 1], [1, 0]], [5, 6]);
   * array.get().toNested(); // [[0, 5], [6, 0]]
   */
  setCoordinateSelection(selection: Selection, value: unknown, options?: WriteOptions): void {
    new Indexer(this.node, coordinateSelection).set(selection, value, options);
  }

  /**
   * The elements where a mask of the array's shape is true, in C order.
   *
   * @throws SelectionError for what is no mask of the array's shape.
   * @example
   * const array = zarr.array([[1, 2], [3, 4]]);
   * array.getMaskSelection([[true, false], [true, true]]).toNested(); // [1, 3, 4]
   */
  getMaskSelection(mask: MaskSelection, options?: ReadOptions): NdArray<NameIn<D>> {
    const task = getSelection(this.node, mask, options, maskSelection);
    return runBlocking(task) as NdArray<NameIn<D>>; // A mask never gives a scalar.
  }

  /**
   * Writes to the elements where a mask of the array's shape is true.
   *
   * @throws SelectionError for what is no mask of the array's shape.
   * @throws CastError for a value that the data type cannot hold, ArgumentError for a shape that does not fit.
   * @example
   * const array = zarr.array([[1, 2], [3, 4]]);
   * array.setMaskSelection([[true, false], [false, true]], 0);
   * array.get().toNested(); // [[0, 2], [3, 0]]
   */
  setMaskSelection(mask: MaskSelection, value: unknown, options?: WriteOptions): void {
    runBlocking(setSelection(this.node, mask, value, options, maskSelection));
  }

  /**
   * Elements chosen by blocks: `blocks.get`.
   *
   * @throws BoundsCheckError for a block outside the grid, SelectionError for what is no selection of blocks.
   * @example
   * const array = zarr.array([1, 2, 3, 4, 5], { chunks: [2] });
   * array.getBlockSelection(slice(1, null)).toNested(); // [3, 4, 5]
   */
  getBlockSelection(selection?: Selection, options?: ReadOptions): NdArray<NameIn<D>> {
    return this.blocks.get(selection, options);
  }

  /**
   * Writes to elements chosen by blocks: `blocks.set`.
   *
   * @throws BoundsCheckError for a block outside the grid, SelectionError for what is no selection of blocks.
   * @throws CastError for a value that the data type cannot hold, ArgumentError for a shape that does not fit.
   * @example
   * const array = zarr.array([1, 2, 3, 4, 5], { chunks: [2] });
   * array.setBlockSelection(1, 0);
   * array.get().toNested(); // [1, 2, 0, 0, 5]
   */
  setBlockSelection(selection: Selection, value: unknown, options?: WriteOptions): void {
    this.blocks.set(selection, value, options);
  }

  /**
   * Walks over the array by what is stored as one object: chunks, or shards where there are any. Each part has its
   * coordinates, its place in the array and its values, clipped to the array.
   *
   * @throws SelectionError for what is no selection, CodecError and StoreError as `get`.
   * @example
   * const array = zarr.array([1, 2, 3, 4, 5], { chunks: [2] });
   * [...array.iterChunks()].map(({ coords, value }) => [coords[0], value.toNested()]); // [[0, [1, 2]], [1, [3, 4]], [2, [5]]]
   */
  iterChunks(options?: IterChunksOptions): Generator<ChunkPart<NameIn<D>>> {
    return iterateSync(this.node, options);
  }

  /**
   * One whole chunk by its coordinates, fill value where it is absent or reaches past the array; those inside shards
   * where the array is sharded.
   *
   * @throws BoundsCheckError for coordinates outside the grid, CodecError and StoreError as `get`.
   * @example
   * const array = zarr.array([1, 2, 3], { chunks: [2] });
   * array.getChunk([1]).toNested(); // [3, 0]
   */
  getChunk(coords: readonly number[], options?: OperationOptions): NdArray<NameIn<D>> {
    return runBlocking(getChunk(this.node, coords, options));
  }

  /**
   * Adds `attributes` to those that are stored, and gives this array.
   *
   * @throws ReadOnlyError when the store is read-only.
   * @example
   * const array = zarr.zeros([3]);
   * array.updateAttributes({ units: 'm' }).attrs.get('units'); // "m"
   */
  updateAttributes(attributes: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): this {
    runBlocking(changeAttributes(this.node, merging(attributes)));
    return this;
  }

  /**
   * Gives the array another shape of the same rank; one number will do for one axis. The metadata is stored first; then
   * chunks that the new shape has no place for are deleted, and those that it cuts get fill value beyond it. Growing
   * touches no chunk.
   *
   * @throws ArgumentError for another rank, and for lengths that are none; then nothing has changed.
   * @throws ReadOnlyError when the store is read-only.
   * @example
   * const array = zarr.array([[1, 2], [3, 4], [5, 6]]);
   * array.resize([2, 1]);
   * array.resize([2, 3]);
   * array.get().toNested(); // [[1, 0, 0], [3, 0, 0]]
   */
  resize(newShape: number | readonly number[], options?: ResizeOptions): void {
    runBlocking(resizeArray(this.node, newShape, options));
  }

  /**
   * Makes the array longer by `data` along `axis`, the first one unless told otherwise, and gives the new shape. `data`
   * has the array's lengths along all other axes. When it fails, the array is what it was.
   *
   * A generator gives blocks, each appended as by itself, so that memory holds one of them however many there are; with
   * promises anything that is iterated with `for await` does too. Where one fails, those before it stay. Blocks of whole
   * chunks are written once; the last chunk of others is read and written again with the next block.
   *
   * @throws ArgumentError for data of a shape that does not fit, CastError for a value that the data type cannot hold.
   * @throws ReadOnlyError when the store is read-only.
   * @example
   * const array = zarr.array([[1, 2], [3, 4]]);
   * array.append([[5, 6]]); // [3, 2]
   * array.append([[7], [8], [9]], { axis: -1 }); // [3, 3]
   * array.get().toNested(); // [[1, 2, 7], [3, 4, 8], [5, 6, 9]]
   * const rows = function* () {
   *   for (let i = 0; i < 3; i++) yield [[i, i, i]];
   * };
   * array.append(rows()); // [6, 3]
   */
  append(data: unknown, options?: AppendOptions): Shape {
    return runBlocking(appendTo(this.node, data, options));
  }

  /** Lengths of the axes; setting them is `resize`. */
  override get shape(): Shape {
    return super.shape;
  }

  override set shape(newShape: number | readonly number[]) {
    this.resize(newShape);
  }

  /**
   * `info`, and what is stored.
   *
   * @example
   * const array = zarr.array([1, 2, 3], { chunks: [1], compressors: null });
   * array.infoComplete().nbytesStored === array.nbytesStored(); // true
   */
  infoComplete(options?: ProgressOptions): ArrayInfo {
    return new ArrayInfo(this.node, runBlocking(countStored(this.node, options)));
  }

  /**
   * Bytes of everything stored for this array, metadata included.
   *
   * @throws ArgumentError when the store cannot list.
   * @example
   * const files = new Map();
   * const array = zarr.createArray(files, { data: new Uint8Array(100), compressors: null });
   * array.nbytesStored() === files.get('zarr.json').length; // true
   */
  nbytesStored(options?: ProgressOptions): number {
    return runBlocking(countBytes(this.node.storePath, options));
  }

  /** Stored chunks; each of a stored shard counts. */
  get nchunksInitialized(): number {
    return runBlocking(countInitialized(this.node));
  }

  /**
   * Whether the data type is this one, or of this family: `"number"`, `"bigint"`, `"boolean"`, `"complex"`.
   *
   * @example
   * const array = zarr.array(new Int16Array(3));
   * array.is('int16'); // true
   * array.is('number'); // true
   * array.is('float32'); // false
   */
  is<const Q extends DTypeQuery>(query: Q): this is ZarrArray<Narrowed<Q>> {
    return this.isOf(query);
  }

  /**
   * This array, its type narrowed to a data type or a family of them.
   *
   * @throws DataTypeValidationError if the data type is another.
   * @example
   * const array = zarr.array(new Int16Array([1, 2]));
   * array.as('int16').get().data; // Int16Array.of(1, 2)
   * array.as('float32'); // throws DataTypeValidationError
   */
  as<const Q extends DTypeQuery>(query: Q): ZarrArray<Narrowed<Q>> {
    this.assertOf(query);
    return this as ZarrArray<Narrowed<Q>>; // The data type was checked.
  }

  /**
   * A part of this array that is not read until its `get`: `{ shape, dtype, view, explain(), get(), set() }`. Nothing is
   * requested; `explain` tells what `get` would take.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   * @example
   * const array = zarr.array([1, 2, 3, 4, 5, 6], { chunks: [2] });
   * const view = array.view('::2').view('1:');
   * view.explain().requests; // 2
   * view.get().toNested(); // [3, 5]
   */
  view<const S extends Selection | undefined = undefined>(selection?: S): LazyView<D, Selected<D, S>> {
    return new LazyView(ViewNode.of(this.node, selection));
  }

  /**
   * A handle of the same array with other options; those that are not given stay.
   *
   * @throws BadConfigError for a value that an option cannot have.
   * @example
   * const array = zarr.zeros([3], { chunks: [1] });
   * array.withConfig({ writeEmptyChunks: true }).set('...', 0);
   * array.nchunksInitialized; // 3
   */
  withConfig(config: ArrayConfigParams): ZarrArray<D> {
    return new ZarrArray(
      new ArrayNode(this.storePath, this.node.model, arrayConfig(config, this.node.config), this.node.through),
    );
  }

  /** The same array, answering with promises. */
  get asyncArray(): AsyncArray<D> {
    return new AsyncArray(this.node);
  }

  override toString(): string {
    return this.describe('Array');
  }
}

/**
 * An array whose methods answer with promises. It has the members of `Array`, but for `asyncArray` and a `shape` that can
 * be set; `attrs` is a frozen object, and `nchunksInitialized` a method.
 */
export class AsyncArray<D = any> extends ArrayView<D> implements Promised<ZarrArray<any>> {
  /** Opens the array at the root of a store. @throws ArrayNotFoundError */
  static async open(
    store: StoreLike,
    options: Pick<OpenArrayOptions, 'config' | 'zarrFormat'> = {},
  ): Promise<AsyncArray> {
    return new AsyncArray(await runAsync(openArray(store, options)));
  }

  /** Makes an array. @deprecated `create` or `createArray` */
  static async create<const C extends DTypeSpec = any>(
    store: StoreLike,
    options: CreateOptions<C> & Shaped,
  ): Promise<AsyncArray<NameOf<C>>> {
    return new AsyncArray(await runAsync(createShaped(store, options), options));
  }

  /**
   * The array that `document` describes, at a place where nothing is read or written.
   *
   * @throws MetadataValidationError, NodeTypeValidationError for the document of a group.
   */
  static fromDict(storePath: StorePath, document: object): AsyncArray {
    return new AsyncArray(arrayFromDict(storePath, document));
  }

  /** The attributes: a frozen plain object. `updateAttributes` changes them. */
  get attrs(): Readonly<Record<string, unknown>> {
    return plainAttributes(this.node);
  }

  get<const S extends Selection | undefined = undefined>(
    selection?: S,
    options?: ReadOptions,
  ): Promise<Selected<D, S>> {
    // What `Selected` says of a selection.
    return runAsync(getSelection(this.node, selection, options), options) as Promise<Selected<D, S>>;
  }

  set(selection: Selection, value: unknown, options?: WriteOptions): Promise<void> {
    return runAsync(setSelection(this.node, selection, value, options), options);
  }

  getItem<const S extends Selection | undefined = undefined>(
    selection?: S,
    options?: ReadOptions,
  ): Promise<Selected<D, S>> {
    return this.get(selection, options);
  }

  setItem(selection: Selection, value: unknown, options?: WriteOptions): Promise<void> {
    return this.set(selection, value, options);
  }

  getBasicSelection<const S extends Selection | undefined = undefined>(
    selection?: S,
    options?: ReadOptions,
  ): Promise<Selected<D, S>> {
    const task = getSelection(this.node, selection, options, basicSelection);
    return runAsync(task, options) as Promise<Selected<D, S>>; // What `Selected` says of a selection.
  }

  setBasicSelection(selection: Selection, value: unknown, options?: WriteOptions): Promise<void> {
    return runAsync(setSelection(this.node, selection, value, options, basicSelection), options);
  }

  /** Selects each axis by itself; see `Array`. */
  get oindex(): AsyncIndexer<NameIn<D>> {
    return new AsyncIndexer(this.node, orthogonalSelection);
  }

  /** Selects points; see `Array`. */
  get vindex(): AsyncIndexer<NameIn<D>> {
    return new AsyncIndexer(this.node, vectorizedSelection);
  }

  /** Selects blocks; see `Array`. */
  get blocks(): AsyncIndexer<NameIn<D>> {
    return new AsyncIndexer(this.node, blockSelection);
  }

  getOrthogonalSelection(selection?: Selection, options?: ReadOptions): Promise<NdArray<NameIn<D>>> {
    return this.oindex.get(selection, options);
  }

  setOrthogonalSelection(selection: Selection, value: unknown, options?: WriteOptions): Promise<void> {
    return this.oindex.set(selection, value, options);
  }

  getCoordinateSelection(selection: Selection, options?: ReadOptions): Promise<NdArray<NameIn<D>>> {
    return new AsyncIndexer<NameIn<D>>(this.node, coordinateSelection).get(selection, options);
  }

  setCoordinateSelection(selection: Selection, value: unknown, options?: WriteOptions): Promise<void> {
    return new AsyncIndexer(this.node, coordinateSelection).set(selection, value, options);
  }

  getMaskSelection(mask: MaskSelection, options?: ReadOptions): Promise<NdArray<NameIn<D>>> {
    const task = getSelection(this.node, mask, options, maskSelection);
    return runAsync(task, options) as Promise<NdArray<NameIn<D>>>; // A mask never gives a scalar.
  }

  setMaskSelection(mask: MaskSelection, value: unknown, options?: WriteOptions): Promise<void> {
    return runAsync(setSelection(this.node, mask, value, options, maskSelection), options);
  }

  getBlockSelection(selection?: Selection, options?: ReadOptions): Promise<NdArray<NameIn<D>>> {
    return this.blocks.get(selection, options);
  }

  setBlockSelection(selection: Selection, value: unknown, options?: WriteOptions): Promise<void> {
    return this.blocks.set(selection, value, options);
  }

  iterChunks(options?: IterChunksOptions): AsyncGenerator<ChunkPart<NameIn<D>>> {
    return iterateAsync(this.node, options);
  }

  getChunk(coords: readonly number[], options?: OperationOptions): Promise<NdArray<NameIn<D>>> {
    return runAsync(getChunk(this.node, coords, options), options);
  }

  async updateAttributes(attributes: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): Promise<this> {
    await runAsync(changeAttributes(this.node, merging(attributes)));
    return this;
  }

  resize(newShape: number | readonly number[], options?: ResizeOptions): Promise<void> {
    return runAsync(resizeArray(this.node, newShape, options), options);
  }

  append(data: unknown, options?: AppendOptions): Promise<Shape> {
    return runAsync(appendTo(this.node, data, options), options);
  }

  async infoComplete(options?: ProgressOptions): Promise<ArrayInfo> {
    return new ArrayInfo(this.node, await runAsync(countStored(this.node, options), options));
  }

  nbytesStored(options?: ProgressOptions): Promise<number> {
    return runAsync(countBytes(this.node.storePath, options), options);
  }

  /** Stored chunks; each of a stored shard counts. */
  nchunksInitialized(options?: Pick<ProgressOptions, 'signal'>): Promise<number> {
    return runAsync(countInitialized(this.node, options), options);
  }

  /** Whether the data type is this one, or of this family; see `Array`. */
  is<const Q extends DTypeQuery>(query: Q): this is AsyncArray<Narrowed<Q>> {
    return this.isOf(query);
  }

  /**
   * This array, its type narrowed to a data type or a family of them.
   *
   * @throws DataTypeValidationError if the data type is another.
   */
  as<const Q extends DTypeQuery>(query: Q): AsyncArray<Narrowed<Q>> {
    this.assertOf(query);
    return this as AsyncArray<Narrowed<Q>>; // The data type was checked.
  }

  /** A part of this array that is not read until its `get`; see `Array`. */
  view<const S extends Selection | undefined = undefined>(selection?: S): AsyncLazyView<D, Selected<D, S>> {
    return new AsyncLazyView(ViewNode.of(this.node, selection));
  }

  /** A handle of the same array with other options; those that are not given stay. */
  withConfig(config: ArrayConfigParams): AsyncArray<D> {
    return new AsyncArray(
      new ArrayNode(this.storePath, this.node.model, arrayConfig(config, this.node.config), this.node.through),
    );
  }

  override toString(): string {
    return this.describe('AsyncArray');
  }
}
