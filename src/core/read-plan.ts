/**
 * Reading chunks that are all alike: what is the same for each of them (the form of what is copied, the loops for it, the
 * beginning of keys) is found out once, and a chunk whose bytes are at hand makes no object, closure or promise.
 *
 * Made for regions of runs over chunks of one shape, whose elements have one size and lie one after another when they
 * are decoded. They go from the memory of the codecs straight to the result.
 */
import type { CodecPipeline } from '../codecs/pipeline.js';
import { ChunkNotFoundError } from '../errors.js';
import { ChunkCursor } from '../indexing/cursor.js';
import type { ChunkProjection, Coords } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { type Block, BlockTarget } from '../ndarray/blocks.js';
import { isPoints, Picked, type View } from '../ndarray/picked.js';
import type { Run, Strided } from '../ndarray/strided.js';
import { isPromise, type MaybePromise } from '../task.js';
import type { CellRow, Cells } from './cells.js';
import type { Context } from './context.js';
import type { ChunkLevel, Level } from './level.js';
import { MOST_KEPT, storedMemory } from './stored-memory.js';

/** A chunk, and where what is wanted of it lies: the cursor while it is there, or what is kept of it. */
interface Place {
  readonly coords: Coords;
  readonly source: number;
  readonly target: number;
}

type PlainLevel = ChunkLevel & { readonly codecs: CodecPipeline };

/** A read of chunks that are all alike. */
export class ReadPlan {
  /** The chunks. */
  readonly cursor: ChunkCursor;
  readonly #cells: Cells;
  readonly #level: PlainLevel;
  readonly #target: BlockTarget;
  readonly #readMissingChunks: boolean;
  readonly #signal: AbortSignal | undefined;
  /** Steps from element to element of what is wanted of a chunk. */
  readonly #strides: readonly number[];
  readonly #blocks = new Map<string, Block>();
  #block: Block | undefined;
  #row: CellRow | undefined;
  /** Memory for one stored chunk, used for one after another. */
  #memory: Uint8Array | undefined;

  private constructor(
    level: PlainLevel,
    cells: Cells,
    cursor: ChunkCursor,
    strides: readonly number[],
    target: BlockTarget,
    { readMissingChunks, signal }: Context,
  ) {
    this.cursor = cursor;
    this.#cells = cells;
    this.#level = level;
    this.#strides = strides;
    this.#target = target;
    this.#readMissingChunks = readMissingChunks;
    this.#signal = signal;
  }

  /** The plan for a read of `region` into `out`; undefined where chunks have to be read one by one. */
  static of({ grid, all }: Level, cells: Cells, region: Region, out: View, context: Context): ReadPlan | undefined {
    const strides = all?.codecs?.strides;
    if (strides === undefined || strides.length === 0 || context.fields !== undefined) return undefined;
    if (out instanceof Picked || !areRuns(region) || !isShapeOf(region, out)) return undefined;
    // Where no chunk is wanted whole, less than all of it may do, and each is read by itself.
    if (all!.codecs!.layout?.hasParts && !hasWholeChunks(region, all!.spec.shape)) return undefined;
    const target = BlockTarget.of(out);
    if (target === undefined || all!.spec.fillValue.length !== out.itemUnits) return undefined;
    const cursor = new ChunkCursor(region, grid, strides, out.strides);
    const steps = strides.map((stride, axis) => stride * region[axis]!.step);
    return new ReadPlan(all as PlainLevel, cells, cursor, steps, target, context); // It has codecs.
  }

  /** Reads the chunk that the cursor is at; its projection where it has to be read by itself, because less of it will do. */
  read(): MaybePromise<void> | ChunkProjection {
    const { cursor } = this;
    const { codecs } = this.#level;
    const block = this.#currentBlock();
    if (cursor.isRowStart) this.#row = undefined;
    if (codecs.layout?.hasParts && !cursor.isFull) {
      const projection = cursor.projection();
      if (codecs.layout.spanOf(projection.inChunk)) return projection;
    }
    this.#row ??= this.#rowAt(cursor.coords);
    const row = this.#row;
    const last = cursor.coords[cursor.rank - 1]!;
    if (codecs.isPlain && row.getInto !== undefined && this.#isPut(row.getInto, last, block)) return;
    if (row.getStartInto !== undefined && !codecs.isPlain && codecs.usualSize < MOST_KEPT) {
      const read = this.#putStart(row.getStartInto, last, block);
      if (read !== 'longer') return read;
    }
    const bytes = row.get(last);
    return isPromise(bytes) ? this.#putLater(bytes, block, this.#place()) : this.#put(bytes, block, cursor);
  }

  /** Called when nothing more is read. */
  end(): void {
    if (this.#memory !== undefined) storedMemory.give(this.#memory);
    this.#memory = undefined;
  }

  #place(): Place {
    const { coords, source, target } = this.cursor;
    return { coords: [...coords], source, target };
  }

  /** The form of what is wanted of the chunk; made when it is first met. */
  #currentBlock(): Block {
    const { cursor } = this;
    if (this.#block !== undefined && !cursor.isOther) return this.#block;
    cursor.isOther = false;
    const key = cursor.counts.join();
    let block = this.#blocks.get(key);
    if (block === undefined) this.#blocks.set(key, (block = this.#target.block(cursor.counts, this.#strides)));
    this.#block = block;
    return block;
  }

  #rowAt(coords: Coords): CellRow {
    const { maxBytes } = this.#level;
    return this.#cells.row?.(coords, maxBytes) ?? new RowOfCells(this.#cells, coords, maxBytes);
  }

