/**
 * What each data type is in TypeScript: from a literal name to the class of its data and of its scalars.
 */
import type { ComplexElements } from './complex.js';
import type { DType } from './dtype.js';
import type { FixedElements } from './fixed-elements.js';
import type { Float16Elements } from './float16.js';
import type { SmallComplexElements } from './small-complex.js';

/** A complex number. */
export interface Complex {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/** The platform's `Float16Array`, as far as it is used: older language versions do not know its name. */
export interface NativeFloat16Array extends ArrayBufferView {
  /** The number of elements. */
  readonly length: number;
  [index: number]: number;
  /** The element at `index`, from the end if it is negative. */
  at(index: number): number | undefined;
  /** Stores elements from `offset` on. */
  set(values: ArrayLike<number>, offset?: number): void;
  /** Elements in the same memory. */
  subarray(begin?: number, end?: number): NativeFloat16Array;
  /** The elements, one after another. */
  [Symbol.iterator](): Iterator<number>;
}

/** An element of a struct: its fields by name. */
export type StructScalar = Readonly<Record<string, any>>;

/** Numbers of a byte or less, and bfloat16. */
export type SmallFloatName =
  | 'bfloat16'
  | 'float8_e3m4'
  | 'float8_e4m3'
  | 'float8_e4m3fn'
  | 'float8_e4m3fnuz'
  | 'float8_e4m3b11fnuz'
  | 'float8_e5m2'
  | 'float8_e5m2fnuz'
  | 'float8_e8m0fnu'
  | 'float6_e2m3fn'
  | 'float6_e3m2fn'
  | 'float4_e2m1fn';

/** Integers of fewer bits than a byte. */
export type SmallIntegerName = 'int2' | 'int4' | 'uint2' | 'uint4';

/** Complex numbers of small floats. */
export type SmallComplexName = `complex_${SmallFloatName | 'float16'}`;

type SmallForms = Record<SmallFloatName | SmallIntegerName, { data: FixedElements<number>; scalar: number }> &
  Record<SmallComplexName, { data: SmallComplexElements; scalar: Complex }>;

interface Forms extends SmallForms {
  bool: { data: Uint8Array; scalar: boolean };
  int8: { data: Int8Array; scalar: number };
  int16: { data: Int16Array; scalar: number };
  int32: { data: Int32Array; scalar: number };
  int64: { data: BigInt64Array; scalar: bigint };
  uint8: { data: Uint8Array; scalar: number };
  uint16: { data: Uint16Array; scalar: number };
  uint32: { data: Uint32Array; scalar: number };
  uint64: { data: BigUint64Array; scalar: bigint };
  float16: { data: Float16Elements | NativeFloat16Array; scalar: number };
  float32: { data: Float32Array; scalar: number };
  float64: { data: Float64Array; scalar: number };
  complex64: { data: ComplexElements<Float32Array>; scalar: Complex };
  complex128: { data: ComplexElements<Float64Array>; scalar: Complex };
  string: { data: string[]; scalar: string };
  bytes: { data: Uint8Array[]; scalar: Uint8Array };
  fixed_length_utf32: { data: FixedElements<string>; scalar: string };
  null_terminated_bytes: { data: FixedElements<Uint8Array>; scalar: Uint8Array };
  raw_bytes: { data: FixedElements<Uint8Array>; scalar: Uint8Array };
  [bits: `r${number}`]: { data: FixedElements<Uint8Array>; scalar: Uint8Array };
  'numpy.datetime64': { data: BigInt64Array; scalar: bigint };
  'numpy.timedelta64': { data: BigInt64Array; scalar: bigint };
  object: { data: unknown[]; scalar: any };
  struct: { data: FixedElements<StructScalar>; scalar: StructScalar };
  /** A list where the values have no size, as strings have not. */
  'zarrs.optional': { data: any; scalar: any };
}

/** The names that type a result: `AsyncArray<"float32">`. */
export type DTypeName = keyof Forms;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** The class of an array's data: `Float32Array` for `"float32"`. */
export type DataOf<D> = IsAny<D> extends true ? any : D extends DTypeName ? Forms[D]['data'] : any;

/** One element as a JavaScript value: `number` for `"float32"`, `bigint` for `"int64"`. */
export type ScalarOf<D> = IsAny<D> extends true ? any : D extends DTypeName ? Forms[D]['scalar'] : any;

/** A data type as a document of format 3 has it. */
export interface DTypeDocument {
  /** The name in format 3 metadata. */
  readonly name: string;
  /** What the type is besides its name. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/**
 * How users name a data type: a format 3 name or document, a NumPy type string (`"<f4"`), name (`"float"`) or list of
 * fields, or a `DType`.
 */
export type DTypeSpec = DTypeName | (string & {}) | DTypeDocument | DType | readonly unknown[];

/** Other names that are as definite as those of format 3. */
interface OtherNames {
  b1: 'bool';
  i1: 'int8';
  i2: 'int16';
  i4: 'int32';
  i8: 'int64';
  u1: 'uint8';
  u2: 'uint16';
  u4: 'uint32';
  u8: 'uint64';
  f2: 'float16';
  f4: 'float32';
  f8: 'float64';
  c8: 'complex64';
  c16: 'complex128';
  int: 'int64';
  uint: 'uint64';
  float: 'float64';
  complex: 'complex128';
  str: 'string';
  variable_length_bytes: 'bytes';
  binary: 'bytes';
  complex_float32: 'complex64';
  complex_float64: 'complex128';
  structured: 'struct';
  optional: 'zarrs.optional';
}

type NameOfText<Text> = Text extends DTypeName
  ? Text
  : Text extends `${'<' | '>' | '=' | '|'}${infer Code}`
    ? NameOfText<Code>
    : Text extends `U${number}`
      ? 'fixed_length_utf32'
      : Text extends `S${number}`
        ? 'null_terminated_bytes'
        : Text extends `V${number}`
          ? 'raw_bytes'
          : Text extends `${'M8' | 'datetime64'}${'' | `[${string}]`}`
            ? 'numpy.datetime64'
            : Text extends `${'m8' | 'timedelta64'}${'' | `[${string}]`}`
              ? 'numpy.timedelta64'
              : Text extends keyof OtherNames
                ? OtherNames[Text]
                : any;

/** The literal name of the type that a spec means, where its type tells: `"float32"` for `"<f4"`; otherwise `any`. */
export type NameOf<Spec> =
  IsAny<Spec> extends true ? any : Spec extends { readonly name: infer Name } ? NameOfText<Name> : NameOfText<Spec>;
