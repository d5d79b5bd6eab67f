/**
 * Finds the data type that metadata or a user names. A type is added by its file and a line in `BUILT_IN`; users add
 * theirs with `registerDataType`.
 */
import { described } from '../described.js';
import { ArgumentError, DataTypeValidationError, MetadataValidationError, UnknownDataTypeError } from '../errors.js';
import { fromPlain } from '../json/convert.js';
import { jsonExcerpt } from '../json/format.js';
import { isJsonArray, isJsonObject, type Json, JsonNumber, type JsonObject, jsonObject } from '../json/model.js';
import { didYouMean, inspected } from '../options.js';
import { boolDefinition } from './bool.js';
import { bytesDefinition } from './bytes.js';
import { ComplexElements, complexDefinitions } from './complex.js';
import type { DTypeDefinition, NumpyField } from './definition.js';
import { DType } from './dtype.js';
import { fixedBytesDefinitions } from './fixed-bytes.js';
import { FixedElements } from './fixed-elements.js';
import { fixedStringDefinition } from './fixed-string.js';
import { Float16Elements, float16Definition } from './float16.js';
import { floatDefinitions } from './floats.js';
import { integerDefinitions } from './integers.js';
import { type NumpyType, parseNumpyType } from './numpy-type.js';
import { objectDefinition } from './object.js';
import { optionalDefinition } from './optional.js';
import { smallComplexDefinitions } from './small-complex.js';
import { smallFloatDefinitions } from './small-floats.js';
import { smallIntegerDefinitions } from './small-integers.js';
import { typedArrayName } from './storage.js';
import { stringDefinition, VariableLengthUTF8 } from './string.js';
import { structDefinition } from './struct.js';
import { timeDefinitions } from './time.js';
import type { DTypeSpec, NameOf } from './types.js';
import { UnknownDType } from './unknown.js';

const BUILT_IN: readonly DTypeDefinition[] = Object.freeze([
  boolDefinition,
  ...integerDefinitions,
  float16Definition,
  ...floatDefinitions,
  ...complexDefinitions,
  stringDefinition,
  bytesDefinition,
  fixedStringDefinition,
  ...fixedBytesDefinitions,
  ...timeDefinitions,
  structDefinition,
  ...smallIntegerDefinitions,
  ...smallFloatDefinitions,
  ...smallComplexDefinitions,
  optionalDefinition,
  objectDefinition,
]);

const registered: DTypeDefinition[] = [];

/**
 * Makes a kind of data type known, for all that is opened or created from then on. `dtypeSuite` of `zarr-ts/testing` tests
 * one.
 *
 * @throws ArgumentError for a name that is another type's already.
 * @example
 * import { registerDataType, UInt8 } from 'zarr-ts/dtype';
 * import { createArray } from 'zarr-ts/sync';
 *
 * // Another program's name, which is read and written.
 * class Octet extends UInt8 {
 *   override toMetadata(format: 2 | 3) {
 *     return format === 3 ? 'example.octet' : '|u1';
 *   }
 * }
 * registerDataType({ names: ['example.octet'], parse: () => new Octet() });
 * const array = createArray(undefined, { shape: [3], dtype: 'example.octet', fillValue: 7 });
 * array.get().data; // Uint8Array.of(7, 7, 7)
 * array.metadata.toJSON().data_type; // 'example.octet'
 */
export function registerDataType(definition: DTypeDefinition): void {
  if (!Array.isArray(definition?.names) || typeof definition.parse !== 'function') {
    throw new ArgumentError('registerDataType: expected a definition: an object with names and parse(name, …)');
  }
  for (const name of definition.names) {
    if (definitionOf(name) !== undefined)
      throw new ArgumentError(`data type "${name}": expected a name not yet registered`);
  }
  registered.push(definition);
}

/** What is another number when documents may mean other types than before. */
export const typeRevision = (): number => registered.length;

/** Whether a type may be one that users registered, of which another thread knows nothing. */
export const hasUserTypes = (): boolean => registered.length > 0;

