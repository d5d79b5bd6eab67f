// The values that both sides write, from one integer formula, and the digest by which they compare what they read.
// values.py computes the same.

import { createHash } from 'node:crypto';

const words = ['', 'a', 'é', '日本', '😀!', 'line\nbreak', 'nul\0inside', '0123456789abcdef'];

const typedArrays = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/**
 * The elements of a whole array in C order: a typed array where the type has one, else a list of scalars. `kind` is `any`,
 * or `tame`: finite numbers, and small ones where they are integers or times.
 */
export function flatValues(shape, dtype, kind = 'any') {
  const count = shape.reduce((product, length) => product * length, 1);
  const elementOf = kind === 'tame' ? tameElement : element;
  const elements = Array.from({ length: count }, (_, index) => elementOf(index, dtype));
  return dtype in typedArrays ? typedArrays[dtype].from(elements) : elements;
}

/** SHA-256 of the elements in C order: little-endian, or for strings and bytes u32 length and content. */
export function digest(array) {
  const hash = createHash('sha256');
  if (array.dtype.itemSize === undefined) {
    for (const item of array) {
      const bytes = Buffer.from(item);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      hash.update(length).update(bytes);
    }
  } else {
    // The contract says that the buffer of what was read holds these elements and nothing else.
    hash.update(new Uint8Array(array.data.buffer));
  }
  return hash.digest('hex');
}

function element(index, dtype) {
  if (dtype === 'bool') return (mix(index) >>> 13) & 1;
  if (dtype === 'string') return words[(mix(index) >>> 20) % words.length];
  if (dtype === 'variable_length_bytes') {
    return Uint8Array.from({ length: (mix(index) >>> 20) % 6 }, (_, place) => mix(index) >>> (4 * place));
  }
  if (dtype === '<U5') return words[(mix(index) >>> 20) % 6].slice(0, 5);
  if (dtype === '|S5') return Uint8Array.from({ length: (mix(index) >>> 20) % 6 }, () => 97 + (index % 3));
  if (dtype === '|V4') return Uint8Array.from({ length: 4 }, (_, place) => mix(index) >>> (8 * place));
  if (dtype.startsWith('<')) return integer(index, 'int64');
  if (dtype === 'struct') return structOf(index);
  if (dtype.startsWith('float')) return floating(index);
  if (dtype.startsWith('complex')) return { re: floating(2 * index), im: floating(2 * index + 1) };
  return integer(index, dtype);
}

function tameElement(index, dtype) {
  if (dtype.startsWith('float')) return tameFloat(index);
  if (dtype.startsWith('complex')) return { re: tameFloat(2 * index), im: tameFloat(2 * index + 1) };
  if (!/^(u?int|<[mM])/.test(dtype)) return element(index, dtype);
  const value = (mix(index) >>> 20) % 100;
  return /64$|^</.test(dtype) ? BigInt(value) : value;
}

const tameFloat = (index) => ((mix(index) >>> 20) - 2048) / 16;

function structOf(index) {
  return {
    a: integer(index, 'int32'),
    b: floating(index),
    s: element(index, '|S5').slice(0, 3),
    u: [...element(index, '<U5')].slice(0, 2).join(''),
    p: { x: integer(index + 1, 'int16') },
  };
}

function mix(index) {
  return (Math.imul(index, 2654435761) + 40503) >>> 0;
}

function floating(index) {
  const special = { 3: Number.NaN, 5: Number.POSITIVE_INFINITY, 7: Number.NEGATIVE_INFINITY, 9: -0 };
  return special[index % 13] ?? ((mix(index) >>> 20) - 2048) / 16;
}

function integer(index, dtype) {
  const bits = Number(dtype.replace(/^u?int/, ''));
  let value = ((BigInt(mix(index)) << 32n) | BigInt(mix(index + 1))) >> BigInt(64 - bits);
  if (index % 11 === 3) value = 0n;
  if (index % 11 === 5) value = 2n ** BigInt(bits) - 1n;
  if (!dtype.startsWith('u')) value -= 2n ** BigInt(bits - 1);
  return bits === 64 ? value : Number(value);
}
