/** What an operation carries with it on its way through the levels of an array. */
import type { Limits } from '../config.js';
import type { Fields } from './fields.js';
import type { IsEndFree } from './growth.js';

export interface Context {
  /** Path of the array, for errors. */
  readonly path: string;
  /** Chunks waited for at once. */
  readonly concurrency: number;
  readonly readMissingChunks: boolean;
  readonly writeEmptyChunks: boolean;
  /** How the ranges of cells in a shard are joined: the most bytes read in vain between two, and in all. */
  readonly coalesceMaxGapBytes: number;
  readonly coalesceMaxBytes: number;
  readonly limits: Limits;
  /** Threads that help; none unless it is said. */
  readonly workers?: number | 'auto' | undefined;
  /** The fields that are read or written; undefined for whole elements. */
  readonly fields?: Fields | undefined;
  /** Of a write: whether chunks may be replaced with what they have past the end of the array; unless it is said, it stays. */
  readonly isEndFree?: IsEndFree | undefined;
  readonly signal: AbortSignal | undefined;
  /** Told after each outer chunk. */
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}
