/** What handles of the two APIs say in different ways. */
import type { Zarr } from '../example.js';

/** Whether the functions answer at once: what they give is no promise. */
export const isBlocking = (zarr: Zarr): boolean => !(zarr.zeros([1]) instanceof Promise);

/** Stored chunks: a property of one API, a method of the other. */
export async function countOf(array: object): Promise<unknown> {
  const { nchunksInitialized } = array as { readonly nchunksInitialized: unknown };
  return typeof nchunksInitialized === 'function' ? nchunksInitialized.call(array) : nchunksInitialized;
}

/** The attributes as a plain object, which they are of one API already. */
export function attributesOf({ attrs }: { readonly attrs: object }): unknown {
  return 'asDict' in attrs && typeof attrs.asDict === 'function' ? attrs.asDict() : { ...attrs };
}

/** What a walk gives, in its order; of pairs the first. */
export async function namesOf(walk: Walk<string> | Walk<readonly [string, unknown]>): Promise<string[]> {
  const names: string[] = [];
  for await (const found of walk) names.push(typeof found === 'string' ? found : found[0]);
  return names;
}

type Walk<T> = Iterable<T> | AsyncIterable<T>;
