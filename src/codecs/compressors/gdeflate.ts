/**
 * `zarrs.gdeflate`: the decoded length and the number of pages, the lengths of all pages, each in 64 bits, little-endian,
 * and the pages. https://codec.zarrs.dev/bytes_to_bytes/gdeflate
 */
import { CodecError } from '../../errors.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { gdeflateEncode } from './gdeflate-encode.js';
import { GDEFLATE_PAGE, gdeflateDecode, LANES } from './gdeflate-page.js';
import { checkedOutput, generousBound, OutputOverflow } from './output.js';

const NAME = 'zarrs.gdeflate';
const HEADER_BYTES = 16;
/** A page begins with a word for each lane. */
const MIN_PAGE_BYTES = 4 * LANES;

/** What the constructor of `GDeflateCodec` takes. */
export interface GDeflateOptions {
  /** 0, only stored, to 12, smallest; 6 unless said. */
  readonly level?: number | undefined;
}

/**
 * The GDeflate codec of zarrs: deflate in pages of 64 KiB, each of 32 streams.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { GDeflateCodec } from 'zarr-ts/codecs';
 * const compressors = new GDeflateCodec({ level: 9 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class GDeflateCodec extends NamedCodec<Compressor> {
  readonly kind = 'compressor';
  readonly name = NAME;
  /** 0, only stored, to 12, smallest. */
  readonly level: number;
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: GDeflateOptions = {}) {
    super();
    const given = new Options(NAME, options, ['level'], 'GDeflateCodec');
    this.level = given.integer('level', { minimum: 0, maximum: 12 }) ?? 6;
    this.configuration = Object.freeze({ level: this.level });
    Object.freeze(this);
  }

  toString(): string {
    return `GDeflateCodec(${argumentsText({ level: this.level })})`;
  }

  bind(): Compressor {
    return new GDeflate(this.level);
  }
}

export const gdeflateDefinition = Object.freeze<CodecDefinition<GDeflateCodec>>({
  name: NAME,
  aliases: ['gdeflate', 'https://codec.zarrs.dev/bytes_to_bytes/gdeflate'],
  parse: (configuration) => new GDeflateCodec(Options.given(configuration)),
});

class GDeflate implements Compressor {
  readonly kind = 'compressor';
  readonly #level: number;

  constructor(level: number) {
    this.#level = level;
  }

  sizeAfter(): undefined {
    return undefined;
  }

  bound(size: number): number {
    return generousBound(size);
  }

  encode(bytes: Uint8Array): Uint8Array {
    const pages: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += GDEFLATE_PAGE) {
      pages.push(gdeflateEncode(bytes.subarray(start, start + GDEFLATE_PAGE), this.#level));
    }
    const headSize = HEADER_BYTES + 8 * pages.length;
    const encoded = new Uint8Array(pages.reduce((size, page) => size + page.length, headSize));
    const view = new DataView(encoded.buffer);
    view.setBigUint64(0, BigInt(bytes.length), true);
    view.setBigUint64(8, BigInt(pages.length), true);
    let at = headSize;
    pages.forEach((page, i) => {
      view.setBigUint64(HEADER_BYTES + 8 * i, BigInt(page.length), true);
      encoded.set(page, at);
      at += page.length;
    });
    return encoded;
  }

  decode(bytes: Uint8Array, size: number | undefined, limit: number): Uint8Array {
    return checkedOutput({ codec: NAME, size, limit }, (most) => decodePages(bytes, most));
  }
}

const corrupt = (text: string): CodecError => new CodecError(`damaged GDeflate data: ${text}`);

function decodePages(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length < HEADER_BYTES) throw corrupt(`${bytes.length} bytes are less than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = Number(view.getBigUint64(0, true));
  const pageCount = Number(view.getBigUint64(8, true));
  if (pageCount !== Math.ceil(size / GDEFLATE_PAGE)) throw corrupt(`${pageCount} pages for ${size} bytes`);
  let at = HEADER_BYTES + 8 * pageCount;
  if (at + MIN_PAGE_BYTES * pageCount > bytes.length) throw corrupt(`no room for ${pageCount} pages`);
  if (size > limit) throw new OutputOverflow();
  const decoded = new Uint8Array(size);
  for (let page = 0; page < pageCount; page++) {
    const length = Number(view.getBigUint64(HEADER_BYTES + 8 * page, true));
    if (length > bytes.length - at) throw corrupt(`a page of ${length} bytes, ${bytes.length - at} are left`);
    gdeflateDecode(bytes.subarray(at, at + length), decoded.subarray(page * GDEFLATE_PAGE, (page + 1) * GDEFLATE_PAGE));
    at += length;
  }
  if (at !== bytes.length) throw corrupt(`${bytes.length - at} bytes after the last page`);
  return decoded;
}
