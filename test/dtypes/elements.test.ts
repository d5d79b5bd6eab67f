import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ComplexElements } from '../../src/dtypes/complex.js';
import { type DType, scalarStorage } from '../../src/dtypes/dtype.js';
import { numberToHalf } from '../../src/dtypes/float-format.js';
import { Float16Elements } from '../../src/dtypes/float16.js';
import { parseDtype } from '../../src/dtypes/registry.js';
import { ArgumentError, BoundsCheckError, CastError, CodecError } from '../../src/errors.js';

/** A value stored exactly and taken out again. */
const kept = (name: string, value: unknown): unknown => {
  const dtype: DType = parseDtype(name);
  return dtype.get(scalarStorage(dtype, value), 0);
};

/** A value cast as NumPy's `astype` does. */
const cast = (name: string, value: unknown): unknown => {
  const dtype: DType = parseDtype(name);
  return dtype.get(scalarStorage(dtype, value, 'unsafe'), 0);
};

const printed = (name: string, value: unknown): string => {
  const dtype: DType = parseDtype(name);
  return dtype.format(scalarStorage(dtype, value), 0);
};

describe('exact casting', () => {
  test.each([
    ['bool', 1, true],
    ['bool', 0n, false],
    ['int8', -128, -128],
    ['uint8', 255n, 255],
    ['int32', 2.0, 2],
    ['int32', true, 1],
    ['int16', { re: -5, im: 0 }, -5],
    ['uint32', 4294967295, 4294967295],
    ['int64', -5, -5n],
    ['int64', -(2n ** 63n), -(2n ** 63n)],
    ['uint64', 2n ** 64n - 1n, 2n ** 64n - 1n],
    ['uint64', 2 ** 60, 2n ** 60n],
    ['float32', 0.1, Math.fround(0.1)],
    ['float32', Number.NaN, Number.NaN],
    ['float32', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ['float16', 0.1, 0.0999755859375],
    ['float16', -0, -0],
    ['float64', 2n ** 53n, 2 ** 53],
    ['float64', false, 0],
    ['complex64', 0.1, { re: Math.fround(0.1), im: 0 }],
    ['complex128', { re: 1, im: -0 }, { re: 1, im: -0 }],
    ['complex128', 3n, { re: 3, im: 0 }],
    ['string', 'é😀', 'é😀'],
    ['bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  ])('%s keeps %o', (name, value, expected) => {
    expect(kept(name, value)).toEqual(expected);
  });

  test.each([
    ['bool', [2, -1, 0.5, Number.NaN, 'true', null, undefined, {}]],
    ['uint8', [300, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 256n, '1', null, undefined, [], { re: 1, im: 1 }]],
    ['int8', [128, -129]],
    ['int64', [2n ** 63n, 2 ** 63, 0.5, Number.NaN, '1']],
    ['uint64', [-1, -1n, 2n ** 64n]],
    ['float64', [2n ** 53n + 1n, '1', null, undefined, 2n ** 2000n]],
    ['float32', [2n ** 24n + 1n, 1e300]],
    ['float16', [65520, 2049n]],
    ['complex64', ['1', null, { re: 1e300, im: 0 }, { re: 1 }]],
    ['string', [1, true, null, undefined, '\ud800', ['a']]],
    ['bytes', ['a', [1], Int32Array.of(1), null]],
  ])('%s refuses what it cannot keep', (name, values) => {
    for (const value of values) expect(() => kept(name, value), String(value)).toThrow(CastError);
  });

  test('the error says what was found and what was expected', () => {
    expect(() => kept('uint8', 300)).toThrow('cannot store 300 as uint8: expected an integer from 0 to 255');
  });
});

describe('unsafe casting', () => {
  test.each([
    ['bool', 0.5, true],
    ['bool', Number.NaN, true],
    ['uint8', -1.5, 255],
    ['uint8', 300.7, 44],
    ['int16', 70000, 4464],
    ['int32', 2n ** 40n + 5n, 5],
    ['int64', -1.9, -1n],
    ['int64', Number.NaN, 0n],
    ['uint64', -1.5, 2n ** 64n - 1n],
    ['int64', 2n ** 63n, -(2n ** 63n)],
    ['float32', 1e300, Number.POSITIVE_INFINITY],
    ['float64', 2n ** 53n + 1n, 2 ** 53],
    ['float64', { re: 1.5, im: 2 }, 1.5],
    ['string', 12, '12'],
    ['string', 1.5, '1.5'],
    ['string', true, 'True'],
  ])('%s makes %o %o', (name, value, expected) => {
    expect(cast(name, value)).toEqual(expected);
  });

  test('strings are no numbers all the same', () => {
    expect(() => cast('float64', '1.5')).toThrow(CastError);
    expect(() => cast('bool', 'true')).toThrow(CastError);
  });
});

// What NumPy 2.5 prints.
test.each([
  ['bool', true, 'True'],
  ['int8', -3, '-3'],
  ['uint64', 2n ** 64n - 1n, '18446744073709551615'],
  ['float64', 0.1, '0.1'],
  ['float64', 1, '1.0'],
  ['float64', -0, '-0.0'],
  ['float64', 1e-5, '1e-05'],
  ['float64', 1e16, '1e+16'],
  ['float64', Number.NaN, 'nan'],
  ['float64', Number.NEGATIVE_INFINITY, '-inf'],
  ['float32', 0.1, '0.1'],
  ['float32', 16777216, '1.6777216e+07'],
  ['float32', 1e-4, '1e-04'],
  ['float32', 3.4e38, '3.4e+38'],
  ['float32', 2 ** -96, '1.2621775e-29'],
  ['float16', 0.1, '0.1'],
  ['float16', 65504, '6.55e+04'],
  ['float16', 2 ** -6, '0.01563'],
  ['float16', 0.0078125, '0.007812'],
  ['complex128', { re: 1, im: 2 }, '(1+2j)'],
  ['complex128', { re: 0, im: -2 }, '-2j'],
  ['complex128', { re: -0, im: 2 }, '(-0+2j)'],
  ['complex128', { re: Number.NaN, im: Number.POSITIVE_INFINITY }, '(nan+infj)'],
  ['complex64', { re: 1e15, im: 123456.789 }, '(1e+15+123456.79j)'],
  ['string', "it's", '"it\'s"'],
  ['string', '\'"', "'\\'\"'"],
  ['string', '\n\t\x00\x7f\x80\xa0é\u200b\ue000😀\u2028\\', "'\\n\\t\\x00\\x7f\\x80\\xa0é\\u200b\\ue000😀\\u2028\\\\'"],
  ['bytes', Uint8Array.of(0, 9, 39, 97, 92, 127, 255), 'b"\\x00\\t\'a\\\\\\x7f\\xff"'],
])('%s prints %o', (name, value, expected) => {
  expect(printed(name, value)).toBe(expected);
});

// `info` of zarr-python 3.4.2.
test.each([
  ['float32', 0.1, '0.10000000149011612'],
  ['float16', 2000, '2000.0'],
  ['float32', 1e6, '1000000.0'],
  ['complex64', { re: 1e6, im: 1e16 }, '(1000000+1.0000000272564224e+16j)'],
  ['complex64', 0, '0j'],
  ['bool', false, 'False'],
  ['string', 'ab', 'ab'],
  ['bytes', Uint8Array.of(97), "b'a'"],
])('%s is shown by info as %o is', (name, value, expected) => {
  const dtype: DType = parseDtype(name);
  expect(dtype.pythonScalar(scalarStorage(dtype, value))).toBe(expected);
});

describe('data and storage', () => {
  test.each([
    'int8',
    'int16',
    'int32',
    'int64',
    'uint8',
    'uint16',
    'uint32',
    'uint64',
    'float16',
    'float32',
    'float64',
    'complex64',
    'complex128',
  ])('%s shares memory between both', (name) => {
    const dtype: DType = parseDtype(name);
    const storage = dtype.allocate(3);
    const data = dtype.wrap(storage);
    expect(data).toHaveLength(3);
    dtype.set(storage, 1, 1, 'exact');
    expect([...data].map(String)[1]).toBe(name.startsWith('complex') ? '[object Object]' : '1');
    const back = dtype.unwrap(data);
    expect(back).toEqual(storage);
    dtype.set(back!, 2, 5, 'exact');
    expect(dtype.get(storage, 2)).toEqual(dtype.get(back!, 2));
    expect(dtype.unwrap([1, 2, 3])).toBeUndefined();
    expect(dtype.unwrap(new DataView(new ArrayBuffer(8)))).toBeUndefined();
  });

  test('a view of a larger buffer stays in its bounds', () => {
    const data = new Float32Array(4).subarray(1, 3);
    const dtype = parseDtype('float32');
    const storage = dtype.unwrap(data)!;
    expect(storage).toHaveLength(2);
    dtype.set(storage, 0, 7, 'exact');
    expect([...new Float32Array(data.buffer)]).toEqual([0, 7, 0, 0]);
  });

  test('strings and bytes are lists', () => {
    const strings = parseDtype('string');
    expect(strings.allocate(2)).toEqual(['', '']);
    expect(strings.unwrap(['a', 'b'])).toEqual(['a', 'b']);
    expect(strings.unwrap(['a', 1])).toBeUndefined();
    expect(strings.unwrap(['\udc00'])).toBeUndefined();
    const bytes = parseDtype('bytes');
    expect(bytes.allocate(1)).toEqual([new Uint8Array(0)]);
    expect(bytes.unwrap([Uint8Array.of(1)])).toEqual([Uint8Array.of(1)]);
    expect(bytes.unwrap([[1]])).toBeUndefined();
    expect(() => strings.view(new Uint8Array(1))).toThrow(CodecError);
  });

  test('bytes are kept as a copy, also of a Buffer', () => {
    const value = Buffer.from([1, 2]);
    const storage = scalarStorage(parseDtype('bytes'), value);
    value[0] = 9;
    expect(storage).toEqual([Uint8Array.of(1, 2)]);
  });

  test('bytes of whole elements become storage, aligned or not; others are refused', () => {
    const buffer = Uint8Array.of(0, 1, 0, 0, 0, 2, 0, 0, 0);
    expect(parseDtype('uint32').view(buffer.subarray(1))).toEqual(Uint32Array.of(1, 2));
    expect(parseDtype('uint32').view(Buffer.from(buffer.buffer, 1, 8))).toEqual(Uint32Array.of(1, 2));
    expect(() => parseDtype('uint32').view(buffer)).toThrow(CodecError);
    expect(() => parseDtype('complex64').view(buffer.subarray(0, 4))).toThrow(CodecError);
  });

  test('every byte but 0 is true, and the bytes given stay as they are', () => {
    const dtype = parseDtype('bool');
    const bytes = Uint8Array.of(9, 0, 1, 2, 0, 255, 1, 0, 0, 1);
    expect(dtype.view(bytes.subarray(1))).toEqual(Uint8Array.of(0, 1, 1, 0, 1, 1, 0, 0, 1));
    expect(bytes[3]).toBe(2);
    const bits = Uint8Array.of(0, 1, 1, 0, 1, 0, 1);
    expect((dtype.view(bits) as Uint8Array).buffer).toBe(bits.buffer);
    for (let at = 0; at < 12; at++) {
      for (let offset = 0; offset < 4; offset++) {
        const wide = new Uint8Array(16).subarray(offset, offset + 12);
        wide[at] = 4;
        expect(dtype.unwrap(wide)).toBeUndefined();
      }
    }
  });

  test('payloads of NaN survive from data to storage and back', () => {
    const data = new Float32Array(Uint32Array.of(0x7fc00123).buffer);
    const dtype = parseDtype('float32');
    const storage = dtype.unwrap(data)!;
    expect(storage[0]).toBe(0x7fc00123);
    expect(new Uint32Array((dtype.wrap(storage) as Float32Array).buffer)[0]).toBe(0x7fc00123);
  });
});

describe('16-bit floats', () => {
  test.each([
    [0, 0],
    [-0, 0x8000],
    [1, 0x3c00],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-1e300, 0xfc00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [2 ** -25 * (1 + 2 ** -52), 1],
    [2 ** -14, 0x0400],
    [2 ** -14 - 2 ** -25, 0x0400],
    [1 + 2 ** -11, 0x3c00],
    [1 + 2 ** -11 + 2 ** -40, 0x3c01], // By way of float32 it would be a tie.
    [Number.NaN, 0x7e00],
  ])('%d is rounded once, ties to even', (value, bits) => {
    expect(numberToHalf(value)).toBe(bits);
  });

  test('every one of them is kept', () => {
    const storage = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
    const elements = new Float16Elements(storage);
    let differing = 0;
    for (let i = 0; i < storage.length; i++) {
      const value = elements.at(i)!;
      if (!Number.isNaN(value) && numberToHalf(value) !== i) differing++;
    }
    expect(differing).toBe(0);
  });

  test('the element class is an array over its bits', () => {
    const elements = new Float16Elements(new Uint16Array(4));
    elements.set(1, 1.5);
    expect([...elements]).toEqual([0, 1.5, 0, 0]);
    expect(elements.subarray(1, 2).at(-1)).toBe(1.5);
    expect(elements.subarray(1).buffer).toBe(elements.buffer);
    expect([elements.at(4), elements.at(-5)]).toEqual([undefined, undefined]);
    expect(() => elements.set(4, 1)).toThrow(BoundsCheckError);
    expect(() => elements.set(-1, 1)).toThrow(BoundsCheckError);
    expect(JSON.stringify(elements)).toBe('[0,1.5,0,0]');
  });

  afterEach(() => void vi.unstubAllGlobals());

  test('where the platform has a Float16Array, data is one', () => {
    class Native extends Uint16Array {
      override get [Symbol.toStringTag](): 'Uint16Array' {
        return 'Float16Array' as 'Uint16Array'; // As the platform's class is called.
      }
    }
    vi.stubGlobal('Float16Array', Native);
    const dtype = parseDtype('float16');
    const storage = scalarStorage(dtype, 1);
    expect(dtype.wrap(storage)).toBeInstanceOf(Native);
  });
});

describe('complex numbers', () => {
  test('the element class is an array over interleaved floats', () => {
    const elements = new ComplexElements(Float32Array.of(1, 2, 3, 4));
    expect([...elements]).toEqual([
      { re: 1, im: 2 },
      { re: 3, im: 4 },
    ]);
    expect(elements.real).toEqual(Float32Array.of(1, 3));
    expect(elements.imag).toEqual(Float32Array.of(2, 4));
    elements.subarray(1).set(0, { re: 5, im: 6 });
    expect(elements.at(-1)).toEqual({ re: 5, im: 6 });
    elements.set(0, 7);
    expect([...elements.floats]).toEqual([7, 0, 5, 6]);
    expect([...elements.subarray(-1)]).toEqual([{ re: 5, im: 6 }]);
    expect([elements.at(2), elements.at(-3)]).toEqual([undefined, undefined]);
    expect(() => elements.set(2, 0)).toThrow(BoundsCheckError);
    expect(() => elements.set(0.5, 0)).toThrow(BoundsCheckError);
    expect(() => new ComplexElements(new Float64Array(3))).toThrow(ArgumentError);
  });

  test('a type takes only elements of its own precision', () => {
    expect(parseDtype('complex64').unwrap(new ComplexElements(new Float64Array(2)))).toBeUndefined();
  });
});

test('integers of every width are kept at random', () => {
  for (const name of ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64']) {
    const bits = Number(name.replace(/\D+/, ''));
    const arbitrary = name.startsWith('u')
      ? fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n })
      : fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });
    fc.assert(fc.property(arbitrary, (value) => BigInt(kept(name, value) as number | bigint) === value));
  }
});
