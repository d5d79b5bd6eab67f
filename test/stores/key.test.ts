import { describe, expect, test } from 'vitest';
import { ArgumentError, InvalidKeyError } from '../../src/errors.js';
import {
  joinPath,
  normalizePath,
  validateNodeName,
  validateNodePath,
  validateWindowsKey,
} from '../../src/stores/key.js';

describe('normalizePath', () => {
  test.each([
    [undefined, ''],
    [null, ''],
    ['', ''],
    ['/', ''],
    ['///', ''],
    ['a', 'a'],
    ['/a//b/', 'a/b'],
    ['a\\b\\\\c', 'a/b/c'],
    ['a/.../b', 'a/.../b'],
    [' a /b', ' a /b'],
    ['%2e%2e/a', '%2e%2e/a'],
  ])('%j becomes %j', (path, expected) => expect(normalizePath(path)).toBe(expected));

  test.each(['.', '..', 'a/..', './a', 'a\\..\\b', 'a/./b', 'a\0b', '\udc00'])('refuses %j', (path) => {
    expect(() => normalizePath(path)).toThrow(InvalidKeyError);
  });

  test('refuses what is no string', () => {
    expect(() => normalizePath(5 as unknown as string)).toThrow(ArgumentError); // As a JavaScript program may.
  });
});

test('joinPath puts parts one below the other, and leaves out empty ones', () => {
  expect(joinPath('', '/a/', undefined, 'b/c', null)).toBe('a/b/c');
  expect(joinPath()).toBe('');
  expect(() => joinPath('a', '..')).toThrow(InvalidKeyError);
});

describe('names of new nodes', () => {
  test.each(['a', 'with space', '.hidden', 'c', '_one', 'zarr', 'über', '...x', '%2e%2e'])('%j can be made', (name) => {
    expect(() => validateNodeName(name)).not.toThrow();
  });

  test.each(['', 'a/b', '.', '..', '....', 'zarr.json', '__reserved', 'a\0', '\ud800'])('%j cannot', (name) => {
    expect(() => validateNodeName(name)).toThrow(InvalidKeyError);
  });

  test('a path is checked name by name; the root has none', () => {
    expect(() => validateNodePath('')).not.toThrow();
    expect(() => validateNodePath('a/b')).not.toThrow();
    expect(() => validateNodePath('a/__b')).toThrow('names that begin with "__" are reserved');
  });
});

describe('keys on Windows', () => {
  test.each(['a/b', 'zarr.json', '.zarray', 'console', 'com', 'c/0/0', 'a b'])('%j is a file', (key) => {
    expect(() => validateWindowsKey(key)).not.toThrow();
  });

  test.each([
    'a\\b',
    'a:b',
    'C:',
    'a/con',
    'CON.txt',
    'aux.x/y',
    'nul',
    'COM1',
    'lpt¹',
    'a.',
    'a ',
    'x/...',
    'a\nb',
    'a*',
  ])('%j is not', (key) => expect(() => validateWindowsKey(key)).toThrow(InvalidKeyError));
});
