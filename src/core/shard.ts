/**
 * A shard: a small store of cells (format 3, `sharding_indexed`).
 *
 * The cells lie one after another, in any order; an index of (offset, length) pairs, little-endian 64-bit, lies before
 * or after them, and 2^64-1 twice marks an absent cell. Reading a cell costs one request for the index and one for the
 * cell; reading a whole shard one request. A shard is always written whole.
 */
import type { CodecPipeline } from '../codecs/pipeline.js';
import type { SubchunkWriteOrder } from '../codecs/serializers/sharding.js';
import { UInt64 } from '../dtypes/integers.js';
import { CodecError } from '../errors.js';
import type { Coords } from '../indexing/project.js';
import { NdArray } from '../ndarray/ndarray.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import type { ByteRange } from '../stores/store.js';
import { type MaybePromise, run, type Task, wait } from '../task.js';
import type { Cells, WritableCells } from './cells.js';

/** How a shard is laid out. */
export interface ShardFormat {
  /** Cells per axis. */
  readonly gridShape: Shape;
  readonly index: CodecPipeline;
  /** Bytes of the encoded index. */
  readonly indexSize: number;
  readonly indexAt: 'start' | 'end';
  /** In which order cells are written; a reader never relies on it. */
  readonly cellOrder: SubchunkWriteOrder;
}

const CODEC = 'sharding_indexed';
const ABSENT = 2n ** 64n - 1n;

/** Where one cell lies in its shard. */
interface CellRange {
  readonly offset: number;
  readonly length: number;
}

/** Entries of a decoded index, checked as they are used. */
type ShardIndex = BigUint64Array;

/** The cells of a stored shard. Reads the index once, then only the bytes asked for. */
export class ShardCells implements Cells {
  #index: MaybePromise<ShardIndex> | undefined;
  constructor(
    readonly format: ShardFormat,
    readonly shards: Cells,
    readonly shard: Coords,
  ) {}

  keyOf(): string {
    return this.shards.keyOf(this.shard);
  }

  get(coords: Coords, range?: ByteRange): MaybePromise<Uint8Array | undefined> {
    return run(this.#get(coords, range));
  }

  *#get(coords: Coords, range: ByteRange | undefined): Task<Uint8Array | undefined> {
    // Cells read at the same time share one read of the index.
    this.#index ??= run(this.#readIndex());
    const cell = locate(yield* wait(this.#index), cellNumber(coords, this.format.gridShape), this.format);
    if (cell === undefined) return undefined;
    const { offset, length } = within(cell, range);
    const bytes = yield* wait(this.shards.get(this.shard, { offset, length }));
    if (bytes?.length !== length) throw truncated(`a cell of ${length} bytes at ${offset}`, bytes?.length);
    return bytes;
  }

  *#readIndex(): Task<ShardIndex> {
    const { indexSize, indexAt } = this.format;
    const range = indexAt === 'end' ? { suffixLength: indexSize } : { offset: 0, length: indexSize };
    const bytes = yield* wait(this.shards.get(this.shard, range));
    if (bytes === undefined) return NO_CELLS;
    return yield* decodeIndex(bytes, this.format);
  }
}

const NO_CELLS: ShardIndex = /* @__PURE__ */ new BigUint64Array();

/** The cells of a shard in memory: one that was read whole, or one that is being written. */
export class ShardDraft implements WritableCells {
  readonly #cells = new Map<number, { readonly coords: Coords; readonly bytes: Uint8Array }>();
  readonly #key: string;
  #isChanged = false;
  constructor(
    readonly format: ShardFormat,
    key: string,
  ) {
    this.#key = key;
  }

