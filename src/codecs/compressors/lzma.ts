/** `lzma`: xz files, `.lzma` files, and LZMA without a container, as Python's `lzma` has them. Only numcodecs has it. */
import { CodecError } from '../../errors.js';
import { toPlain } from '../../json/convert.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText, pythonText } from '../python-text.js';
import { lzmaAloneDecode, lzmaAloneHeader, rawLzmaDecode } from './lzma-alone.js';
import { LzmaEncoder } from './lzma-encode.js';
import {
  applyFilters,
  type FilterChain,
  type FilterStage,
  type LzmaStage,
  presetStage,
  undoFilters,
} from './lzma-filters.js';
import { chainOf, type LZMAFilter, presetOf, stagesOf } from './lzma-options.js';
import { lzma2Decode } from './lzma2-decode.js';
import { lzma2Encode } from './lzma2-encode.js';
import { checkedOutput, generousBound, Output } from './output.js';
import { XZ_CHECKS, XZ_MAGIC, xzDecode } from './xz-decode.js';
import { xzEncode } from './xz-encode.js';

/** The containers by their numbers. */
const ANY = 0;
const XZ = 1;
const ALONE = 2;
const RAW = 3;
const DEFAULT_CHECK = -1;
const DEFAULT_PRESET = 6;

/** What the constructor of `LZMA` takes. */
export interface LZMAOptions {
  /** 1 xz, 2 `.lzma`, 3 neither, which needs `filters`; 0 reads the first two. */
  readonly format?: number | undefined;
  /** The check of xz: 0 none, 1 CRC-32, 4 CRC-64, 10 SHA-256; -1 is CRC-64 for xz and none for others. */
  readonly check?: number | undefined;
  /** 0, fastest, to 9, smallest. */
  readonly preset?: number | null | undefined;
  /** Filters, of which the last is LZMA, in the place of a preset. */
  readonly filters?: readonly LZMAFilter[] | null | undefined;
}

/**
 * numcodecs' LZMA: xz, `.lzma` or raw streams.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.LZMA({ preset: 6 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class LZMA extends Numcodec {
  readonly format: number;
  readonly check: number;
  readonly preset: number | null;
  readonly filters: readonly LZMAFilter[] | null;
  readonly #stages: readonly (FilterStage | LzmaStage)[] | undefined;

  constructor(options: LZMAOptions = {}, format: 2 | 3 = 3) {
    super('lzma', 'LZMA', withPlainFilters(options), format);
    const known = ['format', 'check', 'preset', 'filters'];
    const given = new Options(this.name, options, known, 'LZMA').without(null, ['preset', 'filters']);
    this.format = given.integer('format', { minimum: ANY, maximum: RAW }) ?? XZ;
    this.check = given.integer('check', { minimum: DEFAULT_CHECK, maximum: 15 }) ?? DEFAULT_CHECK;
    this.preset = presetOf(given, 'preset') ?? null;
    const filters = given.get('filters');
    this.#stages = filters === undefined ? undefined : stagesOf(this.name, filters, given);
    // They were checked to be filters.
    this.filters = filters === undefined ? null : (plainFilters(filters) as readonly LZMAFilter[]);
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { format, check, preset, filters } = this;
    return { format, check, preset, filters };
  }

  override get text(): string {
    return `LZMA(${argumentsText(withPythonLists(this.members))})`;
  }

  override toString(): string {
    if (this.zarrFormat === 2) return this.text;
    const { name, configuration } = this;
    return `LZMA(codec_name=${pythonText(name)}, codec_config=${pythonText(withPythonLists(configuration))})`;
  }

  /** What Python's `lzma` refuses to encode; it may be decoded all the same. */
  override get encodeProblem(): string | undefined {
    const { format, check, preset } = this;
    const because = (reason: string): string => `"${this.name}" with ${reason} cannot be encoded`;
    const chain = this.#chain();
    if (format === ANY) return because('format 0, which is any,');
    if (preset !== null && this.#stages) return because('both a preset and filters');
    if (format === RAW && this.#stages === undefined) return because('format 3 and no filters');
    if (format !== XZ && check > 0) return because('a check in another format than xz');
    const isKnownCheck = check < 0 || Object.values(XZ_CHECKS).some((kind) => kind === check);
    if (!isKnownCheck) return because(`a check of the unknown kind ${check}`);
    if (chain === undefined) return because('filters of which the last is not LZMA, or another is');
    if (format === XZ && chain.lzma.kind !== 'lzma2') return because('format 1 and a last filter that is not LZMA2');
    const isAlone = chain.lzma.kind === 'lzma1' && chain.filters.length === 0;
    if (format === ALONE && !isAlone) return because('format 2 and other filters than LZMA1');
    return undefined;
  }

  bind(): Compressor {
    const check = this.check < 0 ? XZ_CHECKS.crc64 : this.check;
    const problem = this.encodeProblem;
    return new Lzma({ codec: this.name, format: this.format, check, chain: this.#chain(), problem });
  }

  #chain(): FilterChain | undefined {
    if (this.#stages) return chainOf(this.#stages);
    if (this.format === RAW) return undefined;
    const lzma = presetStage(this.preset ?? DEFAULT_PRESET, this.format === ALONE ? 'lzma1' : 'lzma2');
    return { filters: [], lzma };
  }
}

export const numcodecsLZMADefinition: CodecDefinition<LZMA> = /* @__PURE__ */ numcodecDefinition('lzma', LZMA);

function withPlainFilters(options: LZMAOptions): LZMAOptions {
  if (typeof options !== 'object' || options === null || !Array.isArray(options.filters)) return options;
  return { ...options, filters: plainFilters(options.filters) as readonly LZMAFilter[] }; // The constructor checks them.
}

/** Filters from a document are JSON. */
function plainFilters(filters: unknown): unknown {
  if (!Array.isArray(filters)) return filters;
  return Object.freeze(
    filters.map((filter) => (filter instanceof Map ? toPlain(filter) : Object.freeze({ ...filter }))),
  );
}

/** A list that Python prints in brackets. */
class PythonList {
  readonly #items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.#items = items;
  }

  toString(): string {
    return `[${this.#items.map(pythonText).join(', ')}]`;
  }
}

const withPythonLists = (members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, Array.isArray(value) ? new PythonList(value) : value]),
  );

