/** An axis cut at listed edges: found by binary search among the runs of equal ones. */
import type { EdgeRun } from './edges.js';
import type { AxisGrid } from './grid.js';

export class EdgedAxis implements AxisGrid {
  readonly count: number;
  readonly #runs: readonly EdgeRun[];
  /** The first element, and the first chunk, of each run. */
  readonly #starts: Float64Array;
  readonly #chunks: Float64Array;

  /** `runs` reach `length` at least; chunks that begin beyond it are none of the array's. */
  constructor(
    readonly length: number,
    runs: readonly EdgeRun[],
  ) {
    this.#runs = runs;
    this.#starts = new Float64Array(runs.length);
    this.#chunks = new Float64Array(runs.length);
    for (let run = 1; run < runs.length; run++) {
      const { edge, count } = runs[run - 1]!;
      this.#starts[run] = this.#starts[run - 1]! + edge * count;
      this.#chunks[run] = this.#chunks[run - 1]! + count;
    }
    this.count = length === 0 ? 0 : this.chunkAt(length - 1) + 1;
  }

  chunkAt(index: number): number {
    const run = lastUpTo(this.#starts, index);
    return this.#chunks[run]! + Math.floor((index - this.#starts[run]!) / this.#runs[run]!.edge);
  }

  startOf(chunk: number): number {
    const run = lastUpTo(this.#chunks, chunk);
    return this.#starts[run]! + (chunk - this.#chunks[run]!) * this.#runs[run]!.edge;
  }

  sizeOf(chunk: number): number {
    return this.#runs[lastUpTo(this.#chunks, chunk)]!.edge;
  }
}

/** The place of the last of the ascending `values` that is at most `value`; the first is 0. */
function lastUpTo(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
