// Elements of every data type: random ones as tokens (see interop/tokens.mjs), as bytes, and as JavaScript scalars. An
// array of values travels as `{ dtype, shape, bytes }`, packed little-endian elements in base64, or for strings and byte
// strings of any length as `{ dtype, shape, items }`.

import { valueOf } from '../interop/tokens.mjs';

const structs = [
  [
    ['x', '<i4'],
    ['y', '<f8'],
  ],
  [
    ['a', '|u1'],
    ['s', '|S3'],
    ['u', '<U2'],
  ],
  [
    [
      'p',
      [
        ['q', '<i2'],
        ['r', '<f4'],
      ],
    ],
    ['t', '<i8'],
  ],
];

export const numberTypes = [
  ...['bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'],
  ...['float16', 'float32', 'float64', 'complex64', 'complex128'],
];
export const bigEndianTypes = ['>i2', '>u4', '>f4', '>f8', '>c8', '>U2', '>i8'];
export const timeTypes = ['<M8[ns]', '<m8[s]', '<M8[10us]', '<m8[D]'];
export const textTypes = ['<U3', '|S4', '|V3'];
export const variableTypes = ['string', 'variable_length_bytes'];
export { structs as structTypes };

export const isVariable = (dtype) => dtype === 'string' || dtype === 'variable_length_bytes';

const NUMPY = { b: 'bool', i: 'int', u: 'uint', f: 'float', c: 'complex' };

/** What a data type is made of: `{ kind, size }`, for structs with `fields`. */
export function layoutOf(dtype) {
  if (Array.isArray(dtype)) {
    const fields = dtype.map(([name, type]) => ({ name, type, ...layoutOf(type) }));
    return { kind: 'struct', size: fields.reduce((sum, { size }) => sum + size, 0), fields };
  }
  if (isVariable(dtype)) return { kind: dtype };
  const [, letter, digits] = /^[<>|]([biufcUSVMm])(\d+)/.exec(dtype) ?? [];
  if (letter === 'U') return { kind: 'U', size: 4 * digits };
  if (letter === 'S' || letter === 'V') return { kind: letter, size: Number(digits) };
  if (letter === 'M' || letter === 'm') return { kind: 'int', size: 8, isTime: true };
  if (letter !== undefined) return { kind: NUMPY[letter], size: Number(digits) };
  if (dtype === 'bool') return { kind: 'bool', size: 1 };
  const [, kind, bits] = /^([a-z]+)(\d+)$/.exec(dtype);
  return { kind, size: bits / 8 };
}

/** The NumPy spelling with little-endian elements, by which values travel. */
export function nativeOf(dtype) {
  return Array.isArray(dtype) ? dtype.map(([name, type]) => [name, nativeOf(type)]) : dtype.replace('>', '<');
}

const words = ['', 'a', 'é', '日本', '😀!', 'ab', 'z\0q', 'line\n', 'xyz'];
const floats = {
  2: ['65504.0', '6e-08'],
  4: ['3.4028234663852886e+38', '1e-45'],
  8: ['1.7976931348623157e+308', '5e-324'],
};
const commonFloats = ['0.0', '-0.0', '1.0', '1.5', '-2.25', '100.0', 'nan', 'inf', '-inf'];

/** A token of a random element; ordinary ones and the ends of the range. */
export function randomToken(random, dtype) {
  const { kind, size, fields } = layoutOf(dtype);
  switch (kind) {
    case 'bool':
      return random.chance(0.5);
    case 'int':
    case 'uint':
      // Multiples of a unit must not overflow.
      return { int: String(randomInteger(random, BigInt(8 * size) - (/\[\d/.test(dtype) ? 6n : 0n), kind === 'int')) };
    case 'float':
      return { float: randomFloat(random, size) };
    case 'complex':
      return { complex: [randomFloat(random, size / 2), randomFloat(random, size / 2)] };
    case 'U':
      return fitting(random.pick(words), size / 4);
    case 'S':
      return {
        bytes: Buffer.from(random.bytes(random.integer(0, size)))
          .toString('hex')
          .replace(/(00)+$/, ''),
      };
    case 'V':
      return { bytes: Buffer.from(random.bytes(size)).toString('hex') };
    case 'string':
      return random.pick(words);
    case 'variable_length_bytes':
      // As fill value they must not end in zero, which a program of its own has.
      return {
        bytes: Buffer.from(random.bytes(random.integer(0, 5)))
          .toString('hex')
          .replace(/(00)+$/, ''),
      };
    default:
      return { object: fields.map(({ name, type }) => [name, randomToken(random, type)]) };
  }
}

function randomInteger(random, bits, isSigned) {
  const least = isSigned ? -(2n ** (bits - 1n)) : 0n;
  const most = 2n ** (isSigned ? bits - 1n : bits) - 1n;
  const small = BigInt(random.integer(isSigned ? -9 : 0, 9));
  return random.weighted([
    [6, small],
    [1, least],
    [1, most],
    [2, least + ((most - least) * BigInt(random.integer(0, 2 ** 30))) / 2n ** 30n],
  ]);
}

const randomFloat = (random, size) =>
  random.chance(0.85)
    ? random.pick(random.chance(0.5) ? commonFloats : ['0.0', '2.0', '3.5', '-7.0'])
    : random.pick(floats[size].slice(0, 1));

const fitting = (text, length) => [...text].slice(0, length).join('').replace(/\0+$/, '');

/** The scalar that a token stands for; integers are numbers where those are exact and the type has them. */
export function scalarFor(token, dtype) {
  if (token?.object !== undefined) {
    return Object.fromEntries(token.object.map(([name, member]) => [name, scalarFor(member)]));
  }
  if (token?.int === undefined) return valueOf(token, String(dtype));
  const value = valueOf(token, String(dtype));
  return Number.isSafeInteger(Number(token.int)) ? value : BigInt(token.int);
}

/** The little-endian bytes of an element of a fixed size. */
export function bytesOf(token, dtype) {
  const { kind, size, fields } = layoutOf(dtype);
  const bytes = Buffer.alloc(size);
  if (kind === 'struct') {
    return Buffer.concat(
      fields.map(({ name, type }) => bytesOf(token.object.find(([field]) => field === name)[1], type)),
    );
  }
  if (kind === 'bool') bytes[0] = token ? 1 : 0;
  else if (kind === 'int' || kind === 'uint') bytes.set(integerBytes(BigInt(token.int), size));
  else if (kind === 'float') bytes.set(floatBytes(token.float, size));
  else if (kind === 'complex')
    for (const i of [0, 1]) bytes.set(floatBytes(token.complex[i], size / 2), (i * size) / 2);
  else if (kind === 'U')
    for (const [i, letter] of [...token].entries()) bytes.writeUInt32LE(letter.codePointAt(0), 4 * i);
  else bytes.set(Buffer.from(token.bytes, 'hex'));
  return bytes;
}

function integerBytes(value, size) {
  const whole = Buffer.alloc(8);
  whole.writeBigInt64LE(BigInt.asIntN(64, value));
  return whole.subarray(0, size);
}

function floatBytes(text, size) {
  const value = valueOf({ float: text });
  const bytes = Buffer.alloc(size);
  if (size === 8) bytes.writeDoubleLE(value);
  else if (size === 4) bytes.writeFloatLE(value);
  else bytes.writeUInt16LE(halfBits(value));
  return bytes;
}

/** Bits of a float16; only for values that it holds exactly, subnormal ones left out. */
function halfBits(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size === 0) return sign;
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}

