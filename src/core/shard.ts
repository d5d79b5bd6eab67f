/**
 * A shard: a small store of cells (format 3, `sharding_indexed`).
 *
 * The cells lie one after another, in any order; an index of (offset, length) pairs, little-endian 64-bit, lies before
 * or after them, and 2^64-1 twice marks an absent cell. Reading some cells costs one request for the index and one for
 * each group of cells that lie near each other; reading a whole shard one request. A shard is always written whole.
 */
import type { CodecPipeline } from '../codecs/pipeline.js';
import type { SubchunkWriteOrder } from '../codecs/serializers/sharding.js';
import { UInt64 } from '../dtypes/integers.js';
import { CodecError } from '../errors.js';
import type { Coords } from '../indexing/project.js';
import { NdArray } from '../ndarray/ndarray.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import { type ByteRange, sliceRange } from '../stores/store.js';
import { type MaybePromise, run, type Task, wait } from '../task.js';
import type { CellChange, CellParts, Cells, WritableCells } from './cells.js';
import { type CellRange, indexRange } from './shard-plan.js';

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

/** Entries of a decoded index, checked as they are used. */
type ShardIndex = BigUint64Array;

/** The cells of a stored shard, found in its index, which was read. */
export class ShardCells implements Cells {
  readonly #format: ShardFormat;
  readonly #parts: CellParts;
  readonly #key: string;
  readonly #index: ShardIndex;

  private constructor(format: ShardFormat, parts: CellParts, key: string, index: ShardIndex) {
    this.#format = format;
    this.#parts = parts;
    this.#key = key;
    this.#index = index;
  }

  /** Reads the index of the shard that `parts` are of, one request; a shard that is absent has no cells. */
  static *open(format: ShardFormat, parts: CellParts, key: string): Task<ShardCells> {
    const bytes = yield* wait(parts.get(indexRange(format)));
    const index = bytes === undefined ? NO_CELLS : yield* decodeIndex(bytes, format);
    return new ShardCells(format, parts, key, index);
  }

  keyOf(): string {
    return this.#key;
  }

  /** Where a cell lies in the shard; `undefined` when it is absent. More bytes than `maxBytes` are corrupt. */
  locate(coords: Coords, maxBytes = Number.POSITIVE_INFINITY): CellRange | undefined {
    const number = cellNumber(coords, this.#format.gridShape);
    const cell = locate(this.#index, number, this.#format);
    if (cell === undefined) return undefined;
    checkEnd(cell, number, this.#parts.size, this.#format);
    if (cell.length <= maxBytes) return cell;
    throw new CodecError(
      `corrupt shard index: cell ${number} has ${cell.length} bytes, expected at most ${maxBytes} for its chunk`,
      { codec: CODEC },
    );
  }

  get(coords: Coords, range?: ByteRange, maxBytes?: number): MaybePromise<Uint8Array | undefined> {
    return run(this.#get(coords, range, maxBytes));
  }

  *#get(coords: Coords, range: ByteRange | undefined, maxBytes: number | undefined): Task<Uint8Array | undefined> {
    const cell = this.locate(coords, maxBytes);
    return cell && (yield* this.read(within(cell, range)));
  }

  *readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsOfCell(this, this.#parts, this.locate(coords)));
  }

  /** The bytes at a place in the shard, all of them. */
  *read(range: CellRange): Task<Uint8Array> {
    const { offset, length } = range;
    return checkedRange(yield* wait(this.#parts.get({ offset, length })), range);
  }

  /** The bytes at several places, each all of them. */
  *readMany(ranges: readonly CellRange[]): Task<Uint8Array[]> {
    const [only] = ranges;
    if (ranges.length === 1) return [yield* this.read(only!)];
    const many = yield* wait(this.#parts.getMany(ranges.map(({ offset, length }) => ({ offset, length }))));
    return ranges.map((range, at) => checkedRange(many[at], range));
  }
}

/** One cell of a stored shard, which is a shard itself: its parts are parts of the shard that it is in. */
class PartsOfCell implements CellParts {
  readonly #shard: ShardCells;
  readonly #cell: CellRange | undefined;
  readonly answersAtOnce: boolean;
  readonly takesMany: boolean;

  constructor(shard: ShardCells, { answersAtOnce, takesMany }: CellParts, cell: CellRange | undefined) {
    this.#shard = shard;
    this.#cell = cell;
    this.answersAtOnce = answersAtOnce;
    this.takesMany = takesMany;
  }

  get size(): number | undefined {
    return this.#cell?.length;
  }

  get(range: ByteRange): MaybePromise<Uint8Array | undefined> {
    return this.#cell && run(this.#shard.read(within(this.#cell, range)));
  }

  getMany(ranges: readonly ByteRange[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    const cell = this.#cell;
    return cell === undefined ? [] : run(this.#shard.readMany(ranges.map((range) => within(cell, range))));
  }
}

const NO_CELLS: ShardIndex = /* @__PURE__ */ new BigUint64Array();

/** The cells of a shard in memory: one that was read whole, or one that is being written. */
export class ShardDraft implements WritableCells {
  readonly isShared = false;
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
    const count = index.length / 2;
    for (let number = 0; number < count; number++) {
      const cell = locate(index, number, format);
      if (cell === undefined) continue;
      checkEnd(cell, number, bytes.length, format);
      const { offset, length } = cell;
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

  *readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsInMemory(this.get(coords)));
  }

  set(coords: Coords, bytes: Uint8Array): void {
    this.#isChanged = true;
    this.#cells.set(cellNumber(coords, this.format.gridShape), { coords, bytes });
  }

  delete(coords: Coords): void {
    if (this.#cells.delete(cellNumber(coords, this.format.gridShape))) this.#isChanged = true;
  }

  *update(coords: Coords, _maxBytes: number, change: CellChange): Task<void> {
    const stored = this.get(coords);
    const changed = yield* change(stored);
    if (changed === undefined) this.delete(coords);
    else if (changed !== stored) this.set(coords, changed);
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

/** One cell in memory. */
export class PartsInMemory implements CellParts {
  readonly answersAtOnce = true;
  readonly takesMany = false;
  readonly #bytes: Uint8Array | undefined;
  constructor(bytes: Uint8Array | undefined) {
    this.#bytes = bytes;
  }

  get size(): number | undefined {
    return this.#bytes?.length;
  }

  get(range: ByteRange): Uint8Array | undefined {
    return this.#bytes && sliceRange(this.#bytes, range);
  }

  getMany(ranges: readonly ByteRange[]): (Uint8Array | undefined)[] {
    return ranges.map((range) => this.#bytes && sliceRange(this.#bytes, range));
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

/** The bytes at `range`, which have to be all of them. */
function checkedRange(bytes: Uint8Array | undefined, { offset, length }: CellRange): Uint8Array {
  if (bytes?.length === length) return bytes;
  throw truncated(`${length} bytes of cells at ${offset}`, bytes?.length);
}

/** Throws unless a cell ends before what comes behind the cells: the index, or the end of a shard of `size` bytes. */
function checkEnd(
  { offset, length }: CellRange,
  number: number,
  size: number | undefined,
  { indexAt, indexSize }: ShardFormat,
): void {
  if (size === undefined) return;
  const end = indexAt === 'end' ? size - indexSize : size;
  if (offset + length <= end) return;
  throw truncated(`cell ${number} ends at ${offset + length}, the cells of this shard at ${end};`, size);
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