  #put(bytes: Uint8Array | undefined, block: Block, place: Place): MaybePromise<void> {
    if (bytes === undefined) {
      this.#putNothing(block, place);
      return;
    }
    const elements = this.#level.codecs.lend(bytes);
    if (isPromise(elements)) return this.#copyLater(elements, block, place === this.cursor ? this.#place() : place);
    this.#target.copy(elements, block, place.source, place.target);
  }

  #putNothing(block: Block, { coords, target }: Place): void {
    if (!this.#readMissingChunks) {
      throw new ChunkNotFoundError(`chunk (${coords.join(', ')}) is absent`, { coords: [...coords] });
    }
    this.#target.fill(this.#level.spec.fillValue, block, target);
  }

  /**
   * Reads an uncompressed chunk into the result, or where its elements do not lie together there, into memory that is used
   * again. Whether that is done: a chunk that is not as long as it has to be is left to the codecs, who refuse it.
   */
  #isPut(getInto: NonNullable<CellRow['getInto']>, last: number, block: Block): boolean {
    const { cursor } = this;
    const isRun = block.run > 0 && cursor.isFull;
    const size = this.#level.codecs.size!; // Plain chunks have one.
    const memory = isRun ? this.#target.memoryOf(block, cursor.target) : this.#memoryOf(size).subarray(0, size);
    const length = getInto(last, memory);
    if (length === undefined) this.#putNothing(block, cursor);
    else if (length !== size) return false;
    else if (!isRun) this.#target.copy(memory, block, cursor.source, cursor.target);
    return true;
  }

  /** Reads an encoded chunk by memory that is used again; `longer` where it has more bytes than expected, or may have. */
  #putStart(
    getStartInto: NonNullable<CellRow['getStartInto']>,
    last: number,
    block: Block,
  ): MaybePromise<void> | 'longer' {
    const room = this.#level.codecs.usualSize + 1;
    const memory = this.#memoryOf(room);
    const length = getStartInto(last, memory);
    if (length !== undefined && length >= room) return 'longer';
    const put = this.#put(length === undefined ? undefined : memory.subarray(0, length), block, this.cursor);
    if (put !== undefined) this.#memory = undefined; // A codec that answers later has it.
    return put;
  }

  #memoryOf(length: number): Uint8Array {
    if (this.#memory === undefined || this.#memory.length < length) this.#memory = storedMemory.take(length);
    return this.#memory;
  }

  async #putLater(pending: PromiseLike<Uint8Array | undefined>, block: Block, place: Place): Promise<void> {
    const bytes = await pending;
    this.#signal?.throwIfAborted(); // Whoever has given up may have other values in the result's memory by now.
    await this.#put(bytes, block, place);
  }

  async #copyLater(pending: PromiseLike<Uint8Array>, block: Block, { source, target }: Place): Promise<void> {
    const elements = await pending;
    this.#signal?.throwIfAborted();
    this.#target.copy(elements, block, source, target);
  }
}

/** The cells of a row, each asked for by its coordinates. */
class RowOfCells implements CellRow {
  readonly #cells: Cells;
  readonly #start: Coords;
  readonly #maxBytes: number;

  constructor(cells: Cells, coords: Coords, maxBytes: number) {
    this.#cells = cells;
    this.#start = coords.slice(0, -1);
    this.#maxBytes = maxBytes;
  }

  get(last: number): MaybePromise<Uint8Array | undefined> {
    return this.#cells.get([...this.#start, last], undefined, this.#maxBytes);
  }
}

const areRuns = (region: Region): region is readonly Run[] =>
  !isPoints(region) && !region.some((pick) => pick instanceof Float64Array);

/** Whether the region may have all elements of some chunk. */
const hasWholeChunks = (region: readonly Run[], chunkShape: readonly number[]): boolean =>
  region.every(({ step, count }, axis) => (step === 1 || step === -1) && count >= chunkShape[axis]!);

const isShapeOf = (region: readonly Run[], { shape }: Strided): boolean =>
  shape.length === region.length && region.every(({ count }, axis) => count === shape[axis]);