/** Values of `shape`, each made by `token`. */
export function valuesOf(dtype, shape, token) {
  const count = shape.reduce((product, length) => product * length, 1);
  const native = nativeOf(dtype);
  const tokens = Array.from({ length: count }, (_, index) => token(index));
  if (isVariable(dtype)) return { dtype, shape, items: tokens.map((one) => one.bytes ?? one) };
  return { dtype: native, shape, bytes: Buffer.concat(tokens.map((one) => bytesOf(one, native))).toString('base64') };
}

const typedArrays = {
  bool: Uint8Array,
  int: { 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array },
  uint: { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array },
  float: { 4: Float32Array, 8: Float64Array },
};

/** Values as what a JavaScript user hands over: a typed array where there is one for the type, else a list of scalars. */
export function elementsOf({ dtype, bytes, items }) {
  if (items !== undefined)
    return dtype === 'string' ? items : items.map((hex) => new Uint8Array(Buffer.from(hex, 'hex')));
  const { kind, size } = layoutOf(dtype);
  const packed = Buffer.from(bytes, 'base64');
  const Typed = kind === 'bool' ? Uint8Array : typedArrays[kind]?.[size];
  if (Typed !== undefined) return new Typed(new Uint8Array(packed).buffer);
  return Array.from({ length: packed.length / size }, (_, i) =>
    scalarOf(packed.subarray(i * size, (i + 1) * size), dtype),
  );
}

/** The JavaScript scalar that packed bytes are. */
function scalarOf(bytes, dtype) {
  const { kind, size, fields, isTime } = layoutOf(dtype);
  if (kind === 'struct') {
    let at = 0;
    return Object.fromEntries(
      fields.map(({ name, type, size }) => [name, scalarOf(bytes.subarray(at, (at += size)), type)]),
    );
  }
  if (kind === 'bool') return bytes[0] === 1;
  if (kind === 'float') return floatOf(bytes);
  if (kind === 'complex') return { re: floatOf(bytes.subarray(0, size / 2)), im: floatOf(bytes.subarray(size / 2)) };
  if (kind === 'V') return new Uint8Array(bytes);
  if (kind === 'S') return new Uint8Array(bytes.subarray(0, lengthWithoutZeros(bytes)));
  if (kind === 'U') {
    const points = Array.from({ length: size / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
    return String.fromCodePoint(...points).replace(/\0+$/, '');
  }
  const whole = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  const value = kind === 'int' ? BigInt.asIntN(8 * size, whole) : whole;
  return size === 8 || isTime ? value : Number(value);
}

function floatOf(bytes) {
  if (bytes.length === 8) return bytes.readDoubleLE();
  if (bytes.length === 4) return bytes.readFloatLE();
  const bits = bytes.readUInt16LE();
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function lengthWithoutZeros(bytes) {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length -= 1;
  return length;
}

/** What reading gave, as it is compared: shape and bytes, or strings and hexadecimal byte strings. */
export function contentOf(array) {
  const shape = [...array.shape];
  if (array.dtype.itemSize !== undefined) {
    // The contract says that the buffer of what was read holds these elements and nothing else.
    return { shape, bytes: Buffer.from(array.data.buffer).toString('base64') };
  }
  return {
    shape,
    items: [...array].map((item) => (typeof item === 'string' ? item : Buffer.from(item).toString('hex'))),
  };
}
