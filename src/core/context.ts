/** What an operation carries with it on its way through the levels of an array. */
import type { Limits } from '../config.js';

export interface Context {
  /** Path of the array, for errors. */
  readonly path: string;
  /** Chunks waited for at once. */
  readonly concurrency: number;
  readonly readMissingChunks: boolean;
  readonly writeEmptyChunks: boolean;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  /** Told after each outer chunk. */
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}
