/**
 * `zarr-ts/dtype`: data types under zarr-python's names, and the registry of them.
 */
export { Bool } from './dtypes/bool.js';
export type { OrderedBytes } from './dtypes/byte-order.js';
export { VariableLengthBytes } from './dtypes/bytes.js';
export { Complex64, Complex128, ComplexElements } from './dtypes/complex.js';
export type { DTypeDefinition, NumpyField, ReadDType } from './dtypes/definition.js';
export { type Casting, DType, type DTypeKind, type Endianness, type EndiannessOptions } from './dtypes/dtype.js';
export type { Elements } from './dtypes/elements.js';
export { NullTerminatedBytes, RawBits, RawBytes } from './dtypes/fixed-bytes.js';
export { FixedElements } from './dtypes/fixed-elements.js';
export type { LengthOptions } from './dtypes/fixed-length.js';
export { FixedLengthUTF32 } from './dtypes/fixed-string.js';
export { Float16, Float16Elements } from './dtypes/float16.js';
export { Float32, Float64 } from './dtypes/floats.js';
export { Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64 } from './dtypes/integers.js';
export type { LooseBytes } from './dtypes/loose-bytes.js';
export type { NumpyType } from './dtypes/numpy-type.js';
export { ObjectType } from './dtypes/object.js';
export { Optional, type OptionalOptions } from './dtypes/optional.js';
export { parseDtype, registerDataType } from './dtypes/registry.js';
export {
  ComplexBFloat16,
  ComplexFloat4E2M1FN,
  ComplexFloat6E2M3FN,
  ComplexFloat6E3M2FN,
  ComplexFloat8E3M4,
  ComplexFloat8E4M3,
  ComplexFloat8E4M3B11FNUZ,
  ComplexFloat8E4M3FN,
  ComplexFloat8E4M3FNUZ,
  ComplexFloat8E5M2,
  ComplexFloat8E5M2FNUZ,
  ComplexFloat8E8M0FNU,
  ComplexFloat16,
  SmallComplexElements,
} from './dtypes/small-complex.js';
export {
  BFloat16,
  Float4E2M1FN,
  Float6E2M3FN,
  Float6E3M2FN,
  Float8E3M4,
  Float8E4M3,
  Float8E4M3B11FNUZ,
  Float8E4M3FN,
  Float8E4M3FNUZ,
  Float8E5M2,
  Float8E5M2FNUZ,
  Float8E8M0FNU,
} from './dtypes/small-floats.js';
export { Int2, Int4, UInt2, UInt4 } from './dtypes/small-integers.js';
export type { PackedStorage, Storage, StorageUnit } from './dtypes/storage.js';
export { VariableLengthUTF8 } from './dtypes/string.js';
export { Struct, type StructField, type StructOptions } from './dtypes/struct.js';
export { SubArray, type SubArrayOptions } from './dtypes/sub-array.js';
export { DateTime64, TimeDelta64, type TimeOptions } from './dtypes/time.js';
export type { TimeUnit } from './dtypes/time-unit.js';
export type {
  Complex,
  DataOf,
  DTypeDocument,
  DTypeName,
  DTypeSpec,
  NameOf,
  NativeFloat16Array,
  ScalarOf,
  SmallComplexName,
  SmallFloatName,
  SmallIntegerName,
  StructScalar,
} from './dtypes/types.js';
export { UnknownDType } from './dtypes/unknown.js';
export { type Json, JsonNumber, type JsonObject } from './json/model.js';
