/** All codecs by their names, and codecs from their documents in both formats. */
import { ArgumentError, MetadataValidationError } from '../errors.js';
import { fromPlain } from '../json/convert.js';
import { isJsonObject, type Json, type JsonObject } from '../json/model.js';
import type { Codec, CodecDefinition } from './codec.js';
import { numcodecsAdler32Definition } from './compressors/adler32.js';
import { numcodecsBase64Definition } from './compressors/base64.js';
import { bloscDefinition, numcodecsBloscDefinition } from './compressors/blosc.js';
import { numcodecsShuffleDefinition } from './compressors/byte-shuffle.js';
import { conditionalDefinition } from './compressors/conditional.js';
import { numcodecsCRC32Definition } from './compressors/crc32.js';
import { crc32cDefinition, numcodecsCRC32CDefinition } from './compressors/crc32c.js';
import { numcodecsFletcher32Definition } from './compressors/fletcher32.js';
import { gzipDefinition, numcodecsGZipDefinition } from './compressors/gzip.js';
import { numcodecsJenkinsLookup3Definition } from './compressors/jenkins-lookup3.js';
import { numcodecsLZ4Definition } from './compressors/lz4.js';
import { numcodecsZlibDefinition } from './compressors/zlib.js';
import { numcodecsZstdDefinition, zstdDefinition } from './compressors/zstd.js';
import { numcodecsAsTypeDefinition } from './filters/astype.js';
import { bitroundDefinition, numcodecsBitRoundDefinition } from './filters/bitround.js';
import { castValueDefinition } from './filters/cast-value.js';
import { numcodecsCategorizeDefinition } from './filters/categorize.js';
import { numcodecsDeltaDefinition } from './filters/delta.js';
import { numcodecsFixedScaleOffsetDefinition } from './filters/fixed-scale-offset.js';
import { numcodecsPackBitsDefinition } from './filters/packbits.js';
import { numcodecsQuantizeDefinition } from './filters/quantize.js';
import { reshapeDefinition } from './filters/reshape.js';
import { scaleOffsetDefinition } from './filters/scale-offset.js';
import { squeezeDefinition } from './filters/squeeze.js';
import { transposeDefinition } from './filters/transpose.js';
import { at, fromDocument, valueText } from './options.js';
import { bytesDefinition } from './serializers/bytes.js';
import { numcodecsJSONDefinition, numcodecsLegacyJSONDefinition } from './serializers/json.js';
import { numcodecsLegacyMsgPackDefinition, numcodecsMsgPackDefinition } from './serializers/msgpack.js';
import { n5DefaultDefinition } from './serializers/n5-default.js';
import { optionalCodecDefinition } from './serializers/optional.js';
import { packbitsDefinition } from './serializers/packbits.js';
import { shardingDefinition } from './serializers/sharding.js';
import { numcodecsVLenArrayDefinition } from './serializers/vlen-array.js';
import { vlenBytesDefinition } from './serializers/vlen-bytes.js';
import { vlenUTF8Definition } from './serializers/vlen-utf8.js';
import { PickleCodec, UnknownCodec } from './unknown.js';

/** The codecs of the library. A function, because shards know their inner codecs from here, and this file knows shards. */
const builtIn = (): readonly CodecDefinition[] => [
  bytesDefinition,
  transposeDefinition,
  gzipDefinition,
  zstdDefinition,
  bloscDefinition,
  crc32cDefinition,
  vlenUTF8Definition,
  vlenBytesDefinition,
  shardingDefinition,
  numcodecsBloscDefinition,
  numcodecsCRC32CDefinition,
  numcodecsGZipDefinition,
  numcodecsLZ4Definition,
  numcodecsZlibDefinition,
  numcodecsZstdDefinition,
  numcodecsAdler32Definition,
  numcodecsBase64Definition,
  numcodecsShuffleDefinition,
  conditionalDefinition,
  numcodecsCRC32Definition,
  numcodecsFletcher32Definition,
  numcodecsJenkinsLookup3Definition,
  numcodecsAsTypeDefinition,
  bitroundDefinition,
  numcodecsBitRoundDefinition,
  castValueDefinition,
  numcodecsCategorizeDefinition,
  numcodecsDeltaDefinition,
  numcodecsFixedScaleOffsetDefinition,
  numcodecsPackBitsDefinition,
  numcodecsQuantizeDefinition,
  reshapeDefinition,
  scaleOffsetDefinition,
  squeezeDefinition,
  n5DefaultDefinition,
  numcodecsJSONDefinition,
  numcodecsLegacyJSONDefinition,
  numcodecsMsgPackDefinition,
  numcodecsLegacyMsgPackDefinition,
  numcodecsVLenArrayDefinition,
  optionalCodecDefinition,
  packbitsDefinition,
];

/** Definitions by their names in format 3, and by their ids in format 2. */
interface Registry {
  readonly names: Map<string, CodecDefinition>;
  readonly ids: Map<string, CodecDefinition>;
}

const registry: Registry = Object.freeze({ names: new Map(), ids: new Map() });

