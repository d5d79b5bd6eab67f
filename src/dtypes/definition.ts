/**
 * One kind of data type as the registry sees it: which names, strings and lists in metadata are its, and what they make.
 */
import { DataTypeValidationError, MetadataValidationError } from '../errors.js';
import { jsonExcerpt } from '../json/format.js';
import type { Json, JsonObject } from '../json/model.js';
import type { DType } from './dtype.js';
import type { NumpyType } from './numpy-type.js';

/** Reads the data type of a field: for types that are made of others. */
export type ReadDType = (json: Json) => DType;

/** A field of a format 2 list of fields. */
export interface NumpyField {
  /** Empty for padding. */
  readonly name: string;
  /** The type of its elements; an `UnknownDType` where that is not known. */
  readonly dtype: DType;
  /** Of how many elements it is an array; empty for one element. */
  readonly shape: readonly number[];
}

/** A kind of data type, for `registerDataType`. */
export interface DTypeDefinition {
  /** The names in format 3 metadata that are read. */
  readonly names: readonly string[];
  /** Whether `name` is one of a family that has too many to list, such as `r16`. */
  hasName?(name: string): boolean;
  /**
   * The type that format 3 calls `name`; throws `MetadataValidationError` for a configuration that it cannot have.
   * Undefined if it is made of types of which one is not known.
   */
  parse(name: string, configuration: JsonObject | undefined, readField: ReadDType): DType | undefined;
  /** The type that NumPy calls so; undefined if it is not of this kind. */
  parseNumpy?(numpy: NumpyType): DType | undefined;
  /** The type that a format 2 list of fields describes; undefined if there is none for what it says. */
  parseFields?(fields: readonly NumpyField[]): DType | undefined;
  /** The names besides NumPy's that format 2 has, which are TensorStore's: a `dtype` of these letters and no others. */
  readonly v2Names?: readonly string[];
  /** The filter of format 2 that makes `|O` mean this type, or several of them. */
  readonly objectCodecId?: string | readonly string[];
}

/** A definition of types without configuration: their names, NumPy's codes for them (`i4`), and how each is made. */
export function definePlain(
  names: readonly string[],
  code: string | undefined,
  create: (endianness: NumpyType['endianness']) => DType,
): DTypeDefinition {
  return Object.freeze<DTypeDefinition>({
    names,
    parse(name: string, configuration: JsonObject | undefined) {
      if (configuration !== undefined && configuration.size > 0) {
        throw new MetadataValidationError(
          `data_type: expected "${name}" without configuration, got ${jsonExcerpt(configuration)}`,
        );
      }
      return create(undefined);
    },
    parseNumpy: (numpy: NumpyType) => (numpy.code === code ? create(numpy.endianness) : undefined),
  });
}

/** The refusal of a type that format 2 has no name for. */
export function notInV2(name: string): never {
  throw new DataTypeValidationError(
    `data type "${name}": format 2 has no name for it that any reader knows; use zarrFormat: 3`,
  );
}
