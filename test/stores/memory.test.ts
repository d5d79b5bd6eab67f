import { expect, test } from 'vitest';
import { ArgumentError, ReadOnlyError } from '../../src/errors.js';
import { ManagedMemoryStore, MemoryStore } from '../../src/stores/memory.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

test('a MemoryStore works on the Map that it is given', () => {
  const map = new Map([['a', bytes(1, 2)]]);
  const store = new MemoryStore(map);
  expect(store.get('a')).toBe(map.get('a'));
  store.set('b', bytes(3));
  expect(map.get('b')).toEqual(bytes(3));
});

test('a copy is kept of a Node buffer too, whose slice is no copy', () => {
  const store = new MemoryStore();
  const buffer = Buffer.from('value');
  store.set('a', buffer);
  buffer.fill(0);
  expect(new TextDecoder().decode(store.get('a'))).toBe('value');
  expect(store.get('a')!.buffer.byteLength).toBe(5);
});

test('a read-only MemoryStore deletes nothing', () => {
  const store = new MemoryStore(new Map([['a', bytes(1)]]), { readOnly: true });
  expect(() => store.deletePrefix('')).toThrow(ReadOnlyError);
  expect(() => store.delete('a')).toThrow(ReadOnlyError);
  expect(store.list('')).toEqual(['a']);
});

test('a value of another kind in the Map is an error, not absence', () => {
  const store = new MemoryStore(new Map([['a', 'text' as unknown as Uint8Array]])); // As a JavaScript program may.
  expect(() => store.get('a')).toThrow(ArgumentError);
});

test('a misspelt option is an error that names the right one', () => {
  // As a JavaScript program may.
  expect(() => new MemoryStore(undefined, { readonly: true } as object)).toThrow('did you mean "readOnly"');
  expect(() => new ManagedMemoryStore('a', { pth: 'b' } as object)).toThrow('did you mean "path"');
  expect(() => new MemoryStore({} as Map<string, Uint8Array>)).toThrow(ArgumentError);
});

test('stores of one name share their values, and one path begins below the other', () => {
  const whole = new ManagedMemoryStore('memory-test');
  const part = new ManagedMemoryStore('memory-test', { path: 'a/b' });
  part.set('c', bytes(1));
  expect(whole.list('')).toEqual(['a/b/c']);
  whole.set('a/b/d/e', bytes(2));
  whole.set('a/bb', bytes(3));
  expect([...part.list('')].sort()).toEqual(['c', 'd/e']);
  part.deletePrefix('');
  expect(whole.list('')).toEqual(['a/bb']);
  expect(`${whole} ${part}`).toBe('memory://memory-test memory://memory-test/a/b');
});

test('stores are equal over the same values', () => {
  const map = new Map<string, Uint8Array>();
  expect(new MemoryStore(map).equals(new MemoryStore(map))).toBe(true);
  expect(new MemoryStore(map).equals(new MemoryStore())).toBe(false);
  expect(new MemoryStore(map).equals(new MemoryStore(map, { readOnly: true }))).toBe(false);
  expect(`${new MemoryStore(map)}`).toMatch(/^memory:\/\/[0-9a-z]+$/);
});
