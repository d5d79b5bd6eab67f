/** `base64` of numcodecs: bytes as the text of RFC 4648, section 4, with padding and without line breaks. */
import { CodecError } from '../../errors.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = 0x3d;
/** The value of what is not in the alphabet: more than 6 bits. */
const NONE = 0x80;

/**
 * numcodecs' Base64: bytes as text, a third longer.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const compressors = [new numcodecs.Base64()];
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'uint8', compressors });
 * // Stored as "AQEB".
 * array.set(null, 1);
 * array.get().toNested(); // [1, 1, 1]
 */
export class Base64 extends Numcodec {
  constructor(options: Readonly<Record<string, never>> = {}, format: 2 | 3 = 3) {
    super('base64', 'Base64', options, format);
    new Options(this.name, options, [], 'Base64');
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return {};
  }

  bind(): Compressor {
    return new Base64Text(this.name);
  }
}

export const numcodecsBase64Definition: CodecDefinition<Base64> = /* @__PURE__ */ numcodecDefinition('base64', Base64);

class Base64Text implements Compressor {
  readonly kind = 'compressor';
  readonly #codec: string;
  readonly #characters = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
  readonly #values = new Uint8Array(256).fill(NONE);

  constructor(codec: string) {
    this.#codec = codec;
    this.#characters.forEach((code, value) => {
      this.#values[code] = value;
    });
  }

  sizeAfter(size: number | undefined): number | undefined {
    return size === undefined ? undefined : this.bound(size);
  }

  bound(size: number): number {
    return 4 * Math.ceil(size / 3);
  }

  encode(bytes: Uint8Array): Uint8Array {
    const text = new Uint8Array(this.bound(bytes.length)).fill(PADDING);
    const characters = this.#characters;
    for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
      const group = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
      text[to] = characters[group >> 18]!;
      text[to + 1] = characters[(group >> 12) & 63]!;
      if (from + 1 < bytes.length) text[to + 2] = characters[(group >> 6) & 63]!;
      if (from + 2 < bytes.length) text[to + 3] = characters[group & 63]!;
    }
    return text;
  }

  decode(text: Uint8Array, size: number | undefined, limit: number): Uint8Array {
    const codec = this.#codec;
    if (text.length % 4 !== 0) {
      throw new CodecError(`${codec}: expected groups of four characters, got ${text.length}`, { codec });
    }
    const padding = text.at(-1) !== PADDING ? 0 : text.at(-2) !== PADDING ? 1 : 2;
    const length = (text.length / 4) * 3 - padding;
    if (length > (size ?? limit) || (size !== undefined && length !== size)) {
      throw new CodecError(`${codec}: expected ${size ?? `at most ${limit}`} bytes, got ${length}`, { codec });
    }
    const bytes = new Uint8Array(length);
    const values = this.#values;
    for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
      const isLast = from + 4 === text.length;
      const third = isLast && padding === 2 ? 0 : values[text[from + 2]!]!;
      const fourth = isLast && padding > 0 ? 0 : values[text[from + 3]!]!;
      const group = (values[text[from]!]! << 18) | (values[text[from + 1]!]! << 12) | (third << 6) | fourth;
      if (((values[text[from]!]! | values[text[from + 1]!]! | third | fourth) & NONE) !== 0) {
        throw new CodecError(`${codec}: characters ${from} to ${from + 4} are no Base64`, { codec });
      }
      bytes[to] = group >> 16;
      if (to + 1 < length) bytes[to + 1] = group >> 8;
      if (to + 2 < length) bytes[to + 2] = group;
    }
    return bytes;
  }
}
