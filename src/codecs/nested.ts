/** Lists of codecs among the options of others: shards, and what else is made of codecs. */
import { MetadataValidationError } from '../errors.js';
import { isJsonArray, type Json, type JsonObject } from '../json/model.js';
import type { Codec } from './codec.js';
import { at, type Options } from './options.js';
import { type CodecOption, codecFromJson, toCodec } from './registry.js';
import { UnknownCodec } from './unknown.js';

/** The codecs that the option `name` of a constructor lists; undefined if it is not given. */
export function codecList(given: Options, name: string): readonly Codec[] | undefined {
  const list = given.get(name);
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) throw given.expected(name, 'a list of codecs', list);
  // `toCodec` checks what it is given.
  const codecAt = (item: unknown, index: number): Codec => at(`${name}[${index}]`, () => toCodec(item as CodecOption));
  return given.checked(() => Object.freeze(list.map(codecAt)));
}

/** A list of documents; a codec that is not known and does not matter is left out. */
export function parsedCodecs(
  configuration: JsonObject | undefined,
  name: string,
  codec: string,
): readonly Codec[] | undefined {
  const list = configuration?.get(name);
  if (list === undefined) return undefined;
  if (!isJsonArray(list)) {
    const found = list === null ? 'null' : typeof list;
    throw new MetadataValidationError(`${name}: expected a list of codecs, got ${found}`, { codec });
  }
  return list
    .map((item: Json, index) => at(`${name}[${index}]`, () => codecFromJson(item)))
    .filter((item) => !(item instanceof UnknownCodec) || item.mustUnderstand);
}

/** The documents of `codecs`, for a configuration. */
export const documentsOf = (codecs: readonly Codec[]): readonly unknown[] =>
  Object.freeze(codecs.map((codec) => codec.toJSON()));

/** `codecs` as Python prints a tuple of them. */
export const tupleText = (codecs: readonly Codec[]): string =>
  `(${codecs.join(', ')}${codecs.length === 1 ? ',' : ''})`;
