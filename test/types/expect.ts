/** Claims about types, checked by compiling them. */

/** Compiles only when the value's type is exactly `Expected`: `expectType<number>()(value)`. */
export declare function expectType<Expected>(): <Actual>(
  value: Actual,
  ...proof: Equal<Actual, Expected> extends true ? [] : [{ expected: Expected; actual: Actual }]
) => void;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
