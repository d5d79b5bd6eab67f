/** Dependencies point one way, by the table in ARCHITECTURE.md; imports of types count. */
import { builtinModules } from 'node:module';
import { expect, test } from 'vitest';
import { type Import, readSources } from './sources.js';

/** From the ground up. A part imports only from rows below its own, and from the neighbours that are listed for it. */
const LAYERS: readonly (readonly string[])[] = [
  [
    ...['task.ts', 'errors.ts', 'version.ts', 'inspect.ts', 'described.ts', 'options.ts', 'config.ts'],
    ...['environment-settings.ts', 'ending.ts'],
    ...['json', 'dtypes'],
  ],
  ['ndarray', 'grid', 'stores', 'kernels'],
  ['codecs', 'indexing', 'workers'],
  ['metadata'],
  ['core'],
  [
    ...[
      'index.ts',
      'sync.ts',
      'worker.ts',
      'storage.ts',
      'storage',
      'codecs.ts',
      'dtype.ts',
      'testing.ts',
      'zarrita.ts',
    ],
    ...[
      'api.ts',
      'array.ts',
      'attributes.ts',
      'copying.ts',
      'debug-info.ts',
      'group.ts',
      'hierarchy.ts',
      'indexers.ts',
    ],
    ...['like.ts', 'blocking.ts', 'promised.ts', 'selected.ts', 'view.ts'],
  ],
];

/** Parts of one row that may see each other. */
const NEIGHBOURS: Readonly<Record<string, readonly string[]>> = {
  'task.ts': ['errors.ts', 'ending.ts'],
  'ending.ts': ['errors.ts', 'config.ts'],
  'options.ts': ['errors.ts', 'described.ts'],
  'config.ts': ['errors.ts', 'described.ts', 'options.ts', 'json', 'environment-settings.ts'],
  json: ['errors.ts', 'described.ts', 'options.ts'],
  dtypes: ['errors.ts', 'described.ts', 'inspect.ts', 'options.ts', 'json'],
  grid: ['ndarray'],
};

/** Lower rows that a part must not see all the same: what it does not know is what makes it simple. */
const STRANGERS: Readonly<Record<string, readonly string[]>> = {
  stores: ['dtypes'],
  codecs: ['stores'],
  indexing: ['stores'],
  metadata: ['stores'],
};

/** Entry points: what users can import, and all that the testing suites may see of the upper rows. */
const PUBLIC: readonly string[] = ['index.ts', 'sync.ts', 'storage.ts', 'codecs.ts', 'dtype.ts', 'errors.ts'];

/** The only files that may name a built-in module of Node. */
const NODE_ONLY = /^src\/(platform\/node\/|stores\/local(\.ts$|\/))/;

/** A shard's codecs hold codecs, so what finds a codec by its name and what makes shards must know each other. */
const RECURSIVE: readonly string[] = [
  'src/codecs/registry.ts',
  'src/codecs/nested.ts',
  'src/codecs/compressors/conditional.ts',
  'src/codecs/serializers/n5-default.ts',
  'src/codecs/serializers/optional.ts',
  'src/codecs/serializers/sharding.ts',
];

const sources = readSources();
const rows = new Map(LAYERS.flatMap((parts, row) => parts.map((part) => [part, row] as const)));

/** `src/core/read.ts` belongs to `core`, `src/array.ts` to itself. */
function partOf(path: string): string {
  return path.split('/')[1] ?? path;
}

function mayImport(from: string, to: string): boolean {
  if (from === to || from === 'platform' || to === 'platform') return true;
  if (from === 'testing') return PUBLIC.includes(to) || rowOf(to) <= rowOf('stores');
  if (STRANGERS[from]?.includes(to)) return false;
  const facades = LAYERS.length - 1;
  if (rowOf(from) === facades) return true;
  return rowOf(to) < rowOf(from) || (NEIGHBOURS[from]?.includes(to) ?? false);
}

function rowOf(part: string): number {
  const row = rows.get(part);
  if (row === undefined) throw new Error(`src/${part} stands in no row of the table of layers`);
  return row;
}

function importsWhere(isWrong: (path: string, entry: Import) => boolean): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter((entry) => isWrong(path, entry))
      .map((entry) => `${path}:${entry.line}: ${partOf(path)} must not import ${entry.specifier}`),
  );
}

test('every part of src/ has its place in the table', () => {
  const parts = new Set(sources.map(({ path }) => partOf(path)));
  expect([...parts].filter((part) => !rows.has(part) && part !== 'platform' && part !== 'testing')).toEqual([]);
});

test('a part imports only from below', () => {
  const wrong = importsWhere((path, { target }) => target !== undefined && !mayImport(partOf(path), partOf(target)));
  expect(wrong).toEqual([]);
});

test('built-in modules of Node are named only where no browser looks', () => {
  const isBuiltin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name.split('/')[0]!);
  expect(importsWhere((path, { specifier }) => isBuiltin(specifier) && !NODE_ONLY.test(path))).toEqual([]);
});

test('what names them is imported only from its like', () => {
  const isNodeOnly = (path: string | undefined): boolean => path !== undefined && NODE_ONLY.test(path);
  expect(importsWhere((path, { target, typeOnly }) => isNodeOnly(target) && !typeOnly && !isNodeOnly(path))).toEqual(
    [],
  );
});

test('the halves of a platform module have the same name', () => {
  const names = (half: string): string[] =>
    sources.flatMap(({ path }) => (path.startsWith(`src/platform/${half}/`) ? [path.split('/').at(-1)!] : []));
  expect(names('browser')).toEqual(names('node'));
});

test('files import each other in one direction', () => {
  expect(circles().filter((circle) => circle.some((path) => !RECURSIVE.includes(path)))).toEqual([]);
});

/** Circles of imports that exist at run time. The platform halves close none: nobody imports them by path. */
function circles(): string[][] {
  const targets = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.flatMap(({ target, typeOnly }) => (target === undefined || typeOnly ? [] : [target])),
    ]),
  );
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path]);
    if (done.has(path) || trail.includes(path)) return;
    for (const target of targets.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) walk(path, []);
  return found;
}