/** The names of all types, save those that are too many to list. */
export const knownNames = (): string[] => [...BUILT_IN, ...registered].flatMap(({ names }) => names);

function find(matches: (definition: DTypeDefinition) => boolean): DTypeDefinition | undefined {
  return BUILT_IN.find(matches) ?? registered.find(matches);
}

function definitionOf(name: string): DTypeDefinition | undefined {
  return find((definition) => definition.names.includes(name) || definition.hasName?.(name) === true);
}

// Metadata.

/**
 * The type that `data_type` of format 3 is: a name, or an object with name and configuration, or, in old documents of
 * TensorStore, the fields of a struct as pairs. One that is well-formed but
 * not registered is an `UnknownDType`; one that is malformed a `MetadataValidationError`. Frozen, for arrays that are alike
 * have it in common.
 */
export function dtypeFromV3(json: Json): DType {
  const isFields = isJsonArray(json) && json.length > 0;
  const { name, configuration } = isFields
    ? { name: 'structured', configuration: jsonObject({ fields: json }) }
    : extensionOf(json);
  return Object.freeze(definitionOf(name)?.parse(name, configuration, dtypeFromV3) ?? new UnknownDType(json, 3, name));
}

function extensionOf(json: Json): { name: string; configuration: JsonObject | undefined } {
  if (typeof json === 'string' && json !== '') return { name: json, configuration: undefined };
  if (!isJsonObject(json)) throw malformed('data_type', json, 'a name, or an object with a name');
  const name = json.get('name');
  const configuration = json.get('configuration');
  if (typeof name !== 'string' || name === '') throw malformed('data_type', json, 'an object with a name');
  if (configuration !== undefined && !isJsonObject(configuration)) {
    throw malformed('data_type', json, 'a configuration that is an object');
  }
  for (const [member, value] of json) {
    if (member === 'must_understand' && value !== true) {
      throw malformed('data_type', json, 'must_understand to be true, for every reader has to understand a data type');
    }
    if (!['name', 'configuration', 'must_understand'].includes(member))
      throw malformed('data_type', json, `only name and configuration, and not "${member}"`);
  }
  return { name, configuration };
}

/**
 * The type that `dtype` of format 2 is: a NumPy type string, or a list of fields. `objectCodecId` is the filter that says
 * what the objects of `|O` are. Well-formed but not supported is an `UnknownDType`, malformed a `MetadataValidationError`.
 * Frozen, too.
 */
export function dtypeFromV2(json: Json, objectCodecId: string | undefined): DType {
  const dtype = fromNumpy(json, objectCodecId, readV2Field);
  if (dtype !== undefined) return Object.freeze(dtype);
  const text = typeof json === 'string' ? json : jsonExcerpt(json);
  const name = text === '|O' ? `|O (${objectCodecId ?? 'without object codec'})` : text;
  return Object.freeze(new UnknownDType(json, 2, name));
}

const readV2Field = (json: Json): DType => dtypeFromV2(json, undefined);

/** The type of a type string or list of fields; undefined if it is well-formed but nobody's. */
function fromNumpy(json: Json, objectCodecId: string | undefined, readField: (json: Json) => DType): DType | undefined {
  if (isJsonArray(json)) {
    const fields = fieldsOf(json, readField);
    return find((definition) => definition.parseFields !== undefined)?.parseFields?.(fields);
  }
  if (typeof json === 'string') {
    const other = find(({ v2Names }) => v2Names?.includes(json) === true);
    if (other !== undefined) return other.parse(json, undefined, readField);
  }
  const numpy = typeof json === 'string' ? parseNumpyType(json) : undefined;
  if (numpy === undefined) throw malformed('dtype', json, 'a NumPy type string such as "<f4", or a list of fields');
  if (numpy.kind !== 'O') return fromNumpyType(numpy);
  if (objectCodecId === undefined) return undefined;
  return find((definition) => hasObjectCodec(definition, objectCodecId))?.parse('|O', undefined, readField);
}

