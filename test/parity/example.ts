/** What a translated example is, and what the lines of one give. */
import type * as promises from '../../src/index.js';
import { NdArray } from '../../src/index.js';

/** The functions of one API; the blocking ones are awaited as the others are. */
export type Zarr = typeof promises;

/** Records what a line gives, or the error that it throws. */
export type Show = (line: () => unknown) => Promise<void>;

/** A line whose result is another one than zarr-python's. */
export interface Difference {
  /** What it gives here; an error by its class. */
  readonly ours: Result;
  readonly reason: string;
}

export interface Example {
  readonly run: (zarr: Zarr, show: Show) => Promise<void>;
  /** By the place of the result in the list of them. */
  readonly differences?: Readonly<Record<number, Difference>>;
  /** Of what only the blocking API has. */
  readonly blockingOnly?: true;
}

/** A result as record.py writes it. */
export type Result =
  | { readonly value: unknown }
  | { readonly error: string }
  | { readonly array: { readonly dtype: string; readonly shape: readonly number[]; readonly values: unknown } };

/** The results of an example, in their order. */
export async function resultsOf({ run }: Example, zarr: Zarr): Promise<Result[]> {
  const results: Result[] = [];
  await run(zarr, async (line) => {
    try {
      results.push(recorded(await line()));
    } catch (error) {
      results.push({ error: (error as Error).name });
    }
  });
  return results;
}

function recorded(value: unknown): Result {
  if (!(value instanceof NdArray)) return { value: plain(value) };
  const { dtype, shape } = value;
  return { array: { dtype: dtype.name, shape, values: plain(value.toNested()) } };
}

/** As in Python's JSON; nodes by what is printed of them, whichever API they are of. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/memory:\/\/\w*/g, 'memory://').replace(/<Async/g, '<');
  if (typeof value === 'bigint') return Number(value);
  if (Number.isNaN(value)) return 'NaN';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return plain(String(value));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

/** zarr-python's result as ours should be. */
export function expectedOf(result: Result): Result {
  if ('error' in result) return { error: CLASSES[result.error] ?? result.error };
  if ('array' in result) return result;
  return { value: plain(result.value) };
}

/** Classes that Python has and we have not. */
const CLASSES: Readonly<Record<string, string>> = {
  KeyError: 'NodeNotFoundError',
  NotImplementedError: 'ArgumentError',
  OverflowError: 'CastError',
  TypeError: 'ArgumentError',
  ValueError: 'ArgumentError',
};
