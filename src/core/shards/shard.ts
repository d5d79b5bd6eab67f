/**
 * A shard: a small store of cells (format 3, `sharding_indexed`).
 *
 * The cells lie one after another, in any order; an index of (offset, length) pairs, little-endian 64-bit, lies before
 * or after them, and 2^64-1 twice marks an absent cell. Reading some cells costs one request for the index and one for
 * each group of cells that lie near each other, or of a small shard one for all of that; reading a whole shard one request.
 * A shard is always written whole.
 */
import type { CodecPipeline } from '../../codecs/pipeline.js';
import { UInt64 } from '../../dtypes/integers.js';
import { CodecError } from '../../errors.js';
import type { Coords } from '../../indexing/project.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { type Shape, sizeOf } from '../../ndarray/shape.js';
import { type ByteRange, sliceRange } from '../../stores/store.js';
import { isPromise, type MaybePromise, run, type Task, wait } from '../../task.js';
import type { CellChange, CellParts, Cells, WritableCells } from '../cells.js';
import { bytesAhead, type Coalescing, withBytes } from './ahead.js';
import { type CellRange, indexRange } from './plan.js';

/** How a shard is laid out. */
export interface ShardFormat {
  /** Cells per axis. */
  readonly gridShape: Shape;
  readonly index: CodecPipeline;
  /** Bytes of the encoded index. */
  readonly indexSize: number;
  readonly indexAt: 'start' | 'end';
  /** Bytes of a shard that has all its cells, none of them compressed; undefined where elements vary in length. */
  readonly plainSize: number | undefined;
  /** The numbers of the cells in the order in which they are written; a reader never relies on it. */
  readonly writeOrder: () => Uint32Array;
}

const CODEC = 'sharding_indexed';
/** Either half of a number of 64 bits that are all set: twice that is an absent cell. */
const ALL_SET = 2 ** 32 - 1;

/** The entries of a decoded index, checked as they are used: of each cell the low and high halves of offset and length. */
export type ShardIndex = Uint32Array;

/** The cells of a stored shard, found in its index, which was read. */
export class ShardCells implements Cells {
  readonly #format: ShardFormat;
  readonly #parts: CellParts;
  readonly #key: string;
  readonly #index: ShardIndex;
  /** Whether it is known only from an earlier read that the shard has this index. */
  #isRecalled: boolean;

  private constructor(format: ShardFormat, parts: CellParts, key: string, index: ShardIndex, isRecalled: boolean) {
    this.#format = format;
    this.#parts = parts;
    this.#key = key;
    this.#index = index;
    this.#isRecalled = isRecalled;
  }

  /**
   * The shard that `parts` are of. Its index is read, one request, unless another read has left it; a shard that is
   * absent has no cells.
   */
  static *open(format: ShardFormat, parts: CellParts, key: string, settings: Coalescing): Task<ShardCells> {
    const recalled = parts.recallIndex?.(format);
    const index = isPromise(recalled) ? yield* wait(recalled) : recalled;
    if (index !== undefined) return new ShardCells(format, parts, key, index, true);
    const length = bytesAhead(format, parts, settings);
    const reading = run(readIndex(format, parts, length));
    // Of a small shard each read has the cells with the index, sooner than it would have another one's index.
    if (isPromise(reading) && length === format.indexSize) parts.shareIndex?.(format, reading);
    const read = yield* wait(reading);
    return new ShardCells(format, read.parts, key, read.index, false);
  }

  /** What the parts of the shard are read from: those that came with its index are at hand. */
  get parts(): CellParts {
    return this.#parts;
  }

  /** The shard that `parts` are of, where its index is known from an earlier read; undefined where it has to be read. */
  static recalled(format: ShardFormat, parts: CellParts, key: string): ShardCells | undefined {
    const index = parts.recallIndex?.(format);
    return index === undefined || isPromise(index) ? undefined : new ShardCells(format, parts, key, index, true);
  }

