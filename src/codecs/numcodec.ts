/**
 * The codecs of numcodecs: what format 2 names by `id`, and format 3 as `numcodecs.<id>`. A format 3 document holds the
 * options that were given and no others; a format 2 document, and numcodecs' own text, all of them.
 */
import { DType } from '../dtypes/dtype.js';
import { fromPlain, toPlain } from '../json/convert.js';
import { JsonNumber, type JsonObject } from '../json/model.js';
import type { BoundCodec, CodecDefinition, Compressor, Filter, Serializer } from './codec.js';
import { NamedCodec } from './named-codec.js';
import { checkOptionsObject, Options } from './options.js';
import { argumentsText, pythonText } from './python-text.js';

/** A codec of numcodecs. */
export abstract class AnyNumcodec<Bound extends BoundCodec = BoundCodec> extends NamedCodec<Bound> {
  readonly name: string;
  /** The options that were given. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly #className: string;
  protected readonly zarrFormat: 2 | 3;

  /** `format` is that of the document that it is from: zarr-python prints the two differently. */
  protected constructor(id: string, className: string, options: object, format: 2 | 3) {
    super();
    this.name = `numcodecs.${id}`;
    checkOptionsObject(this.name, options, className);
    this.configuration = Object.freeze({ ...plainMembers(options) });
    this.#className = className;
    this.zarrFormat = format;
  }

  /** All options in numcodecs' order. */
  abstract get members(): Readonly<Record<string, unknown>>;

  /** The options as numcodecs prints them. */
  get text(): string {
    return `${this.#className}(${argumentsText(this.members)})`;
  }

  /** zarr-python's text of the codec in format 3, numcodecs' own in format 2. */
  toString(): string {
    if (this.zarrFormat === 2) return this.text;
    const { name, configuration } = this;
    return `${this.#className}(codec_name=${pythonText(name)}, codec_config=${pythonText(configuration)})`;
  }
}

/** A compressor of numcodecs. */
export abstract class Numcodec extends AnyNumcodec<Compressor> {
  readonly kind = 'compressor';
}

/** An array to bytes codec of numcodecs. */
export abstract class NumcodecSerializer extends AnyNumcodec<Serializer> {
  readonly kind = 'serializer';
}

/** An array to array codec of numcodecs. */
export abstract class NumcodecFilter extends AnyNumcodec<Filter> {
  readonly kind = 'filter';
}

/** The definition of one of these classes; `aliases` are other names in format 3 that are read. */
export const numcodecDefinition = <C extends AnyNumcodec>(
  id: string,
  constructor: new (options: never, format?: 2 | 3) => C,
  aliases: readonly string[] = [],
): CodecDefinition<C> => ({
  name: `numcodecs.${id}`,
  aliases,
  // A document's members are options that the constructor has not checked yet.
  parse: (configuration) => new constructor(Options.given<object>(configuration) as never),
  v2: {
    id,
    parse: (document) => new constructor(Options.givenV2<object>(document) as never, 2),
    // `fromPlain` makes an object of an object.
    toJson: ({ members }) => fromPlain({ id, ...members }) as JsonObject,
    toString: ({ text }) => text,
  },
});

/** Options from a document are still JSON; a configuration is plain. */
function plainMembers(options: object): Record<string, unknown> {
  const members = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, plainMember(value)]));
}

function plainMember(value: unknown): unknown {
  if (value instanceof JsonNumber || value instanceof Map) return toPlain(value);
  if (value instanceof DType) return toPlain(value.toMetadata(2));
  return Array.isArray(value) ? Object.freeze(value.map(plainMember)) : value;
}
