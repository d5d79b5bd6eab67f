import { afterEach, describe, expect, test, vi } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { config, create, createArray, slice } from '../../src/sync.js';

const arrayOf = (dtype: string, options: object = {}) => {
  const array = create([6, 4], { chunks: [4, 4], dtype, ...options });
  array.set(
    null,
    Array.from({ length: 6 }, (_, row) => Array.from({ length: 4 }, (_value, column) => 4 * row + column)),
  );
  return array;
};

afterEach(() => {
  vi.unstubAllGlobals();
  config.reset();
});

describe('array.sharedMemory', () => {
  test.each(['int8', 'uint16', 'float32', 'float64', 'complex128', 'int64'])('puts results of %s there', (dtype) => {
    const array = arrayOf(dtype);
    const shared = array.get([slice(1, 6)], { config: { sharedMemory: true } });
    const own = array.get([slice(1, 6)]);
    expect((shared.data as Uint8Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect((own.data as Uint8Array).buffer).toBeInstanceOf(ArrayBuffer);
    expect(shared.toNested()).toEqual(own.toNested());
    expect(array.get([1, 2], { config: { sharedMemory: true } })).toEqual(array.get([1, 2]));
  });

  test('is a setting of the program and of a handle too', () => {
    config.set({ 'array.sharedMemory': true });
    const array = arrayOf('uint8', { order: 'F' });
    expect((array.get().data as Uint8Array).buffer).toBeInstanceOf(SharedArrayBuffer);
    expect((array.withConfig({ sharedMemory: false }).get().data as Uint8Array).buffer).toBeInstanceOf(ArrayBuffer);
  });

  test('leaves `out`, texts and empty results as they are', () => {
    config.set({ 'array.sharedMemory': true });
    const array = arrayOf('uint8');
    const out = new Uint8Array(24);
    array.get(null, { out });
    expect([...out]).toEqual(Array.from({ length: 24 }, (_, at) => at));
    expect(array.get([slice(2, 2)]).shape).toEqual([0, 4]);
    const texts = createArray(undefined, { shape: [2], dtype: 'string' });
    texts.set(null, ['a', 'b']);
    expect(texts.get().toNested()).toEqual(['a', 'b']);
  });

  test('says so where there is none', () => {
    const array = arrayOf('uint8');
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(() => array.get(null, { config: { sharedMemory: true } })).toThrow(ArgumentError);
    expect(array.get([0, 3])).toBe(3);
  });
});
