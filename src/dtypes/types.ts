/**
 * What each data type is in TypeScript: from a literal name to the class of its data and of its scalars.
 */
import type { ComplexElements } from './complex.js';
import type { Float16Elements } from './float16.js';

export interface Complex {
  readonly re: number;
  readonly im: number;
}

interface Forms {
  bool: { data: Uint8Array; scalar: boolean };
  int8: { data: Int8Array; scalar: number };
  int16: { data: Int16Array; scalar: number };
  int32: { data: Int32Array; scalar: number };
  int64: { data: BigInt64Array; scalar: bigint };
  uint8: { data: Uint8Array; scalar: number };
  uint16: { data: Uint16Array; scalar: number };
  uint32: { data: Uint32Array; scalar: number };
  uint64: { data: BigUint64Array; scalar: bigint };
  float16: { data: Float16Elements; scalar: number };
  float32: { data: Float32Array; scalar: number };
  float64: { data: Float64Array; scalar: number };
  complex64: { data: ComplexElements<Float32Array>; scalar: Complex };
  complex128: { data: ComplexElements<Float64Array>; scalar: Complex };
  string: { data: string[]; scalar: string };
  bytes: { data: Uint8Array[]; scalar: Uint8Array };
}

/** The names that type a result: `AsyncArray<"float32">`. */
export type DTypeName = keyof Forms;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** The class of an array's data: `Float32Array` for `"float32"`. */
export type DataOf<D> = IsAny<D> extends true ? any : D extends DTypeName ? Forms[D]['data'] : any;

/** One element as a JavaScript value: `number` for `"float32"`, `bigint` for `"int64"`. */
export type ScalarOf<D> = IsAny<D> extends true ? any : D extends DTypeName ? Forms[D]['scalar'] : any;
