/**
 * Whole arrays as zfp streams: one block after another, the last axis fastest; a block at an edge is filled up with values
 * that it has, which are dropped again.
 * https://zfp.readthedocs.io/en/release1.0.1/
 */
import { CodecError } from '../../../errors.js';
import { type Shape, sizeOf, stridesOf } from '../../../ndarray/shape.js';
import type { BitReader, BitWriter } from '../bit-stream.js';
import { IntegerBlock } from './blocks.js';
import { FloatBlock } from './float-blocks.js';
import type { ZfpField } from './header.js';
import { MAX_PRECISION, type ZfpParameters, type ZfpType } from './parameters.js';

/** Values along an axis of a block. */
const SIDE = 4;

/** Which value of an axis stands in each place of a block that has 1, 2, 3 or 4 of them. */
const FILLED: readonly (readonly number[])[] = Object.freeze([
  Object.freeze([0, 0, 0, 0]),
  Object.freeze([0, 1, 1, 0]),
  Object.freeze([0, 1, 2, 0]),
  Object.freeze([0, 1, 2, 3]),
]);

/** The number of blocks of an array. */
export const blockCount = (shape: Shape): number => sizeOf(shape.map((length) => Math.ceil(length / SIDE)));

/** Writes the values in `words`, which are in C order; those of 64 bits are two words each. */
export function encodeField(writer: BitWriter, words: Uint32Array, field: ZfpField): void {
  const block = blockOf(field);
  forEachBlock(field.shape, (start, places) => {
    block.gather(words, start, places);
    block.encode(writer);
  });
}

/** Reads the values into `words`. Throws `CodecError` where the stream ends before. */
export function decodeField(reader: BitReader, words: Uint32Array, field: ZfpField): void {
  const block = blockOf(field);
  forEachBlock(field.shape, (start, places) => {
    block.decode(reader);
    if (reader.isPastEnd) throw new CodecError(`truncated at element ${start}`);
    block.scatter(words, start, places);
  });
}

/** Calls `visit` for each block, with where it begins and how far from there its values are. */
function forEachBlock(shape: Shape, visit: (start: number, places: Int32Array) => void): void {
  const strides = stridesOf(shape);
  const rank = shape.length;
  const whole = placesOf(strides, new Array<number>(rank).fill(SIDE));
  const corner = new Array<number>(rank).fill(0);
  for (;;) {
    let start = 0;
    let isWhole = true;
    for (let axis = 0; axis < rank; axis++) {
      start += corner[axis]! * strides[axis]!;
      if (corner[axis]! + SIDE > shape[axis]!) isWhole = false;
    }
    const counts = () => corner.map((first, axis) => Math.min(SIDE, shape[axis]! - first));
    visit(start, isWhole ? whole : placesOf(strides, counts()));
    let axis = rank - 1;
    for (; axis >= 0; axis--) {
      corner[axis]! += SIDE;
      if (corner[axis]! < shape[axis]!) break;
      corner[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** How far from its beginning the values of a block are that has `counts` of them along each axis. */
function placesOf(strides: readonly number[], counts: readonly number[]): Int32Array {
  const rank = counts.length;
  return Int32Array.from({ length: SIDE ** rank }, (_, index) => {
    let place = 0;
    for (let axis = rank - 1, rest = index; axis >= 0; axis--, rest >>= 2) {
      place += FILLED[counts[axis]! - 1]![rest & 3]! * strides[axis]!;
    }
    return place;
  });
}

interface Block {
  gather(words: Uint32Array, start: number, places: Int32Array): void;
  encode(writer: BitWriter): void;
  decode(reader: BitReader): void;
  scatter(words: Uint32Array, start: number, places: Int32Array): void;
}

function blockOf({ type, shape, parameters }: ZfpField): Block {
  const rank = shape.length;
  return type === 'int32' || type === 'int64'
    ? new Integers(type, rank, parameters)
    : new Floats(type, rank, parameters);
}

// Values are put back from the last to the first: the first ones stand where they belong, and fill up others' places
// only before those come.

class Integers implements Block {
  readonly #block: IntegerBlock;
  readonly #isPaired: boolean;
  readonly #precision: number;

  constructor(type: ZfpType, rank: number, parameters: ZfpParameters) {
    this.#block = new IntegerBlock(type, rank, parameters);
    this.#isPaired = type === 'int64';
    this.#precision = Math.min(parameters.maxprec, MAX_PRECISION);
  }

  gather(words: Uint32Array, start: number, places: Int32Array): void {
    const { values } = this.#block;
    const count = places.length;
    if (!this.#isPaired) {
      for (let i = 0; i < count; i++) values[i] = words[start + places[i]!]!;
      return;
    }
    for (let i = 0; i < count; i++) {
      const at = 2 * (start + places[i]!);
      values[i] = words[at]!;
      values[count + i] = words[at + 1]!;
    }
  }

  encode(writer: BitWriter): void {
    this.#block.encode(writer, 0, this.#precision);
  }

  decode(reader: BitReader): void {
    this.#block.decode(reader, 0, this.#precision);
  }

  scatter(words: Uint32Array, start: number, places: Int32Array): void {
    const { values } = this.#block;
    const count = places.length;
    if (!this.#isPaired) {
      for (let i = count - 1; i >= 0; i--) words[start + places[i]!] = values[i]!;
      return;
    }
    for (let i = count - 1; i >= 0; i--) {
      const at = 2 * (start + places[i]!);
      words[at] = values[i]!;
      words[at + 1] = values[count + i]!;
    }
  }
}

class Floats implements Block {
  readonly #block: FloatBlock;
  readonly #isPaired: boolean;

  constructor(type: 'float32' | 'float64', rank: number, parameters: ZfpParameters) {
    this.#block = new FloatBlock(type, rank, parameters);
    this.#isPaired = type === 'float64';
  }

  gather(words: Uint32Array, start: number, places: Int32Array): void {
    const { bits } = this.#block;
    const count = places.length;
    if (!this.#isPaired) {
      for (let i = 0; i < count; i++) bits[i] = words[start + places[i]!]!;
      return;
    }
    for (let i = 0; i < count; i++) {
      const at = 2 * (start + places[i]!);
      bits[2 * i] = words[at]!;
      bits[2 * i + 1] = words[at + 1]!;
    }
  }

  encode(writer: BitWriter): void {
    this.#block.encode(writer);
  }

  decode(reader: BitReader): void {
    this.#block.decode(reader);
  }

  scatter(words: Uint32Array, start: number, places: Int32Array): void {
    const { bits } = this.#block;
    const count = places.length;
    if (!this.#isPaired) {
      for (let i = count - 1; i >= 0; i--) words[start + places[i]!] = bits[i]!;
      return;
    }
    for (let i = count - 1; i >= 0; i--) {
      const at = 2 * (start + places[i]!);
      words[at] = bits[2 * i]!;
      words[at + 1] = bits[2 * i + 1]!;
    }
  }
}

/** Throws unless the stream ends behind the last block, at a whole byte or, as the library has it, a whole word. */
export function checkEnd({ position, length }: BitReader): void {
  const least = Math.ceil(position / 8);
  const most = Math.ceil(position / 64) * 8;
  if (length < 8 * least) throw new CodecError(`truncated: ${length / 8} bytes of ${least}`);
  if (length > 8 * most) throw new CodecError(`${length / 8 - most} bytes after the last block`);
}
