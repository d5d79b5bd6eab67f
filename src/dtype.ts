/**
 * `zarr-ts/dtype`: data types under zarr-python's names, and the registry of them.
 */
export { Bool } from './dtypes/bool.js';
export type { OrderedBytes } from './dtypes/byte-order.js';
export { VariableLengthBytes } from './dtypes/bytes.js';
export { Complex64, Complex128, ComplexElements } from './dtypes/complex.js';
export type { DTypeDefinition, ReadDType } from './dtypes/definition.js';
export { type Casting, DType, type DTypeKind, type Endianness, type EndiannessOptions } from './dtypes/dtype.js';
export type { Elements } from './dtypes/elements.js';
export { NullTerminatedBytes, RawBytes } from './dtypes/fixed-bytes.js';
export { FixedElements } from './dtypes/fixed-elements.js';
export type { LengthOptions } from './dtypes/fixed-length.js';
export { FixedLengthUTF32 } from './dtypes/fixed-string.js';
export { Float16, Float16Elements } from './dtypes/float16.js';
export { Float32, Float64 } from './dtypes/floats.js';
export { Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64 } from './dtypes/integers.js';
export type { NumpyType } from './dtypes/numpy-type.js';
export { ObjectType } from './dtypes/object.js';
export { parseDtype, registerDataType } from './dtypes/registry.js';
export type { PackedStorage, Storage, StorageUnit } from './dtypes/storage.js';
export { VariableLengthUTF8 } from './dtypes/string.js';
export { Struct, type StructField, type StructOptions } from './dtypes/struct.js';
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
  StructScalar,
} from './dtypes/types.js';
export { UnknownDType } from './dtypes/unknown.js';
export { type Json, JsonNumber, type JsonObject } from './json/model.js';
