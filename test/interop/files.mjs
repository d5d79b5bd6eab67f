// Folders as stores: the keys they hold, and how two of them differ.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

const documentName = /(^|\/)(zarr\.json|\.zarray|\.zattrs|\.zgroup|\.zmetadata)$/;

/** Whether a key is a metadata document; the others are chunks. */
export function isDocument(key) {
  return documentName.test(key);
}

/** All keys of a folder, sorted. */
export function keysOf(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
}

/** The keys that only one of two folders has, in words. */
export function keyProblems(expected, actual) {
  const [wanted, found] = [new Set(keysOf(expected)), new Set(keysOf(actual))];
  return [
    ...[...wanted].filter((key) => !found.has(key)).map((key) => `no ${key}`),
    ...[...found].filter((key) => !wanted.has(key)).map((key) => `${key} is too much`),
  ];
}

/** The keys of both folders that are not the same byte for byte; `adjust` may change what is expected of one. */
export function contentProblems(expected, actual, { among, adjust = (_key, bytes) => bytes }) {
  const found = new Set(keysOf(actual));
  return keysOf(expected)
    .filter((key) => among(key) && found.has(key))
    .flatMap((key) => {
      const wanted = adjust(key, readFileSync(join(expected, key)));
      const got = readFileSync(join(actual, key));
      return wanted.equals(got) ? [] : [`${key} differs ${firstDifference(wanted, got, isDocument(key))}`];
    });
}

function firstDifference(wanted, got, isText) {
  let at = 0;
  while (at < wanted.length && wanted[at] === got[at]) at += 1;
  const show = (bytes) => {
    const part = bytes.subarray(Math.max(0, at - 24), at + 40);
    return isText ? JSON.stringify(part.toString('utf8')) : part.toString('hex');
  };
  return `at byte ${at} of ${wanted.length}: expected … ${show(wanted)} …, got … ${show(got)} …`;
}
