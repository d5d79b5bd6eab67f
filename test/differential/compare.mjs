// How what came of a step differs from one side to the other, in words: outcomes, and the folders after it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDocument, keysOf } from '../interop/files.mjs';
import { matches } from '../interop/tokens.mjs';

/** Our classes for zarr-python's and Python's, by API.md; the first one that is known of an error's line of descent counts. */
const errorClasses = {
  BoundsCheckError: ['BoundsCheckError'],
  NegativeStepError: ['NegativeStepError'],
  VindexInvalidSelectionError: ['VindexInvalidSelectionError'],
  ArrayIndexError: ['ArrayIndexError'],
  IndexError: ['SelectionError', 'ArrayIndexError', 'VindexInvalidSelectionError', 'BoundsCheckError'],
  ArrayNotFoundError: ['ArrayNotFoundError'],
  GroupNotFoundError: ['GroupNotFoundError'],
  NodeNotFoundError: ['NodeNotFoundError'],
  ContainsArrayError: ['ContainsArrayError'],
  ContainsGroupError: ['ContainsGroupError'],
  ContainsArrayAndGroupError: ['ContainsArrayAndGroupError'],
  NodeTypeValidationError: ['NodeTypeValidationError'],
  MetadataValidationError: ['MetadataValidationError'],
  UnknownCodecError: ['UnknownCodecError'],
  KeyError: ['NodeNotFoundError'],
  FileNotFoundError: ['NodeNotFoundError', 'ArrayNotFoundError', 'GroupNotFoundError'],
  FileExistsError: ['ContainsArrayError', 'ContainsGroupError'],
  OverflowError: ['ArgumentError', 'CastError'],
  TypeError: ['ArgumentError', 'CastError'],
  ValueError: ['ArgumentError', 'CastError'],
};

/** Bare errors of Python that have a class of ours, by what they say. */
const errorMessages = [
  [/read-only mode/, 'ReadOnlyError'],
  [/^data type '.*' not understood/, 'UnknownDataTypeError'],
];

/** The problems of an outcome of ours. */
export function outcomeProblems(expected, actual) {
  const [theirs, mine] = [expected?.error, actual?.error];
  if (theirs !== undefined && mine !== undefined) {
    const known = theirs.find((name) => name in errorClasses);
    const named = errorMessages.find(([message]) => message.test(expected.message))?.[1];
    if ((named === undefined ? errorClasses[known] : [named])?.includes(mine[0])) return [];
    return [`error: expected one for ${theirs[0]} (${expected.message}), got ${mine[0]} (${actual.message})`];
  }
  if (theirs !== undefined) return [`error: expected ${theirs[0]} (${expected.message}), got ${show(actual)}`];
  if (mine !== undefined) return [`error: expected ${show(expected)}, got ${mine[0]} (${actual.message})`];
  return valueProblems('', expected, actual);
}

function valueProblems(what, expected, actual) {
  if (what.endsWith('.attributes') || what.endsWith('.fillValue')) {
    return matches(expected, actual) ? [] : [`${what}: expected ${show(expected)}, got ${show(actual)}`];
  }
  if (expected === null || typeof expected !== 'object' || actual === null || typeof actual !== 'object') {
    return Object.is(expected, actual) ? [] : [`${what}: expected ${show(expected)}, got ${show(actual)}`];
  }
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return names.flatMap((name) => valueProblems(`${what}.${name}`, expected[name], actual[name]));
}

function show(value) {
  const text = JSON.stringify(value, (_name, one) => {
    if (typeof one === 'bigint') return `${one}n`;
    return typeof one === 'number' && !Number.isFinite(one) ? String(one) : one;
  });
  return text === undefined ? 'nothing' : text.length > 600 ? `${text.slice(0, 600)} …` : text;
}

/** The files of a folder by their keys. */
export function readFolder(folder) {
  return new Map(keysOf(folder).map((key) => [key, readFileSync(join(folder, key))]));
}

/** What differs from zarr-python's files; chunks only where equal values have equal bytes. `adjust` is for documents. */
export function folderProblems(expected, actual, adjust) {
  const problems = [...keyProblems(expected, actual)];
  const isExact = exactArrays(expected);
  for (const [key, bytes] of expected) {
    const mine = actual.get(key);
    if (mine === undefined || mine.equals(bytes)) continue;
    if (isDocument(key)) {
      const [wanted, got] = [adjust(key, bytes.toString(), mine.toString()), mine.toString()];
      if (wanted !== got) problems.push(`document ${key}: ${firstDifference(wanted, got)}`);
    } else if (isExact(key)) {
      problems.push(
        `chunk ${key}: expected ${bytes.toString('hex').slice(0, 200)}, got ${mine.toString('hex').slice(0, 200)}`,
      );
    }
  }
  return problems;
}

export function keyProblems(expected, actual) {
  return [
    ...[...expected.keys()].filter((key) => !actual.has(key)).map((key) => `keys: no ${key}`),
    ...[...actual.keys()].filter((key) => !expected.has(key)).map((key) => `keys: ${key} is too much`),
  ];
}

/** What differs between two folders that have to be the same. */
export function sameProblems(expected, actual) {
  const different = [...expected].filter(([key, bytes]) => actual.has(key) && !actual.get(key).equals(bytes));
  return [...keyProblems(expected, actual), ...different.map(([key]) => `bytes of ${key}`)];
}

function firstDifference(wanted, got) {
  let at = 0;
  while (at < wanted.length && wanted[at] === got[at]) at += 1;
  const part = (text) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 100));
  return `expected … ${part(wanted)} …, got … ${part(got)} …`;
}

const exactCodecs = ['bytes', 'transpose', 'crc32c', 'vlen-utf8', 'vlen-bytes'];

const isExactChain = (codecs) =>
  codecs.every(({ name, configuration }) =>
    name === 'sharding_indexed' ? isExactChain(configuration.codecs) : exactCodecs.includes(name),
  );

/** Whether the bytes of a chunk follow from its values: encoders of compressors are free to choose. */
function exactArrays(files) {
  const exact = new Map();
  for (const [key, bytes] of files) {
    const at = key.lastIndexOf('/') + 1;
    const [folder, name] = [key.slice(0, at), key.slice(at)];
    if (name === '.zarray') exact.set(`${folder}2`, /"compressor": null/.test(bytes.toString()));
    if (name === 'zarr.json') exact.set(`${folder}3`, isExactDocument(bytes.toString()));
  }
  return (key) => {
    for (let folder = key.slice(0, key.lastIndexOf('/') + 1); ; folder = folder.replace(/[^/]*\/$/, '')) {
      const found = [exact.get(`${folder}2`), exact.get(`${folder}3`)].filter((one) => one !== undefined);
      if (found.length > 0) return found.every(Boolean);
      if (folder === '') return false;
    }
  };
}

function isExactDocument(text) {
  const codecs = /"codecs": (\[[\s\S]*?\n {2}\])/.exec(text)?.[1];
  // A group has none, and no chunks.
  return codecs !== undefined && isExactChain(JSON.parse(codecs));
}

/** How what two sides found in one folder differs, node by node. */
export function descriptionProblems(expected, actual) {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return names.flatMap((name) => {
    const [theirs, mine] = [expected[name], actual[name]];
    if (theirs?.error !== undefined && mine?.error !== undefined) return [];
    return valueProblems(`"${name}"`, theirs, mine);
  });
}