const hasObjectCodec = ({ objectCodecId }: DTypeDefinition, id: string): boolean =>
  typeof objectCodecId === 'string' ? objectCodecId === id : objectCodecId?.includes(id) === true;

function fromNumpyType(numpy: NumpyType): DType | undefined {
  for (const definition of [...BUILT_IN, ...registered]) {
    const dtype = definition.parseNumpy?.(numpy);
    if (dtype !== undefined) return dtype;
  }
  return undefined;
}

/**
 * The fields of a list of `[name, type]` or `[name, type, shape]`. In place of a name NumPy may have a pair of a title,
 * which nobody needs, and the name.
 */
function fieldsOf(fields: readonly Json[], readField: (json: Json) => DType): NumpyField[] {
  if (fields.length === 0) throw malformed('dtype', fields, 'at least one field');
  return fields.map((field) => {
    const [first, type, shape = [], ...surplus] = isJsonArray(field) ? field : [];
    const name = nameOfField(first);
    if (name === undefined || type === undefined || surplus.length > 0) {
      throw malformed('dtype', field, 'a field as a list of its name, its type, and possibly its shape');
    }
    const lengths = (isJsonArray(shape) ? shape : [shape]).map(lengthOfAxis);
    if (!lengths.every((length) => length !== undefined)) {
      throw malformed('dtype', field, "a field's shape as a list of lengths");
    }
    return { name, dtype: readField(type), shape: lengths };
  });
}

function nameOfField(json: Json | undefined): string | undefined {
  if (typeof json === 'string') return json;
  if (!isJsonArray(json) || json.length !== 2) return undefined;
  const [title, name] = json;
  return typeof title === 'string' && typeof name === 'string' && name !== '' ? name : undefined;
}

function lengthOfAxis(json: Json): number | undefined {
  const length = json instanceof JsonNumber && json.isInteger ? json.toNumber() : -1;
  return length >= 0 && Number.isSafeInteger(length) ? length : undefined;
}

const malformed = (member: string, json: Json, expected: string): MetadataValidationError =>
  new MetadataValidationError(`${member}: expected ${expected}, got ${jsonExcerpt(json)}`);

// What users write.

/** NumPy's and Python's names for what has a type string too. */
const NUMPY_NAMES: ReadonlyMap<string, string> = new Map([
  ['?', 'b1'],
  ['b', 'i1'],
  ['B', 'u1'],
  ['h', 'i2'],
  ['H', 'u2'],
  ['i', 'i4'],
  ['I', 'u4'],
  ['l', 'i8'],
  ['L', 'u8'],
  ['q', 'i8'],
  ['Q', 'u8'],
  ['e', 'f2'],
  ['f', 'f4'],
  ['d', 'f8'],
  ['F', 'c8'],
  ['D', 'c16'],
  ['bool_', 'b1'],
  ['byte', 'i1'],
  ['ubyte', 'u1'],
  ['short', 'i2'],
  ['ushort', 'u2'],
  ['intc', 'i4'],
  ['uintc', 'u4'],
  ['int', 'i8'],
  ['uint', 'u8'],
  ['int_', 'i8'],
  ['longlong', 'i8'],
  ['ulonglong', 'u8'],
  ['half', 'f2'],
  ['single', 'f4'],
  ['double', 'f8'],
  ['float', 'f8'],
  ['csingle', 'c8'],
  ['cdouble', 'c16'],
  ['complex', 'c16'],
  ['bytes_', 'S'],
  ['str_', 'U'],
  ['unicode', 'U'],
  ['void', 'V'],
  ['object', 'O'],
  ['object_', 'O'],
]);

/**
 * The data type that a user means: a format 3 name or document, a NumPy type string or name, a list of fields, or a
 * `DType` itself. Throws `UnknownDataTypeError` for what is not registered, `DataTypeValidationError` for what leaves
 * open which type it is or cannot be one.
 */
export function parseDtype<const Spec extends DTypeSpec>(spec: Spec): DType<NameOf<Spec>> {
  try {
    return inspected('dtype', () => parseSpec(spec));
  } catch (error) {
    if (!(error instanceof MetadataValidationError)) throw error;
    throw new DataTypeValidationError(error.message, { cause: error });
  }
}