interface Parameters {
  readonly codec: string;
  readonly format: number;
  readonly check: number;
  readonly chain: FilterChain | undefined;
  /** Why nothing can be encoded. */
  readonly problem: string | undefined;
}

class Lzma implements Compressor {
  readonly kind = 'compressor';
  readonly #parameters: Parameters;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  sizeAfter(): undefined {
    return undefined;
  }

  bound(size: number): number {
    return generousBound(size);
  }

  encode(bytes: Uint8Array): Uint8Array {
    const { codec, format, check, chain, problem } = this.#parameters;
    if (problem !== undefined || chain === undefined)
      throw new CodecError(problem ?? `${codec}: no filters`, { codec });
    return format === XZ ? xzEncode(bytes, chain, check) : encodeBare(bytes, chain, format === ALONE);
  }

  decode(bytes: Uint8Array, size: number | undefined, limit: number): Uint8Array {
    return checkedOutput({ codec: this.#parameters.codec, size, limit }, (most) => {
      const output = new Output(size ?? Math.min(most, 4 * bytes.length), most);
      this.#decodeTo(bytes, output);
      return output.toBytes();
    });
  }

  #decodeTo(bytes: Uint8Array, output: Output): void {
    const { format, chain } = this.#parameters;
    if (format === XZ || (format === ANY && XZ_MAGIC.every((byte, i) => bytes[i] === byte))) xzDecode(bytes, output);
    else if (format !== RAW) decodeAll(bytes, (start) => lzmaAloneDecode(bytes, start, output));
    else if (chain === undefined) throw new CodecError('format 3 needs filters, of which the last is LZMA');
    else decodeRaw(bytes, chain, output);
  }
}

/** Runs `decode`, which says where a stream ends, on one after another; zeros after the last are padding. */
function decodeAll(bytes: Uint8Array, decode: (start: number) => number): void {
  let at = 0;
  do at = decode(at);
  while (bytes.subarray(at).some((byte) => byte !== 0));
}

function decodeRaw(bytes: Uint8Array, { filters, lzma }: FilterChain, output: Output): void {
  const end =
    lzma.kind === 'lzma2'
      ? lzma2Decode(bytes, 0, output, lzma.window)
      : rawLzmaDecode(bytes, 0, output, { properties: lzma, window: lzma.window, size: undefined });
  if (bytes.subarray(end).some((byte) => byte !== 0)) {
    throw new CodecError(`damaged LZMA stream: ${bytes.length - end} bytes after its end`);
  }
  undoFilters(output.bytes.subarray(0, output.length), filters);
}

/** LZMA or LZMA2 without a container, or LZMA behind the header of a `.lzma` file. */
function encodeBare(bytes: Uint8Array, { filters, lzma }: FilterChain, isAlone: boolean): Uint8Array {
  const filtered = applyFilters(bytes, filters);
  const output = new Output(1024 + (bytes.length >>> 2), generousBound(bytes.length));
  if (lzma.kind === 'lzma2') {
    lzma2Encode(filtered, lzma, output);
    return output.toBytes();
  }
  if (isAlone) output.append(lzmaAloneHeader(lzma, lzma.window));
  const encoder = new LzmaEncoder(filtered, lzma);
  encoder.run(filtered.length, Number.POSITIVE_INFINITY);
  encoder.writeEnd();
  output.append(encoder.range.finish());
  return output.toBytes();
}
