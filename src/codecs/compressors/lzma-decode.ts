/** LZMA: literals and matches, each bit of them coded in a range by a probability; lzma-model says which. */
import { CodecError } from '../../errors.js';
import { copyMatch } from './lz4-block.js';
import {
  DISTANCE_ALIGN,
  DISTANCE_SLOT,
  DISTANCE_SPECIAL,
  END_DISTANCE,
  evenProbabilities,
  FIRST_DIRECT_SLOT,
  FIRST_MATCH_STATE,
  IS_LONG_REPEAT_0,
  IS_MATCH,
  IS_REPEAT,
  IS_REPEAT_0,
  IS_REPEAT_1,
  IS_REPEAT_2,
  LENGTH_HIGH,
  LENGTH_LOW,
  LENGTH_MIDDLE,
  LITERAL,
  LITERAL_SIZE,
  type LzmaProperties,
  MATCH_LENGTH,
  MIN_MATCH,
  MOVE_BITS,
  PROBABILITY_BITS,
  REPEAT_LENGTH,
  stateAfterLiteral,
  stateAfterMatch,
  stateAfterRepeat,
  stateAfterShortRepeat,
  TOP,
} from './lzma-model.js';
import type { Output } from './output.js';

const corrupt = (text: string): CodecError => new CodecError(`damaged LZMA stream: ${text}`);

/** A stream whose symbols are appended to an output. */
export class LzmaDecoder {
  /** The next byte of the source that is read. */
  at = 0;
  readonly #output: Output;
  readonly #window: number;
  #source: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** The output's length where the dictionary begins. */
  #dictionary: number;
  #properties: LzmaProperties = { lc: 0, lp: 0, pb: 0 };
  #probabilities: Uint16Array = new Uint16Array(0);
  #range = 0;
  #code = 0;
  #state = 0;
  /** The four latest distances, less one. */
  readonly #distances = new Uint32Array(4);

  /** `window` bytes are the furthest that a match may lie back. */
  constructor(output: Output, window: number) {
    this.#output = output;
    // liblzma keeps at least so many.
    this.#window = Math.max(4096, window);
    this.#dictionary = output.length;
  }

  /** Forgets what was decoded: matches do not reach behind this. */
  resetDictionary(): void {
    this.#dictionary = this.#output.length;
  }

  /** Begins with even probabilities. */
  reset(properties: LzmaProperties): void {
    this.#properties = properties;
    this.#probabilities = evenProbabilities(properties);
    this.#state = 0;
    this.#distances.fill(0);
  }

  /** Begins to read the range from `start` of `source`, not beyond `end`. */
  begin(source: Uint8Array, start: number, end: number): void {
    if (end - start < 5) throw corrupt('it is truncated');
    if (source[start] !== 0) throw corrupt('its first byte is not zero');
    this.#source = source;
    this.#end = end;
    this.#range = 0xffffffff;
    this.#code = new DataView(source.buffer, source.byteOffset + start + 1, 4).getUint32(0);
    this.at = start + 5;
  }

  /** Whether the range is used up, as at the end of a stream. */
  get isFinished(): boolean {
    this.#normalize();
    return this.#code === 0;
  }

