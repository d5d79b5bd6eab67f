/** What selections give, by their types. */
import type { ScalarOf } from './dtypes/types.js';
import type { Index } from './indexing/selection.js';
import type { NdArray } from './ndarray/ndarray.js';
import type { Slice } from './ndarray/slice.js';

/** A data type's name as `NdArray` takes it. */
export type NameIn<D> = D extends string ? D : any;

/** The result of a selection: a scalar is possible only where every entry is an index. */
export type Selected<D, S> = S extends undefined | null | Slice | SpanText | ArrayBufferView | NdArray
  ? NdArray<NameIn<D>>
  : S extends readonly unknown[]
    ? HasNoIndex<S> extends true
      ? NdArray<NameIn<D>>
      : NdArray<NameIn<D>> | ScalarOf<D>
    : NdArray<NameIn<D>> | ScalarOf<D>;

/** Texts in which something else than an index stands. */
type SpanText = `${string}:${string}` | `${string}...${string}` | `${string}[${string}`;

/** Whether some entry of a selection cannot be an index; of a list of unknown length, whether none can. */
type HasNoIndex<S extends readonly unknown[]> = S extends readonly [infer First, ...infer Rest]
  ? [Extract<First, Index>] extends [never]
    ? true
    : HasNoIndex<Rest>
  : number extends S['length']
    ? [Extract<S[number], Index>] extends [never]
      ? true
      : false
    : false;
