/** Blocks of floats: integers that share an exponent, or where that loses what must not be lost, the bits themselves. */
import type { BitReader, BitWriter } from '../bit-stream.js';
import { IntegerBlock } from './blocks.js';
import { exponentBits, isReversible, type ZfpParameters } from './parameters.js';

/** What one width of floats has of its own. */
interface FloatForm {
  readonly type: 'float32' | 'float64';
  /** What is added to an exponent to store it. */
  readonly bias: number;
  /** The exponent of 1 as an integer: the largest values use all bits but two. */
  readonly unit: number;
}

const FORMS: Readonly<Record<'float32' | 'float64', FloatForm>> = Object.freeze({
  float32: Object.freeze({ type: 'float32', bias: 127, unit: 30 }),
  float64: Object.freeze({ type: 'float64', bias: 1023, unit: 62 }),
});

/** The exponents whose powers of two may be asked for, beyond which all are 0 or infinite. */
const LARGEST_POWER = 1100;

export class FloatBlock {
  /** The bits of the values: pairs of words, low and high, where a value has 64. */
  readonly bits: Uint32Array;
  readonly #floats: Float32Array | Float64Array;
  readonly #integers: IntegerBlock;
  readonly #form: FloatForm;
  readonly #parameters: ZfpParameters;
  readonly #rank: number;
  readonly #powers = powersOfTwo();
  /** What the integers stand for, to find out whether it is what was there. */
  readonly #restored: { readonly floats: Float32Array | Float64Array; readonly bits: Uint32Array };

