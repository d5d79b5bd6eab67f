/** `json2` of numcodecs: a chunk of values as one JSON list. Its older form, `json`, has no shape. */
import { CodecError, ZarrError } from '../../errors.js';
import { fromPlain, toPlain } from '../../json/convert.js';
import { type Json, JsonNumber } from '../../json/model.js';
import { parseJson } from '../../json/parse.js';
import type { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NumcodecSerializer, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { pythonText } from '../python-text.js';
import { type JsonTextOptions, jsonText } from './json-text.js';
import { checkValues, chunkOfItems, itemsOf } from './object-items.js';

/** The options of Python's encoder, and whether its decoder is strict, which ours always is. */
export interface JSONOptions {
  /** `"utf-8"`, which is the only one. */
  readonly encoding?: string | undefined;
  readonly skipkeys?: boolean | undefined;
  readonly ensure_ascii?: boolean | undefined;
  readonly check_circular?: boolean | undefined;
  readonly allow_nan?: boolean | undefined;
  readonly sort_keys?: boolean | undefined;
  readonly indent?: number | string | boolean | null | undefined;
  readonly separators?: readonly [string, string] | null | undefined;
  readonly strict?: boolean | undefined;
}

const FLAGS = Object.freeze([
  'skipkeys',
  'ensure_ascii',
  'check_circular',
  'allow_nan',
  'sort_keys',
  'strict',
] as const);
type Flag = (typeof FLAGS)[number];
const NAMES = Object.freeze([...FLAGS, 'encoding', 'indent', 'separators']);
const TEXT_WIDTH = 80;

/**
 * numcodecs' JSON, for values of any kind that JSON has: a chunk as one list.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const options = { shape: [3], dtype: 'object', filters: [new numcodecs.JSON()], zarrFormat: 2 } as const;
 * const array = createArray(new MemoryStore(), options);
 * // Stored as ["a",null,1.5,"|O",[3]], before it is compressed.
 * array.set(null, ['a', null, 1.5]);
 * array.get().toNested(); // ['a', null, 1.5]
 */
export class JSONCodec extends NumcodecSerializer {
  readonly #flags: Readonly<Record<Flag, boolean>>;
  readonly #text: JsonTextOptions;
  readonly #hasShape: boolean;

  constructor(options: JSONOptions = {}, format: 2 | 3 = 3, id: 'json2' | 'json' = 'json2') {
    super(id, 'JSON', options, format);
    const given = new Options(this.name, options, NAMES, 'JSON').without(null, ['indent', 'separators']);
    const flag = (name: Flag, byDefault: boolean): boolean => given.boolean(name) ?? byDefault;
    given.choice('encoding', ['utf-8']);
    this.#flags = {
      skipkeys: flag('skipkeys', false),
      ensure_ascii: flag('ensure_ascii', true),
      check_circular: flag('check_circular', true),
      allow_nan: flag('allow_nan', true),
      sort_keys: flag('sort_keys', true),
      strict: flag('strict', true),
    };
    const indent = indentOf(given);
    this.#text = {
      ensureAscii: this.#flags.ensure_ascii,
      sortKeys: this.#flags.sort_keys,
      indent: indent ?? null,
      separators: separatorsOf(given) ?? (indent === undefined ? [',', ':'] : [', ', ': ']),
    };
    this.#hasShape = id === 'json2';
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { skipkeys, ensure_ascii, check_circular, allow_nan, sort_keys, strict } = this.#flags;
    const { indent, separators } = this.#text;
    const encoder = { skipkeys, ensure_ascii, check_circular, allow_nan, indent, separators, sort_keys };
    return { encoding: 'utf-8', ...encoder, strict };
  }

  /** On lines of at most 80 characters, as numcodecs prints it. */
  override get text(): string {
    const { encoding, strict, ...encoder } = this.members;
    const named = [['encoding', encoding], ...Object.entries(encoder).sort(), ['strict', strict]] as const;
    const words = `JSON(${named.map(([name, value]) => `${name}=${pythonText(value)}`).join(', ')})`.split(' ');
    const lines: string[] = [];
    let line = words[0]!;
    for (const word of words.slice(1)) {
      if (line.length + 1 + word.length <= TEXT_WIDTH) line += ` ${word}`;
      else {
        lines.push(line);
        line = `     ${word}`;
      }
    }
    return [...lines, line].join('\n');
  }

  override resolve(spec: ChunkSpec): this {
    checkValues(spec, this.name);
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new JsonList(spec, this.name, this.#text, { hasShape: this.#hasShape, allowNan: this.#flags.allow_nan });
  }
}

/** The older form of numcodecs' JSON. */
class LegacyJSON extends JSONCodec {
  constructor(options: JSONOptions = {}, format: 2 | 3 = 3) {
    super(options, format, 'json');
  }
}

export const numcodecsJSONDefinition: CodecDefinition<JSONCodec> = /* @__PURE__ */ numcodecDefinition(
  'json2',
  JSONCodec,
);
export const numcodecsLegacyJSONDefinition: CodecDefinition<JSONCodec> = /* @__PURE__ */ numcodecDefinition(
  'json',
  LegacyJSON,
);

/** The indentation; Python takes a truth value for the number that it is. */
function indentOf(given: Options): number | string | undefined {
  const value = given.get('indent');
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? value : given.integer('indent', { minimum: 0, maximum: 64 });
}

function separatorsOf(given: Options): readonly [string, string] | undefined {
  const value = given.get('separators');
  if (value === undefined) return undefined;
  const [first, second] = Array.isArray(value) && value.length === 2 ? (value as readonly unknown[]) : [];
  if (typeof first === 'string' && typeof second === 'string') return Object.freeze([first, second] as const);
  throw given.expected('separators', 'a pair of strings', value);
}

class JsonList implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #spec: ChunkSpec;
  readonly #codec: string;
  readonly #text: JsonTextOptions;
  readonly #hasShape: boolean;
  readonly #allowNan: boolean;

  constructor(
    spec: ChunkSpec,
    codec: string,
    text: JsonTextOptions,
    { hasShape, allowNan }: { readonly hasShape: boolean; readonly allowNan: boolean },
  ) {
    this.#spec = spec;
    this.#codec = codec;
    this.#text = text;
    this.#hasShape = hasShape;
    this.#allowNan = allowNan;
  }

  encode(chunk: NdArray): Uint8Array {
    const json = this.#checked(() => fromPlain(itemsOf(chunk, this.#hasShape), this.#codec));
    if (!this.#allowNan) refuseNan(json, this.#codec);
    return new TextEncoder().encode(jsonText(json, this.#text));
  }

  decode(bytes: Uint8Array): NdArray {
    const list = this.#checked(() => toPlain(parseJson(bytes, { duplicates: 'last' })));
    return chunkOfItems(list, this.#spec, this.#hasShape, this.#codec);
  }

  /** Runs `work`, whose errors are this codec's. */
  #checked<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      const codec = this.#codec;
      if (!(cause instanceof ZarrError)) throw cause;
      throw new CodecError(`${codec}: ${cause.message}`, { codec, cause });
    }
  }
}

function refuseNan(json: Json, codec: string): void {
  if (json instanceof JsonNumber) {
    if (!Number.isFinite(json.toNumber())) throw new CodecError(`${codec}: ${json.token} is no JSON`, { codec });
  } else if (Array.isArray(json)) for (const item of json) refuseNan(item as Json, codec);
  else if (json instanceof Map) for (const item of json.values()) refuseNan(item as Json, codec);
}
