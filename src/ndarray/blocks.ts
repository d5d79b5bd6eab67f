/**
 * Copying blocks, most of which have one form, to many places of one view: what does not change from block to block is
 * found out once.
 */
import { bytesOfStorage, isPacked, type PackedStorage, type Storage, storageOfBytes } from '../dtypes/storage.js';
import { copyWalk, wideUnits } from './copy.js';
import { copyRows64 } from './rows64.js';
import { checkView, type Strided } from './strided.js';
import { isWiderWorthwhile, type Walk, walkFrom, widened } from './walk.js';

/** The form of a block: how its elements are walked over, from the first one on. */
export interface Block {
  readonly walk: Walk;
  /** The walk where the source is one element for all; made when it is first needed. */
  readonly blank: () => Walk;
  /** By units of 8 bytes, where that is possible; for places that are whole numbers of them. */
  readonly wide: Walk | undefined;
  /** How many units there are, if they lie one after another in source and target; else 0. */
  readonly run: number;
}

/** A view of packed storage that blocks are copied to. Places are those of elements, and are not checked. */
export class BlockTarget {
  readonly #view: Strided;
  readonly #storage: PackedStorage;
  /** The storage by bytes, and by units of 8 of them; made when they are first needed. */
  #bytes: Uint8Array | undefined;
  #wide: BigUint64Array | undefined;
  readonly #unit: 1 | 2 | 4 | 8;

  private constructor(view: Strided, storage: PackedStorage) {
    this.#view = view;
    this.#storage = storage;
    this.#unit = storage.BYTES_PER_ELEMENT as 1 | 2 | 4 | 8; // The units that storage has.
  }

  /** `view` as a target; undefined for lists. Throws unless all its elements lie in its storage. */
  static of(view: Strided): BlockTarget | undefined {
    if (!isPacked(view.storage)) return undefined;
    checkView(view);
    return new BlockTarget(view, view.storage);
  }

  /** The form of blocks of `shape`, none of whose lengths is 0, whose elements lie `strides` apart in their source. */
  block(shape: readonly number[], strides: readonly number[]): Block {
    const { strides: targetStrides, itemUnits } = this.#view;
    const walk = walkFrom(shape, strides, targetStrides, itemUnits)!; // There are elements.
    const { lengths, sourceSteps, targetSteps } = walk;
    const isRun = lengths.length === 2 && lengths[0] === 1 && sourceSteps[1] === 1 && targetSteps[1] === 1;
    const factor = 8 / this.#unit;
    const isAligned = this.#storage.byteOffset % 8 === 0;
    const isWide = factor > 1 && isAligned && !isRun && isWiderWorthwhile(walk, factor);
    const lengthsOfAll = [...shape]; // The caller's may change.
    let blank: Walk | undefined;
    return {
      walk,
      blank: () =>
        (blank ??= walkFrom(lengthsOfAll, new Array<number>(lengthsOfAll.length).fill(0), targetStrides, itemUnits)!), // As above.
      wide: isWide ? widened(walk, factor) : undefined,
      run: isRun ? lengths[1]! : 0,
    };
  }

  /** The memory of a block at `to` that is a run. */
  memoryOf({ run, walk }: Block, to: number): Uint8Array {
    const start = (this.#view.offset + to) * this.#view.itemUnits + walk.to;
    this.#bytes ??= bytesOfStorage(this.#storage);
    return this.#bytes.subarray(start * this.#unit, (start + run) * this.#unit);
  }

  /** Copies a block of the elements that `bytes` are, from `from` on, to `to`. */
  copy(bytes: Uint8Array, { walk, wide, run }: Block, from: number, to: number): void {
    const { offset, itemUnits } = this.#view;
    const unit = this.#unit;
    const start = from * itemUnits + walk.from;
    const end = (offset + to) * itemUnits + walk.to;
    if (run > 0) {
      this.#bytes ??= bytesOfStorage(this.#storage);
      const isAll = run * unit === bytes.length;
      this.#bytes.set(isAll ? bytes : bytes.subarray(start * unit, (start + run) * unit), end * unit);
      return;
    }
    if (wide !== undefined && bytes.byteOffset % 8 === 0) {
      const factor = 8 / unit;
      if (start % factor === 0 && end % factor === 0) {
        this.#wide ??= wideUnits(this.#storage);
        copyRows64(wideUnits(bytes), this.#wide, wide, start / factor, end / factor);
        return;
      }
    }
    copyWalk(storageOfBytes(unit, bytes), this.#storage, walk, start, end);
  }

  /** Sets all elements of a block at `to` to `value`, one element of the same storage. */
  fill(value: Storage, { blank }: Block, to: number): void {
    const { itemUnits, offset } = this.#view;
    const walk = blank();
    copyWalk(value, this.#storage, walk, walk.from, (offset + to) * itemUnits + walk.to);
  }
}
