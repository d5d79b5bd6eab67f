/** What package.json says and the sources say must be the same. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { version } from '../../src/version.js';
import { root } from '../tidy/sources.js';

const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
};

test('the version is the one that is published', () => {
  expect(version).toBe(manifest.version);
});

test('the changelog tells of this version', () => {
  expect(read('CHANGELOG.md')).toContain(`## [${manifest.version}]`);
});

test('every entry point has a source, and its types beside it', () => {
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    const name = subpath === '.' ? 'index' : subpath.slice(2);
    expect(existsSync(resolve(root, `src/${name}.ts`)), name).toBe(true);
    expect(target).toEqual({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` });
    expect(Object.keys(target)[0], 'TypeScript takes the first condition that fits').toBe('types');
  }
});