  /** The cells of the shard that `bytes` are; none when there is no shard. */
  static *from(format: ShardFormat, key: string, bytes: Uint8Array | undefined): Task<ShardDraft> {
    const draft = new ShardDraft(format, key);
    if (bytes === undefined) return draft;
    const { indexSize, indexAt, gridShape } = format;
    if (bytes.length < indexSize) throw truncated(`an index of ${indexSize} bytes`, bytes.length);
    const at = indexAt === 'end' ? bytes.length - indexSize : 0;
    const index = yield* decodeIndex(bytes.subarray(at, at + indexSize), format);
    const end = indexAt === 'end' ? at : bytes.length;
    const count = index.length / 2;
    for (let number = 0; number < count; number++) {
      const cell = locate(index, number, format);
      if (cell === undefined) continue;
      const { offset, length } = cell;
      if (offset + length > end) {
        throw truncated(`cell ${number} ends at ${offset + length}, the cells of this shard at ${end};`, bytes.length);
      }
      draft.#cells.set(number, {
        coords: cellCoords(number, gridShape),
        bytes: bytes.subarray(offset, offset + length),
      });
    }
    return draft;
  }

  keyOf(): string {
    return this.#key;
  }

  get(coords: Coords, range?: ByteRange): Uint8Array | undefined {
    const bytes = this.#cells.get(cellNumber(coords, this.format.gridShape))?.bytes;
    if (bytes === undefined || range === undefined) return bytes;
    const { offset, length } = within({ offset: 0, length: bytes.length }, range);
    return bytes.subarray(offset, offset + length);
  }

  set(coords: Coords, bytes: Uint8Array): void {
    this.#isChanged = true;
    this.#cells.set(cellNumber(coords, this.format.gridShape), { coords, bytes });
  }

  delete(coords: Coords): void {
    if (this.#cells.delete(cellNumber(coords, this.format.gridShape))) this.#isChanged = true;
  }

  /** Whether a cell was set or deleted since the shard was read. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  /** The shard as bytes; its cells lie in Morton order unless the codec says otherwise, as zarr-python lays them. */
  *toBytes(): Task<Uint8Array> {
    const { gridShape, index, indexSize, indexAt, cellOrder } = this.format;
    const entries = new BigUint64Array(2 * sizeOf(gridShape)).fill(ABSENT);
    const code = orderOf(gridShape, cellOrder);
    const cells = [...this.#cells]
      .map(([number, { coords, bytes }]) => ({ number, bytes, code: code(coords) }))
      .sort((a, b) => (a.code < b.code ? -1 : 1));
    let end = indexAt === 'start' ? indexSize : 0;
    for (const { number, bytes } of cells) {
      entries[2 * number] = BigInt(end);
      entries[2 * number + 1] = BigInt(bytes.length);
      end += bytes.length;
    }
    const encodedIndex = yield* wait(index.encode(new NdArray(new UInt64(), entries, [...gridShape, 2])));
    if (encodedIndex.length !== indexSize) {
      throw new CodecError(`the index encodes to ${encodedIndex.length} bytes, expected ${indexSize}`, {
        codec: CODEC,
      });
    }
    const out = new Uint8Array(indexAt === 'end' ? end + indexSize : end);
    for (const { number, bytes } of cells) out.set(bytes, Number(entries[2 * number]));
    out.set(encodedIndex, indexAt === 'end' ? end : 0);
    return out;
  }
}

function* decodeIndex(bytes: Uint8Array, { index, indexSize }: ShardFormat): Task<ShardIndex> {
  if (bytes.length !== indexSize) throw truncated(`an index of ${indexSize} bytes`, bytes.length);
  const decoded = yield* wait(index.decode(bytes));
  return decoded.toFlat() as ShardIndex; // The index's data type is uint64.
}

function truncated(expected: string, found: number | undefined): CodecError {
  const what = found === undefined ? 'nothing' : `${found} bytes`;
  return new CodecError(`truncated or corrupt shard: expected ${expected}, got ${what}`, { codec: CODEC });
}

/** Where cell `number` lies; undefined when it is absent. What lies inside the index or beyond 2^53 is corrupt. */
function locate(index: ShardIndex, number: number, { indexAt, indexSize }: ShardFormat): CellRange | undefined {
  if (index.length === 0) return undefined;
  const offset = index[2 * number]!;
  const length = index[2 * number + 1]!;
  if (offset === ABSENT && length === ABSENT) return undefined;
  const first = indexAt === 'start' ? BigInt(indexSize) : 0n;
  if (offset < first || offset + length > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new CodecError(`corrupt shard index: cell ${number} at ${offset} with ${length} bytes`, { codec: CODEC });
  }
  return { offset: Number(offset), length: Number(length) };
}

/** The bytes of the shard that `range` names within `cell`; clipped to the cell, as stores clip. */
function within(cell: CellRange, range: ByteRange | undefined): CellRange {
  if (range === undefined) return cell;
  if ('suffixLength' in range) {
    const length = Math.min(range.suffixLength, cell.length);
    return { offset: cell.offset + cell.length - length, length };
  }
  const start = Math.min(range.offset, cell.length);
  return { offset: cell.offset + start, length: Math.min(range.length ?? cell.length, cell.length - start) };
}

function cellNumber(coords: Coords, gridShape: Shape): number {
  let number = 0;
  for (let axis = 0; axis < gridShape.length; axis++) number = number * gridShape[axis]! + coords[axis]!;
  return number;
}

function cellCoords(number: number, gridShape: Shape): Coords {
  const coords = new Array<number>(gridShape.length);
  for (let axis = gridShape.length - 1; axis >= 0; axis--) {
    coords[axis] = number % gridShape[axis]!;
    number = Math.floor(number / gridShape[axis]!);
  }
  return coords;
}

/** The place of a cell among those that are written. */
function orderOf(gridShape: Shape, order: SubchunkWriteOrder): (coords: Coords) => bigint {
  switch (order) {
    case 'morton':
      return mortonCoder(gridShape);
    case 'colexicographic':
      return (coords) => BigInt(cellNumber([...coords].reverse(), [...gridShape].reverse()));
    case 'lexicographic':
    case 'unordered':
      return (coords) => BigInt(cellNumber(coords, gridShape));
    default:
      return order satisfies never;
  }
}

/**
 * The place of a cell on the Morton curve: bits are dealt to the axes in turn, the first axis least significant, and an
 * axis gets only as many as its coordinates have.
 */
function mortonCoder(gridShape: Shape): (coords: Coords) => bigint {
  const bits = gridShape.map((length) => (length > 1 ? Math.floor(Math.log2(length - 1)) + 1 : 0));
  const rounds = Math.max(0, ...bits);
  const deal: { readonly axis: number; readonly bit: number }[] = [];
  for (let bit = 0; bit < rounds; bit++) {
    for (let axis = 0; axis < bits.length; axis++) if (bit < bits[axis]!) deal.push({ axis, bit });
  }
  return (coords) => {
    let code = 0n;
    for (let place = 0; place < deal.length; place++) {
      const { axis, bit } = deal[place]!;
      if (Math.floor(coords[axis]! / 2 ** bit) % 2 === 1) code |= 1n << BigInt(place);
    }
    return code;
  };
}