/** Makes a codec known by its names; one that had them before is replaced. */
export function registerCodec(definition: CodecDefinition): void {
  // Any value may be asked for members but these two.
  const { name, parse } = (definition ?? {}) as { readonly name?: unknown; readonly parse?: unknown };
  if (typeof name !== 'string' || name === '' || typeof parse !== 'function') {
    throw new ArgumentError('registerCodec: expected a definition: an object with name and parse(configuration)');
  }
  add(filledRegistry(), definition);
}

function filledRegistry(): Registry {
  if (registry.names.size === 0) for (const definition of builtIn()) add(registry, definition);
  return registry;
}

function add({ names, ids }: Registry, definition: CodecDefinition): void {
  for (const name of [definition.name, ...(definition.aliases ?? [])]) names.set(name, definition);
  if (definition.v2) ids.set(definition.v2.id, definition);
}

const MEMBERS: readonly string[] = Object.freeze(['name', 'configuration', 'must_understand']);

/**
 * The codec of a format 3 document, or of its name alone. One that is not registered is an `UnknownCodec`; a document that
 * the format forbids is a `MetadataValidationError`, whose text begins with the member.
 */
export function codecFromJson(json: Json): Codec {
  const document: JsonObject =
    typeof json === 'string' ? new Map([['name', json]]) : asObject(json, 'a name or an object');
  const name = document.get('name');
  const configuration = document.get('configuration');
  if (typeof name !== 'string' || name === '') throw expected('name', 'the name of a codec', name);
  if (configuration !== undefined && !isJsonObject(configuration)) {
    throw expected('configuration', 'an object', configuration);
  }
  if (typeof (document.get('must_understand') ?? true) !== 'boolean') {
    throw expected('must_understand', 'true or false', document.get('must_understand'));
  }
  for (const member of document.keys()) {
    if (!MEMBERS.includes(member))
      throw new MetadataValidationError(`${member}: unknown member of the codec "${name}"`);
  }
  const definition = filledRegistry().names.get(name);
  if (definition === undefined) return new UnknownCodec(name, document);
  return at('configuration', () => fromDocument(() => definition.parse(configuration)));
}

/** The codec of a format 2 document, `{ id, … }`. */
export function codecFromV2(json: Json): Codec {
  const document = asObject(json, 'an object');
  const id = document.get('id');
  if (typeof id !== 'string' || id === '') throw expected('id', 'the id of a codec', id);
  if (id === 'pickle') return new PickleCodec(id, document);
  const definition = filledRegistry().ids.get(id)?.v2;
  return definition === undefined ? new UnknownCodec(id, document) : fromDocument(() => definition.parse(document));
}

/** The format 2 document of a codec. */
export function codecToV2(codec: Codec): JsonObject {
  if (codec instanceof UnknownCodec && codec.document.has('id')) return codec.document;
  const { definition, inV2 } = v2Form(codec);
  return definition.toJson(inV2);
}

/** A codec as numcodecs prints it: `Zstd(level=0)`; as zarr-python does where only that knows it. */
export function numcodecsText(codec: Codec): string {
  if (codec instanceof UnknownCodec) return codec.toString();
  const { definition, inV2 } = v2Form(codec);
  return definition.toString(inV2);
}

/** The codec that format 2 has for `codec`, and how it is written there. */
function v2Form(codec: Codec): { readonly definition: NonNullable<CodecDefinition['v2']>; readonly inV2: Codec } {
  const own = filledRegistry().names.get(codec.name);
  const inV2 = own?.asV2?.(codec) ?? codec;
  const definition = filledRegistry().names.get(inV2.name)?.v2;
  if (definition !== undefined) return { definition, inV2 };
  throw new MetadataValidationError(`the codec "${codec.name}" does not exist in format 2`, { codec: codec.name });
}

/** A codec, or its document: of format 3 with a `name`, of format 2 with an `id`. */
export type CodecOption =
  | Codec
  | string
  | { readonly name: string; readonly configuration?: object }
  | { readonly id: string; readonly [option: string]: unknown };

/** The codec that a user means. */
export function toCodec(option: CodecOption | { readonly name: string } | { readonly id: string }): Codec {
  if (isCodec(option)) return option;
  if (typeof option !== 'string' && (typeof option !== 'object' || option === null)) {
    throw new ArgumentError(`expected a codec, its name or its document, got ${valueText(option)}`);
  }
  const json = fromPlain(option, 'codec');
  return isJsonObject(json) && json.has('id') && !json.has('name') ? codecFromV2(json) : codecFromJson(json);
}

/** Whether `value` has what a codec has, also one that is not of this library. */
const isCodec = (value: unknown): value is Codec =>
  typeof value === 'object' && value !== null && 'kind' in value && 'bind' in value && typeof value.bind === 'function';

function asObject(json: Json, what: string): JsonObject {
  if (isJsonObject(json)) return json;
  throw new MetadataValidationError(`expected ${what}, got ${valueText(json)}`);
}

const expected = (member: string, what: string, got: Json | undefined): MetadataValidationError =>
  new MetadataValidationError(`${member}: expected ${what}, got ${got === undefined ? 'nothing' : valueText(got)}`);