  constructor(type: 'float32' | 'float64', rank: number, parameters: ZfpParameters) {
    const make = () => (type === 'float32' ? new Float32Array(4 ** rank) : new Float64Array(4 ** rank));
    this.#floats = make();
    this.bits = new Uint32Array(this.#floats.buffer);
    const restored = make();
    this.#restored = { floats: restored, bits: new Uint32Array(restored.buffer) };
    this.#integers = new IntegerBlock(type, rank, parameters);
    this.#form = FORMS[type];
    this.#parameters = parameters;
    this.#rank = rank;
  }

  encode(writer: BitWriter): void {
    if (isReversible(this.#parameters)) this.#encodeExactly(writer);
    else this.#encodeRounded(writer);
  }

  decode(reader: BitReader): void {
    if (isReversible(this.#parameters)) this.#decodeExactly(reader);
    else this.#decodeRounded(reader);
  }

  #encodeRounded(writer: BitWriter): void {
    const { type, bias } = this.#form;
    const exponent = this.#largestExponent();
    const precision = this.#precisionAt(exponent);
    if (precision === 0 || exponent === -bias) {
      this.#writeZeroBlock(writer);
      return;
    }
    const head = 1 + exponentBits(type);
    writer.write(2 * (exponent + bias) + 1, head);
    this.#toIntegers(exponent);
    this.#integers.encode(writer, head, precision);
  }

  #decodeRounded(reader: BitReader): void {
    const { type, bias } = this.#form;
    if (reader.read(1) === 0) {
      this.#readZeroBlock(reader);
      return;
    }
    const exponent = reader.read(exponentBits(type)) - bias;
    this.#integers.decode(reader, 1 + exponentBits(type), this.#precisionAt(exponent));
    this.#fromIntegers(exponent, this.#floats);
  }

  #encodeExactly(writer: BitWriter): void {
    const { type, bias } = this.#form;
    const { maxprec } = this.#parameters;
    const exponent = this.#largestExponent();
    if (exponent === -bias) this.#integers.values.fill(0);
    else this.#toIntegers(exponent);
    if (!this.#isKept(exponent)) {
      writer.write(3, 2);
      reinterpretFloats(this.bits, this.#integers.values, this.#floats.length);
      this.#integers.encode(writer, 2, maxprec);
    } else if (exponent === -bias) {
      this.#writeZeroBlock(writer);
    } else {
      writer.write(1, 2);
      writer.write(exponent + bias, exponentBits(type));
      this.#integers.encode(writer, 2 + exponentBits(type), maxprec);
    }
  }

  #decodeExactly(reader: BitReader): void {
    const { type, bias } = this.#form;
    const { maxprec } = this.#parameters;
    if (reader.read(1) === 0) {
      this.#readZeroBlock(reader);
    } else if (reader.read(1) === 1) {
      this.#integers.decode(reader, 2, maxprec);
      reinterpretIntegers(this.#integers.values, this.bits, this.#floats.length);
    } else {
      const exponent = reader.read(exponentBits(type)) - bias;
      this.#integers.decode(reader, 2 + exponentBits(type), maxprec);
      if (exponent === -bias) this.bits.fill(0);
      else this.#fromIntegers(exponent, this.#floats);
    }
  }

  #writeZeroBlock(writer: BitWriter): void {
    writer.writeZeros(Math.max(1, this.#parameters.minbits));
  }

  #readZeroBlock(reader: BitReader): void {
    this.bits.fill(0);
    reader.skip(Math.max(1, this.#parameters.minbits) - 1);
  }

  /** How many planes are worth coding: those down to the lowest exponent, and some for what the transform adds. */
  #precisionAt(exponent: number): number {
    const { maxprec, minexp } = this.#parameters;
    return Math.min(maxprec, Math.max(0, exponent - minexp + 2 * this.#rank + 2));
  }

  /** The exponent of the largest magnitude, which lies below 2 to the power of it; `-bias` if all are 0. */
  #largestExponent(): number {
    const { bias } = this.#form;
    let largest = 0;
    for (let i = 0; i < this.#floats.length; i++) {
      const magnitude = Math.abs(this.#floats[i]!);
      if (largest < magnitude) largest = magnitude;
    }
    if (largest === 0) return -bias;
    // What the C library says of infinity.
    if (largest === Number.POSITIVE_INFINITY) return 0;
    let low = 1 - bias;
    let high = bias + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#power(middle) > largest) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The values as integers. What no integer is, which only infinities, NaN and denormal numbers become, is the least one. */
  #toIntegers(exponent: number): void {
    const { type, unit } = this.#form;
    if (type === 'float32')
      toIntegers32(this.#floats, Math.fround(this.#power(unit - exponent)), this.#integers.values);
    else toIntegers64(this.#floats, this.#power(unit - exponent), this.#integers.values);
  }

  #fromIntegers(exponent: number, target: Float32Array | Float64Array): void {
    const { type, unit } = this.#form;
    const scale = this.#power(exponent - unit);
    if (type === 'float32') fromIntegers32(this.#integers.values, Math.fround(scale), target);
    else fromIntegers64(this.#integers.values, scale, target);
  }

  /** Whether the integers stand for exactly the values. */
  #isKept(exponent: number): boolean {
    const { floats, bits } = this.#restored;
    if (exponent === -this.#form.bias) floats.fill(0);
    else this.#fromIntegers(exponent, floats);
    for (let i = 0; i < bits.length; i++) if (bits[i] !== this.bits[i]) return false;
    return true;
  }

  #power(exponent: number): number {
    return this.#powers[LARGEST_POWER + exponent]!;
  }
}

/** Powers of two by doubling and halving, which is exact in every engine. */
function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2 * LARGEST_POWER + 1);
  powers[LARGEST_POWER] = 1;
  for (let exponent = 1; exponent <= LARGEST_POWER; exponent++) {
    powers[LARGEST_POWER + exponent] = powers[LARGEST_POWER + exponent - 1]! * 2;
    powers[LARGEST_POWER - exponent] = powers[LARGEST_POWER - exponent + 1]! / 2;
  }
  return powers;
}

const LEAST_32 = -(2 ** 31);
const LEAST_64 = -(2 ** 63);

function toIntegers32(floats: Float32Array | Float64Array, scale: number, integers: Int32Array): void {
  for (let i = 0; i < floats.length; i++) {
    const scaled = scale * floats[i]!;
    integers[i] = scaled > LEAST_32 && scaled < -LEAST_32 ? scaled : LEAST_32;
  }
}

function toIntegers64(floats: Float32Array | Float64Array, scale: number, integers: Int32Array): void {
  const count = floats.length;
  for (let i = 0; i < count; i++) {
    const scaled = scale * floats[i]!;
    const whole = scaled > LEAST_64 && scaled < -LEAST_64 ? Math.trunc(scaled) : LEAST_64;
    const high = Math.floor(whole / 0x100000000);
    integers[i] = whole - high * 0x100000000;
    integers[count + i] = high;
  }
}

function fromIntegers32(integers: Int32Array, scale: number, floats: Float32Array | Float64Array): void {
  for (let i = 0; i < floats.length; i++) floats[i] = scale * Math.fround(integers[i]!);
}

function fromIntegers64(integers: Int32Array, scale: number, floats: Float32Array | Float64Array): void {
  const count = floats.length;
  for (let i = 0; i < count; i++) {
    floats[i] = scale * (integers[count + i]! * 0x100000000 + (integers[i]! >>> 0));
  }
}

/**
 * Bits of floats, which are a sign and a magnitude, as integers of the same order, and back, which is the same: the
 * magnitude of what is negative is inverted.
 */
function reinterpretFloats(bits: Uint32Array, integers: Int32Array, count: number): void {
  if (bits.length === count) {
    for (let i = 0; i < count; i++) integers[i] = bits[i]! ^ ((bits[i]! >> 31) & 0x7fffffff);
    return;
  }
  for (let i = 0; i < count; i++) {
    const high = bits[2 * i + 1]!;
    integers[i] = bits[2 * i]! ^ (high >> 31);
    integers[count + i] = high ^ ((high >> 31) & 0x7fffffff);
  }
}

function reinterpretIntegers(integers: Int32Array, bits: Uint32Array, count: number): void {
  if (bits.length === count) {
    for (let i = 0; i < count; i++) bits[i] = integers[i]! ^ ((integers[i]! >> 31) & 0x7fffffff);
    return;
  }
  for (let i = 0; i < count; i++) {
    const high = integers[count + i]!;
    bits[2 * i] = integers[i]! ^ (high >> 31);
    bits[2 * i + 1] = high ^ ((high >> 31) & 0x7fffffff);
  }
}
