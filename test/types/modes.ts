/** One set of names, with promises in `zarr-ts` and without in `zarr-ts/sync`. Compiled, never run. */
import * as zarr from 'zarr-ts';
import type * as zarrSync from 'zarr-ts/sync';
import { expectType } from './expect.js';

export async function promises(array: zarr.AsyncArray<'int32'>, group: zarr.AsyncGroup): Promise<void> {
  expectType<Promise<void>>()(array.set(null, 1));
  expectType<Promise<number>>()(array.nchunksInitialized());
  expectType<Promise<void>>()(array.resize([1, 2]));
  expectType<Promise<readonly number[]>>()(array.append([1], { axis: -1 }));
  // @ts-expect-error Setting the shape would have to wait: there is resize.
  array.shape = [1, 2];
  expectType<number>()(array.nchunks);
  expectType<readonly number[]>()(array.shape);
  expectType<Promise<boolean>>()(group.contains('a'));
  expectType<Promise<number>>()(group.nmembers());
  for await (const name of group) expectType<string>()(name);
  for await (const [name, node] of group.members()) {
    expectType<string>()(name);
    if (node.kind === 'group') expectType<zarr.AsyncGroup>()(node);
  }
  for await (const { value } of array.iterChunks({ prefetch: 2 })) expectType<Int32Array>()(value.data);
  // @ts-expect-error A promise has no data: it must be awaited.
  array.get().data;
  // @ts-expect-error A group that waits cannot be walked without waiting.
  for (const name of group) expectType<string>()(name);
}

export function blocking(array: zarrSync.Array<'int32'>, group: zarrSync.Group): void {
  expectType<void>()(array.set(null, 1));
  expectType<number>()(array.nchunksInitialized);
  expectType<void>()(array.resize(3));
  expectType<readonly number[]>()(array.append([1]));
  expectType<readonly number[]>()(array.shape);
  array.shape = 3;
  expectType<boolean>()(group.contains('a'));
  expectType<number>()(group.nmembers());
  for (const { coords, value } of array.iterChunks({ selection: [0, [1, 2]] })) {
    expectType<readonly number[]>()(coords);
    expectType<Int32Array>()(value.data);
  }
  for (const name of group) expectType<string>()(name);
  for (const [name, node] of group.members()) {
    expectType<string>()(name);
    if (node.kind === 'group') expectType<zarrSync.Group>()(node);
  }
}

/** Both modules export the same names. */
export function sameNames(name: keyof typeof zarrSync): void {
  expectType<keyof typeof zarr>()(name);
}

/** A program for one mode serves the other, by `await`. */
export async function both(api: typeof zarr | typeof zarrSync): Promise<void> {
  const array = await api.createArray(undefined, { shape: [2, 3], dtype: 'float64' });
  await array.set([0, zarr.slice(1, null)], [1, 2]);
  expectType<Float64Array>()((await array.get()).data);
}
