/** Selections of every kind against what zarr-python reads and writes by them; `generate.py` wrote down what that is. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ZarrError } from '../../../src/errors.js';
import * as promises from '../../../src/index.js';
import type { NdArray } from '../../../src/ndarray/ndarray.js';
import { latency } from '../../../src/storage.js';
import * as sync from '../../../src/sync.js';

type Item = number | boolean | string | readonly Item[] | { readonly array: readonly Item[] };
type Result = { readonly shape: number[]; readonly values: number[] } | { readonly error: string };

interface Golden {
  readonly array: keyof typeof ARRAYS;
  readonly method: keyof typeof METHODS;
  readonly selection: Item;
  readonly value?: unknown;
  readonly result: Result;
  /** Where it is another for an array with shards. */
  readonly sharded?: Result;
}

const ARRAYS = {
  one: { shape: [10], chunks: [3], shards: [6] },
  two: { shape: [10, 20], chunks: [3, 7], shards: [6, 14] },
  three: { shape: [3, 4, 5], chunks: [2, 2, 2], shards: [4, 2, 4] },
};

const LAYOUTS = {
  v2: { zarrFormat: 2 as const },
  v3: { zarrFormat: 3 as const },
  sharded: { zarrFormat: 3 as const, sharded: true },
};

type AnyArray = sync.Array | promises.AsyncArray;
type Access = readonly [
  get: (array: AnyArray, selection: never) => unknown,
  set: (array: AnyArray, selection: never, value: unknown) => unknown,
];

const METHODS = {
  get: [(a, s) => a.get(s), (a, s, v) => a.set(s, v)],
  basic: [(a, s) => a.getBasicSelection(s), (a, s, v) => a.setBasicSelection(s, v)],
  oindex: [(a, s) => a.oindex.get(s), (a, s, v) => a.oindex.set(s, v)],
  vindex: [(a, s) => a.vindex.get(s), (a, s, v) => a.vindex.set(s, v)],
  blocks: [(a, s) => a.blocks.get(s), (a, s, v) => a.blocks.set(s, v)],
  coordinate: [(a, s) => a.getCoordinateSelection(s), (a, s, v) => a.setCoordinateSelection(s, v)],
  mask: [(a, s) => a.getMaskSelection(s), (a, s, v) => a.setMaskSelection(s, v)],
} satisfies Record<string, Access>;

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden[];

/** A selection as users write it; arrays as typed arrays where they can be, or else as `NdArray`s. */
function selectionOf(item: Item, typed: boolean): never {
  return (Array.isArray(item) ? item.map((entry: Item) => entryOf(entry, typed)) : entryOf(item, typed)) as never;
}

function entryOf(item: Item, typed: boolean): unknown {
  if (typeof item === 'string') return item === '...' ? item : sliceOf(item);
  if (typeof item !== 'object' || !('array' in item)) return item;
  const nested = item.array;
  const values: unknown[] = Array.isArray(nested) ? nested.flat(9) : [nested];
  const isFloat = values.some((value) => typeof value === 'number' && JSON.stringify(item).includes('.'));
  const dtype = typeof values[0] === 'boolean' ? 'bool' : isFloat ? 'float64' : 'int64';
  const isList = Array.isArray(nested) && !Array.isArray(nested[0]);
  if (typed && isList && dtype === 'int64') return Int16Array.from(values as number[]);
  if (values.length === 0) return sync.ndarray(new BigInt64Array(0));
  return sync.ndarray(nested, { dtype });
}

function sliceOf(text: string): unknown {
  const [start, stop, step] = text.split(':').map((part) => (part === '' ? null : Number(part)));
  return text === ':' ? ':' : sync.slice(start, stop, step ?? null);
}

function describeResult(result: unknown): Result {
  const array = result as NdArray;
  return { shape: [...array.shape], values: [...array].map(Number) };
}

async function outcome(act: () => unknown): Promise<Result> {
  try {
    return describeResult(await act());
  } catch (error) {
    if (error instanceof ZarrError) return { error: error.name };
    throw error;
  }
}

describe.each(Object.entries(LAYOUTS))('%s', (name, { zarrFormat, ...layout }) => {
  test.each(golden.map((row) => [JSON.stringify(row.selection).slice(0, 60), row] as const))(
    '%s',
    async (_, { array, method, selection, value, result, sharded }) => {
      const { shape, chunks, shards } = ARRAYS[array];
      const options = { shape, chunks, dtype: 'int32', zarrFormat, shards: 'sharded' in layout ? shards : null };
      const values = sync.ndarray([...Array(shape.reduce((a, b) => a * b)).keys()], { dtype: 'int32', shape });
      const [get, set]: Access = METHODS[method];
      const expected = name === 'sharded' ? (sharded ?? result) : result;
      for (const api of [sync, promises]) {
        const store = latency(new sync.MemoryStore(), { getMs: 0, setMs: 0 });
        const made = await api.createArray(api === sync ? undefined : store, options);
        await made.set('...', values);
        const given = selectionOf(selection, api === sync);
        const found = await outcome(async () => {
          if (value === undefined) return get(made, given);
          await set(made, given, value);
          return made.get();
        });
        expect(found).toEqual(expected);
      }
    },
  );
});
