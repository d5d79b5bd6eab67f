/**
 * What a read of some cells of a shard asks for: first the index, then the cells, those that lie near each other by one
 * range. Plans are made of an index and a region alone: nothing here waits or touches a store.
 */
import type { Span } from '../../codecs/layout.js';
import type { ChunkProjection } from '../../indexing/project.js';
import type { ByteRange } from '../../stores/store.js';
import type { ShardFormat } from './shard.js';

/** Where bytes lie in a shard. */
export interface CellRange {
  readonly offset: number;
  readonly length: number;
}

/** A cell that is wanted, and where it lies. */
export interface WantedCell extends CellRange {
  readonly projection: ChunkProjection;
  /** What is decoded of it, where that is not all. */
  readonly span: Span | undefined;
  /** Its place in the order in which the region has the cells. */
  readonly number: number;
}

/** Cells that are read by one range, in the order in which the region has them. */
export interface CellGroup extends CellRange {
  readonly cells: readonly WantedCell[];
}

/** How ranges are joined. */
export interface Joining {
  /** The most bytes between two cells that are read in vain. */
  readonly maxGapBytes: number;
  /** The most bytes of a joined range; a cell that is longer is read by itself. */
  readonly maxBytes: number;
}

/** The range of a shard's index, or of so many bytes that it is at the end, or at the beginning, of. */
export const indexRange = ({ indexAt, indexSize }: ShardFormat, length = indexSize): ByteRange =>
  indexAt === 'end' ? { suffixLength: length } : { offset: 0, length };

/** The ranges that `cells` are read by, in the order of their places. */
export function groupsOf(cells: readonly WantedCell[], { maxGapBytes, maxBytes }: Joining): CellGroup[] {
  const groups: { offset: number; length: number; readonly cells: WantedCell[] }[] = [];
  for (const cell of [...cells].sort((a, b) => a.offset - b.offset)) {
    const last = groups.at(-1);
    const end = cell.offset + cell.length;
    if (last !== undefined && cell.offset - (last.offset + last.length) <= maxGapBytes) {
      // Cells may share bytes: then the group does not grow.
      const length = Math.max(last.length, end - last.offset);
      if (length <= Math.max(maxBytes, last.length)) {
        last.length = length;
        last.cells.push(cell);
        continue;
      }
    }
    groups.push({ offset: cell.offset, length: cell.length, cells: [cell] });
  }
  for (const { cells: own } of groups) own.sort((a, b) => a.number - b.number);
  return groups;
}

/** `groups` in batches that are asked for together: each of at most `maxBytes`, or of one group. */
export function batchesOf(groups: readonly CellGroup[], maxBytes: number): CellGroup[][] {
  const batches: CellGroup[][] = [];
  let room = 0;
  for (const group of groups) {
    if (group.length > room || batches.length === 0) {
      batches.push([group]);
      room = maxBytes - group.length;
    } else {
      batches.at(-1)!.push(group);
      room -= group.length;
    }
  }
  return batches;
}