/** The type that a user means where `objectCodecId` is the codec that says what objects are: for `"object"`, what that says. */
export function parseDtypeIn2(spec: DTypeSpec, objectCodecId: string | undefined): DType {
  const numpy = typeof spec === 'string' ? parseNumpyType(NUMPY_NAMES.get(spec) ?? spec) : undefined;
  if (numpy?.kind !== 'O' || objectCodecId === undefined) return parseDtype(spec);
  return known(fromNumpy('|O', objectCodecId, readV2Field), String(spec));
}

function parseSpec(spec: unknown): DType {
  if (spec instanceof DType) return spec.standalone;
  if (typeof spec === 'string') return parseText(spec);
  if (typeof spec !== 'object' || spec === null) {
    throw new DataTypeValidationError(`dtype: expected a name, a document or a DType, got ${described(spec)}`);
  }
  const json = fromPlain(spec, 'dtype');
  if (!isJsonArray(json)) return known(dtypeFromV3(json), json);
  return known(fromNumpy(json, undefined, parseSpec), json);
}

function parseText(text: string): DType {
  const definition = definitionOf(text);
  if (definition !== undefined) return known(definition.parse(text, undefined, parseSpec), text);
  if (text === 'str') return new VariableLengthUTF8();

  // `datetime64[ns]` and `timedelta64` are long forms of `M8[ns]` and `m8`.
  const short = text.replace(/^datetime64(?=\[|$)/, 'M8').replace(/^timedelta64(?=\[|$)/, 'm8');
  const numpy = parseNumpyType(NUMPY_NAMES.get(short) ?? short);
  if (numpy === undefined) {
    if (/^[<>|=]/.test(text)) throw new DataTypeValidationError(`dtype: expected a type that NumPy has, got "${text}"`);
    throw new UnknownDataTypeError(
      `dtype: expected the name of a registered data type, got "${text}"${didYouMean(text, knownNames())}`,
    );
  }
  if (numpy.kind === 'O') {
    throw new DataTypeValidationError(
      `dtype: "${text}" leaves open what the objects are; expected "string" or "bytes", or format 2 and a filter that says it`,
    );
  }
  if ('SUV'.includes(numpy.kind) && !numpy.size) {
    throw new DataTypeValidationError(`dtype: expected a length of at least 1, as in "${numpy.kind}5", got "${text}"`);
  }
  return known(fromNumpyType(numpy), text);
}

function known(dtype: DType | undefined, json: Json): DType {
  if (dtype !== undefined && !(dtype instanceof UnknownDType)) return dtype;
  const hint = dtype === undefined ? '' : didYouMean(dtype.name, knownNames());
  throw new UnknownDataTypeError(`dtype: expected a registered data type, got ${jsonExcerpt(json)}${hint}`);
}

/** The type whose own form `data` is: a typed array's, or that of one of our element classes. */
export function dtypeOfData(data: unknown): DType | undefined {
  if (data instanceof Float16Elements) return parseDtype('float16');
  if (data instanceof ComplexElements) {
    return parseDtype(data.floats instanceof Float32Array ? 'complex64' : 'complex128');
  }
  if (data instanceof FixedElements) return data.dtype;
  const name = DATA_CLASSES.get(typedArrayName(data) ?? '');
  return name === undefined ? undefined : parseDtype(name);
}

const DATA_CLASSES: ReadonlyMap<string, string> = new Map([
  ['Int8Array', 'int8'],
  ['Int16Array', 'int16'],
  ['Int32Array', 'int32'],
  ['BigInt64Array', 'int64'],
  ['Uint8Array', 'uint8'],
  ['Uint8ClampedArray', 'uint8'],
  ['Uint16Array', 'uint16'],
  ['Uint32Array', 'uint32'],
  ['BigUint64Array', 'uint64'],
  ['Float16Array', 'float16'],
  ['Float32Array', 'float32'],
  ['Float64Array', 'float64'],
]);