  /** Makes sure that the shard still has this index: before a cell is taken for absent, where nothing of it is read. */
  confirm(): MaybePromise<void> {
    if (!this.#isRecalled) return;
    const index = this.#parts.get(indexRange(this.#format)); // Fails where the shard is another one.
    const confirmed = (): void => {
      this.#isRecalled = false;
    };
    return isPromise(index) ? index.then(confirmed) : confirmed();
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
    const cell = this.locate(coords, maxBytes);
    return cell && this.read(within(cell, range));
  }

  *readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsOfCell(this, this.#parts, this.locate(coords)));
  }

  /** The bytes at a place in the shard, all of them. */
  read(range: CellRange): MaybePromise<Uint8Array> {
    const { offset, length } = range;
    return checkedRange(this.#parts.get({ offset, length }), range);
  }

  /** The same, in memory that the next read of the array overwrites: to be copied before that, at once. */
  lend(range: CellRange): MaybePromise<Uint8Array> {
    return checkedRange(this.#lent(range), range);
  }

  /** What the shard has of the bytes at several places. */
  readRanges(ranges: readonly CellRange[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    const asked = ranges.map(({ offset, length }) => ({ offset, length }));
    if (asked.length > 1) return this.#parts.getMany(asked);
    return listOf(this.#parts.get(asked[0]!)); // Somebody wants something.
  }

  /** `readRanges` of one place, in memory that the next read of the array overwrites. */
  lendRange(range: CellRange): MaybePromise<readonly (Uint8Array | undefined)[]> {
    return listOf(this.#lent(range));
  }

  #lent({ offset, length }: CellRange): MaybePromise<Uint8Array | undefined> {
    const parts = this.#parts;
    return parts.lend === undefined ? parts.get({ offset, length }) : parts.lend({ offset, length });
  }

  /** What the shard has of the bytes at a place, which is not nothing: it is there. */
  readPart(range: CellRange): MaybePromise<Uint8Array> {
    const there = (bytes: Uint8Array | undefined): Uint8Array => bytes ?? allOfRange(bytes, range);
    const { offset, length } = range;
    const bytes = this.#parts.get({ offset, length });
    return isPromise(bytes) ? bytes.then(there) : there(bytes);
  }
}

const listOf = <T>(only: MaybePromise<T>): MaybePromise<readonly T[]> =>
  isPromise(only) ? only.then((value) => [value]) : [only];

/** One cell of a stored shard, which is a shard itself: its parts are parts of the shard that it is in. */
class PartsOfCell implements CellParts {
  readonly #shard: ShardCells;
  readonly #cell: CellRange | undefined;
  readonly answersAtOnce: boolean;
  readonly takesMany: boolean;
  /** Of a shard whose size is not known, no more of the cell is asked for than is needed: it may not be there. */
  readonly clipsRanges: boolean;

  constructor(shard: ShardCells, { answersAtOnce, takesMany, size }: CellParts, cell: CellRange | undefined) {
    this.#shard = shard;
    this.#cell = cell;
    this.answersAtOnce = answersAtOnce;
    this.takesMany = takesMany;
    this.clipsRanges = size !== undefined;
  }

  get size(): number | undefined {
    return this.#cell?.length;
  }

  get(range: ByteRange): MaybePromise<Uint8Array | undefined> {
    return this.#cell && this.#shard.readPart(within(this.#cell, range));
  }

  getMany(ranges: readonly ByteRange[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    const cell = this.#cell;
    return cell === undefined ? [] : this.#shard.readRanges(ranges.map((range) => within(cell, range)));
  }
}

const NO_CELLS: ShardIndex = /* @__PURE__ */ new Uint32Array();

/** The cells of a shard in memory: one that was read whole, or one that is being written. */
export class ShardDraft implements WritableCells {
  readonly takesLent = false;
  readonly #cells = new Map<number, Uint8Array>();
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
    const { indexSize, indexAt } = format;
    if (bytes.length < indexSize) throw truncated(`an index of ${indexSize} bytes`, bytes.length);
    const at = indexAt === 'end' ? bytes.length - indexSize : 0;
    const index = yield* decodeIndex(bytes.subarray(at, at + indexSize), format);
    const count = index.length / 4;
    for (let number = 0; number < count; number++) {
      const cell = locate(index, number, format);
      if (cell === undefined) continue;
      checkEnd(cell, number, bytes.length, format);
      const { offset, length } = cell;
      draft.#cells.set(number, bytes.subarray(offset, offset + length));
    }
    return draft;
  }

  keyOf(): string {
    return this.#key;
  }

  get(coords: Coords, range?: ByteRange): Uint8Array | undefined {
    const bytes = this.#cells.get(cellNumber(coords, this.format.gridShape));
    if (bytes === undefined || range === undefined) return bytes;
    const { offset, length } = within({ offset: 0, length: bytes.length }, range);
    return bytes.subarray(offset, offset + length);
  }

  *readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsInMemory(this.get(coords)));
  }

  set(coords: Coords, bytes: Uint8Array): void {
    this.#isChanged = true;
    this.#cells.set(cellNumber(coords, this.format.gridShape), bytes);
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

  /** The shard as bytes. */
  *toBytes(): Task<Uint8Array> {
    const { indexSize, indexAt, writeOrder } = this.format;
    const entries = emptyIndex(this.format);
    const cells: Uint8Array[] = [];
    const first = indexAt === 'start' ? indexSize : 0;
    let end = first;
    for (const number of writeOrder()) {
      const bytes = this.#cells.get(number);
      if (bytes === undefined) continue;
      cells.push(bytes);
      setEntry(entries, number, end, bytes.length);
      end += bytes.length;
    }
    const encodedIndex = yield* encodeIndex(entries, this.format);
    const out = new Uint8Array(indexAt === 'end' ? end + indexSize : end);
    let at = first;
    for (const bytes of cells) {
      out.set(bytes, at);
      at += bytes.length;
    }
    out.set(encodedIndex, indexAt === 'end' ? end : 0);
    return out;
  }
}

/** One cell in memory. */
export class PartsInMemory implements CellParts {
  readonly answersAtOnce = true;
  readonly takesMany = false;
  readonly clipsRanges = true;
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

/** Reads the index of a shard, with so many bytes in all; the parts of the shard have those at hand then. */
function* readIndex(
  format: ShardFormat,
  parts: CellParts,
  length: number,
): Task<{ readonly index: ShardIndex; readonly parts: CellParts }> {
  const { indexSize, indexAt } = format;
  const bytes = yield* wait(parts.get(indexRange(format, length)));
  if (bytes === undefined) return { index: NO_CELLS, parts };
  if (bytes.length < indexSize || bytes.length > length)
    throw truncated(`an index of ${indexSize} bytes`, bytes.length);
  const at = indexAt === 'end' ? bytes.length - indexSize : 0;
  const index = yield* decodeIndex(bytes.subarray(at, at + indexSize), format);
  parts.keepIndex?.(format, index);
  return { index, parts: length === indexSize ? parts : withBytes(parts, bytes, length, format) };
}

/** The index of a shard that has no cells. */
export const emptyIndex = ({ gridShape }: ShardFormat): ShardIndex =>
  new Uint32Array(4 * sizeOf(gridShape)).fill(ALL_SET);

/** The stored bytes of an index. */
export function* encodeIndex(entries: ShardIndex, { gridShape, index, indexSize }: ShardFormat): Task<Uint8Array> {
  const numbers = new BigUint64Array(entries.buffer);
  const encoded = yield* wait(index.encode(new NdArray(new UInt64(), numbers, [...gridShape, 2])));
  if (encoded.length === indexSize) return encoded;
  throw new CodecError(`the index encodes to ${encoded.length} bytes, expected ${indexSize}`, { codec: CODEC });
}

function* decodeIndex(bytes: Uint8Array, { index, indexSize }: ShardFormat): Task<ShardIndex> {
  if (bytes.length !== indexSize) throw truncated(`an index of ${indexSize} bytes`, bytes.length);
  const decoded = yield* wait(index.decode(bytes));
  const numbers = decoded.toFlat() as BigUint64Array; // The index's data type is uint64.
  return new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
}

function truncated(expected: string, found: number | undefined): CodecError {
  const what = found === undefined ? 'nothing' : `${found} bytes`;
  return new CodecError(`truncated or corrupt shard: expected ${expected}, got ${what}`, { codec: CODEC });
}

function checkedRange(bytes: MaybePromise<Uint8Array | undefined>, range: CellRange): MaybePromise<Uint8Array> {
  return isPromise(bytes) ? bytes.then((later) => allOfRange(later, range)) : allOfRange(bytes, range);
}

/** Of `bytes`, which are what a shard has at `range`, those of a cell in it: which have to be all of them. */
export function cellIn(bytes: Uint8Array | undefined, range: CellRange, cell: CellRange): Uint8Array {
  const start = cell.offset - range.offset;
  // Of more bytes than were asked for nobody knows where they lie.
  const isClipped = bytes !== undefined && bytes.length <= range.length;
  return allOfRange(isClipped ? bytes.subarray(start, start + cell.length) : bytes, cell);
}

/** The bytes at `range`, which have to be all of them. */
function allOfRange(bytes: Uint8Array | undefined, { offset, length }: CellRange): Uint8Array {
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
  const at = 4 * number;
  const offset = index[at]! + index[at + 1]! * 2 ** 32;
  const length = index[at + 2]! + index[at + 3]! * 2 ** 32;
  if (isAllSet(index, at) && isAllSet(index, at + 2)) return undefined;
  // Numbers above 2^53 may be inexact, and stay above it.
  if (offset < (indexAt === 'start' ? indexSize : 0) || offset + length > Number.MAX_SAFE_INTEGER) {
    const [exactOffset, exactLength] = new BigUint64Array(index.slice(at, at + 4).buffer);
    throw new CodecError(`corrupt shard index: cell ${number} at ${exactOffset} with ${exactLength} bytes`, {
      codec: CODEC,
    });
  }
  return { offset, length };
}

const isAllSet = (index: ShardIndex, at: number): boolean => index[at] === ALL_SET && index[at + 1] === ALL_SET;

/** Enters in an index where a cell lies. */
export function setEntry(index: ShardIndex, number: number, offset: number, length: number): void {
  const at = 4 * number;
  index[at] = offset; // Typed arrays take the low 32 bits.
  index[at + 1] = Math.floor(offset / 2 ** 32);
  index[at + 2] = length;
  index[at + 3] = Math.floor(length / 2 ** 32);
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
