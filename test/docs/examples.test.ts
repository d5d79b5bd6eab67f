import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as sync from '../../src/sync.js';
import { docstringExamples, MARKDOWN, type Modules, markdownExamples, runExample } from './example.js';

const ROOT = new URL('../..', import.meta.url).pathname;

const MODULES: Modules = {
  'zarr-ts': () => import('../../src/index.js'),
  'zarr-ts/sync': () => import('../../src/sync.js'),
  'zarr-ts/storage': () => import('../../src/storage.js'),
  'zarr-ts/codecs': () => import('../../src/codecs.js'),
  'zarr-ts/dtype': () => import('../../src/dtype.js'),
  'zarr-ts/errors': () => import('../../src/errors.js'),
};

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('assembly'))
  .map((file) => join('src', file));

const examples = [
  ...MARKDOWN.flatMap((file) => markdownExamples(readFileSync(join(ROOT, file), 'utf8'), file)),
  ...SOURCES.flatMap((file) => docstringExamples(readFileSync(join(ROOT, file), 'utf8'), file)),
];

describe('examples', () => {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'zarr-examples-'));
  // Examples write where a reader would: into the folder they run in. Workers cannot change it, so paths are given.
  beforeAll(() => expect(relative(before, folder)).not.toBe(''));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are found', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  for (const example of examples) {
    it(`${example.place} runs`, async () => {
      const code = example.code.replaceAll(/'([\w-]+\.zarr)'/g, (_, name: string) =>
        JSON.stringify(join(folder, name)),
      );
      // A docstring's example may leave out the imports that every program has.
      const { config, ndarray, slice } = sync;
      const given = code.includes('import ') ? {} : { zarr: sync, config, ndarray, slice };
      const checks = await runExample({ ...example, code }, MODULES, given);
      expect(checks, 'values that the example shows').toBeGreaterThan(0);
    });
  }
});
