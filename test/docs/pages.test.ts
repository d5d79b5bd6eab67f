/** The pages that follow from the sources are up to date, and nothing public is without its documentation. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as zarr from '../../src/index.js';
import * as sync from '../../src/sync.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const DOCS = join(ROOT, 'docs');

it('docs/parity.md and docs/reference are what `npm run docs` makes, and no docstring is missing', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/docs.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

interface PythonName {
  readonly kind: string;
}

const PYTHON = JSON.parse(readFileSync(join(DOCS, 'zarr-python-names.json'), 'utf8')) as Record<
  string,
  Record<string, PythonName>
>;

describe('the list of names of zarr-python', () => {
  it('has the functions, and the members of the four classes', () => {
    const functions = Object.values(PYTHON['zarr']!).filter(({ kind }) => kind === 'function');
    expect(functions.length).toBeGreaterThanOrEqual(30);
    const sizes = ['Array', 'AsyncArray', 'Group', 'AsyncGroup'].map((name) => Object.keys(PYTHON[name]!).length);
    expect(sizes).toEqual([54, 44, 53, 49]);
  });

  it('names what both entry points have', () => {
    const names = Object.keys(PYTHON['zarr']!).filter((name) => !/^(set_|__)/.test(name));
    for (const name of names) {
      const ours = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      expect([ours, ours in zarr, ours in sync]).toEqual([ours, true, true]);
    }
  });
});

it('the index leads to every page', () => {
  const linked = linksOf(readFileSync(join(DOCS, 'README.md'), 'utf8'));
  const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  expect(pages.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
});

/** Links to files, and to places on pages. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^https?:/.test(target));
}

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const headingsOf = (text: string): Set<string> =>
  new Set([...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!)));

const PAGES = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

it.each(PAGES)('the links of %s lead somewhere', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const dead = linksOf(text).filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? join(ROOT, page) : join(ROOT, page, '..', file);
    try {
      const found = file.endsWith('/') ? '' : readFileSync(target, 'utf8');
      return anchor !== undefined && !headingsOf(found).has(anchor);
    } catch {
      return true;
    }
  });
  expect(dead).toEqual([]);
});
