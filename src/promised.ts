/** The promise API of a blocking class, derived from it: a method that is missing or differs does not compile. */

/** Members that wait for nothing, or differ by contract. */
type Unpromised =
  | 'as'
  | 'is'
  | 'withConfig'
  | 'view'
  | 'oindex'
  | 'vindex'
  | 'blocks'
  | 'attrs'
  | 'nchunksInitialized'
  | 'asyncArray'
  | 'createHierarchy'
  | 'toString';

/** An `Array` or `Group`, alone or by its name: with promises it is one of the other classes. */
type Node = { readonly kind: 'array' | 'group' } | readonly [string, { readonly kind: 'array' | 'group' }];

/** What a method that answers `R` on a `T` answers with a promise; one that gives the object itself gives its like. */
type Answer<T, R> = 0 extends 1 & R // R is any
  ? Promise<any>
  : [R] extends [Generator<infer Item, infer Result, infer Sent>]
    ? AsyncGenerator<[Item] extends [Node] ? unknown : Item, Result, Sent>
    : [R] extends [T | Node | readonly Node[]]
      ? Promise<unknown>
      : Promise<R>;

/** `T` with each method answering with a promise, and each generator an async one. */
export type Promised<T> = {
  [K in keyof T as K extends Unpromised | symbol ? never : K]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Answer<T, R>
    : T[K];
};