  /** Decodes until the output has `stop` bytes, or to an end mark; whether it came to one. */
  run(stop: number): boolean {
    const output = this.#output;
    while (output.length < stop) {
      const place = (output.length - this.#dictionary) & ((1 << this.#properties.pb) - 1);
      const choice = 16 * this.#state + place;
      if (this.#bit(IS_MATCH + choice) === 0) {
        this.#literal();
        continue;
      }
      let length: number;
      if (this.#bit(IS_REPEAT + this.#state) === 0) {
        length = this.#length(MATCH_LENGTH, place);
        this.#newDistance(length);
        this.#state = stateAfterMatch(this.#state);
        if (this.#distances[0] === END_DISTANCE) return true;
      } else if (this.#oldDistance(choice)) {
        length = 1;
        this.#state = stateAfterShortRepeat(this.#state);
      } else {
        length = this.#length(REPEAT_LENGTH, place);
        this.#state = stateAfterRepeat(this.#state);
      }
      this.#copy(length, stop);
    }
    return false;
  }

  #copy(length: number, stop: number): void {
    const output = this.#output;
    const distance = this.#distances[0]! + 1;
    const known = output.length - this.#dictionary;
    if (distance > known || distance > this.#window) throw corrupt(`distance ${distance} with ${known} bytes decoded`);
    if (length > stop - output.length) throw corrupt('a match reaches beyond the end');
    output.reserve(length);
    copyMatch(output.bytes, output.length, distance, length);
    output.length += length;
  }

  #literal(): void {
    const output = this.#output;
    const { lc, lp } = this.#properties;
    const known = output.length - this.#dictionary;
    const before = known === 0 ? 0 : output.bytes[output.length - 1]!;
    const row = ((known & ((1 << lp) - 1)) << lc) + (before >>> (8 - lc));
    const base = LITERAL + LITERAL_SIZE * row;
    let symbol = 1;
    if (this.#state >= FIRST_MATCH_STATE) {
      const distance = this.#distances[0]! + 1;
      if (distance > known) throw corrupt(`distance ${distance} with ${known} bytes decoded`);
      // The byte at the latest distance tells apart until a bit differs from it.
      let match = output.bytes[output.length - distance]!;
      while (symbol < 256) {
        match <<= 1;
        const expected = match & 256;
        const bit = this.#bit(base + 256 + expected + symbol);
        symbol = 2 * symbol + bit;
        if (expected >>> 8 !== bit) break;
      }
    }
    while (symbol < 256) symbol = 2 * symbol + this.#bit(base + symbol);
    if (output.length === output.bytes.length) output.reserve(1);
    output.bytes[output.length++] = symbol & 0xff;
    this.#state = stateAfterLiteral(this.#state);
  }

  /** Reads a length by the probabilities at `base`. */
  #length(base: number, place: number): number {
    if (this.#bit(base) === 0) return MIN_MATCH + this.#tree(base + LENGTH_LOW + 8 * place, 3);
    if (this.#bit(base + 1) === 0) return MIN_MATCH + 8 + this.#tree(base + LENGTH_MIDDLE + 8 * place, 3);
    return MIN_MATCH + 16 + this.#tree(base + LENGTH_HIGH, 8);
  }

  /** Reads the distance of a match, which becomes the latest. */
  #newDistance(length: number): void {
    const distances = this.#distances;
    moveUp(distances, 3);
    const slot = this.#tree(DISTANCE_SLOT + 64 * Math.min(length - MIN_MATCH, 3), 6);
    if (slot < 4) {
      distances[0] = slot;
      return;
    }
    const bitCount = (slot >>> 1) - 1;
    const high = (2 | (slot & 1)) * 2 ** bitCount;
    if (slot < FIRST_DIRECT_SLOT) {
      distances[0] = high + this.#reverseTree(DISTANCE_SPECIAL + high - slot, bitCount);
      return;
    }
    const direct = this.#direct(bitCount - 4) * 16;
    distances[0] = high + direct + this.#reverseTree(DISTANCE_ALIGN, 4);
  }

  /** Reads which of the latest distances is meant, which becomes the latest; whether for one byte only. */
  #oldDistance(choice: number): boolean {
    const distances = this.#distances;
    if (this.#bit(IS_REPEAT_0 + this.#state) === 0) return this.#bit(IS_LONG_REPEAT_0 + choice) === 0;
    let place = 1;
    if (this.#bit(IS_REPEAT_1 + this.#state) === 1) place = 2 + this.#bit(IS_REPEAT_2 + this.#state);
    const distance = distances[place]!;
    moveUp(distances, place);
    distances[0] = distance;
    return false;
  }

  /** A number of `bitCount` bits, the highest first, by a tree of probabilities. */
  #tree(base: number, bitCount: number): number {
    let symbol = 1;
    for (let i = 0; i < bitCount; i++) symbol = 2 * symbol + this.#bit(base + symbol);
    return symbol - (1 << bitCount);
  }

  /** The same, the lowest bit first. */
  #reverseTree(base: number, bitCount: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < bitCount; i++) {
      const bit = this.#bit(base + symbol);
      symbol = 2 * symbol + bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits that are as often one as zero. */
  #direct(bitCount: number): number {
    let value = 0;
    for (let i = 0; i < bitCount; i++) {
      this.#normalize();
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = 2 * value + bit;
    }
    return value;
  }

  #bit(index: number): number {
    this.#normalize();
    const probabilities = this.#probabilities;
    const probability = probabilities[index]!;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + (((1 << PROBABILITY_BITS) - probability) >>> MOVE_BITS);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    probabilities[index] = probability - (probability >>> MOVE_BITS);
    return 1;
  }

  #normalize(): void {
    if (this.#range >= TOP) return;
    if (this.at >= this.#end) throw corrupt('it is truncated');
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#source[this.at++]!) >>> 0;
  }
}

/** Makes place for a new first of `distances`, over the one at `last`; so few are moved faster here. */
function moveUp(distances: Uint32Array, last: number): void {
  for (let i = last; i > 0; i--) distances[i] = distances[i - 1]!;
}
