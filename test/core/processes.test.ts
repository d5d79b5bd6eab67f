/** Several processes at one array in a folder with `lock: "os"`: each is a real one, made of the sources as they are. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalStore } from '../../src/storage.js';
import * as zarr from '../../src/sync.js';

let folder: string;
let library: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
  fs.writeFileSync(
    path.join(folder, 'entry.ts'),
    ['sync', 'storage']
      .map((entry) => `export * from ${JSON.stringify(path.resolve(import.meta.dirname, `../../src/${entry}.ts`))};`)
      .join('\n'),
  );
  library = path.join(folder, 'library.mjs');
  buildSync({
    entryPoints: [path.join(folder, 'entry.ts')],
    outfile: library,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['zarr-ts-source'],
    logLevel: 'error',
  });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const PROCESSES = 3;

/** Runs `script` in several processes, which begin together and know their `id`; it has the opened `array`. */
async function together(root: string, script: string): Promise<void> {
  const begin = path.join(folder, `${path.basename(root)}.begin`);
  const start = (id: number): ChildProcess => {
    const text = `
      import fs from 'node:fs';
      import * as zarr from ${JSON.stringify(pathToFileURL(library).href)};
      const id = ${id};
      const store = new zarr.LocalStore(${JSON.stringify(root)}, { lock: 'os' });
      const array = zarr.openArray(store);
      fs.writeFileSync(${JSON.stringify(begin)} + id, '');
      while (!fs.existsSync(${JSON.stringify(begin)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      ${script}`;
    return spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const children = [...Array(PROCESSES).keys()].map(start);
  const ended = children.map((child) => new Promise((resolve) => child.on('exit', resolve)));
  const isReady = (): boolean => children.every((_, id) => fs.existsSync(begin + id));
  while (!isReady() && children.every(({ exitCode }) => exitCode === null)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  fs.writeFileSync(begin, '');
  expect(await Promise.all(ended)).toEqual(children.map(() => 0));
}

function made(name: string, options: { shape: number[]; chunks: number[]; shards?: number[] }): string {
  const root = path.join(folder, name);
  const store = new LocalStore(root, { lock: 'os' });
  zarr.createArray(store, { dtype: 'int32', compressors: null, ...options });
  return root;
}

const filesOf = (root: string): string[] => [...new LocalStore(root).list('')].sort();

test.each([
  ['chunk', { chunks: [60] }],
  ['shard', { chunks: [5], shards: [60] }],
])('processes that write to their own elements of one %s lose nothing', async (name, layout) => {
  const root = made(name, { shape: [60], ...layout });
  await together(
    root,
    `for (let round = 1; round <= 6; round++) {
      for (let at = id; at < 60; at += ${PROCESSES}) array.set([at], round === 3 ? 0 : round * 100 + at);
    }`,
  );
  expect(zarr.openArray(root).get().toNested()).toEqual([...Array(60).keys()].map((at) => 600 + at));
  expect(filesOf(root)).toEqual(['c/0', 'zarr.json']);
  // Nothing of the writing is left: no lock, no file under way.
  expect(fs.readdirSync(path.join(root, 'c'))).toEqual(['0']);
});

test('processes that change attributes and lengths lose nothing', async () => {
  const root = made('grown', { shape: [0], chunks: [7] });
  await together(
    root,
    `for (let round = 0; round < 15; round++) {
      array.append(new Int32Array(4).fill(1 + id * 15 + round));
      array.updateAttributes({ ['x' + id + '-' + round]: round });
    }`,
  );
  const array = zarr.openArray(root);
  const values = array.get().toNested() as number[];
  const count = 15 * PROCESSES;
  expect(values.length).toBe(4 * count);
  for (let start = 0; start < values.length; start += 4) expect(new Set(values.slice(start, start + 4)).size).toBe(1);
  expect(new Set(values)).toEqual(new Set([...Array(count).keys()].map((at) => at + 1)));
  expect([...array.attrs.keys()].length).toBe(count);
});

test('a process that reads parts of a shard that others rewrite sees whole generations', async () => {
  const root = made('read', { shape: [64], chunks: [4], shards: [64] });
  const script = `
    if (id === 0) {
      for (let reads = 0; reads < 400; reads++) {
        let got;
        try {
          got = [...array.get('3:61').toFlat()];
        } catch (error) {
          if (error.code === 'conflict') continue;
          throw error;
        }
        const most = Math.max(...got);
        got.forEach((value, at) => {
          const expected = (most + ((at + 3) >> 2)) % 3 === 0 ? 0 : most;
          if (value !== expected) throw new Error('a mix: ' + got);
        });
      }
      fs.writeFileSync(${JSON.stringify(path.join(folder, 'read.end'))}, '');
    } else {
      for (let number = id; !fs.existsSync(${JSON.stringify(path.join(folder, 'read.end'))}); number += 2) {
        array.set('...', Int32Array.from({ length: 64 }, (_, at) => (number + (at >> 2)) % 3 === 0 ? 0 : number));
      }
    }`;
  await together(root, script);
});

test('two stores of one folder, or of a folder in it, share their locks in one process', async () => {
  const root = made('shared/inner', { shape: [20], chunks: [20] });
  const link = path.join(folder, 'link');
  fs.symlinkSync(root, link);
  const outer = zarr.openArray(new LocalStore(path.dirname(root)), { path: 'inner' });
  const inner = zarr.openArray(new LocalStore(root));
  const linked = zarr.openArray(new LocalStore(link));
  expect(outer.store.lockScope).toBe(inner.store.lockScope);
  expect(`${outer.store.lockPrefix}/inner`).toBe(inner.store.lockPrefix);
  expect(linked.store.lockPrefix).toBe(inner.store.lockPrefix);
  const { openArray } = await import('../../src/index.js');
  const { latency } = await import('../../src/storage.js');
  const handles = await Promise.all([
    openArray(latency(new LocalStore(path.dirname(root)), { getMs: 1 }), { path: 'inner' }),
    openArray(latency(new LocalStore(root), { getMs: 1 })),
    openArray(latency(new LocalStore(link), { getMs: 1 })),
  ]);
  await Promise.all([...Array(20).keys()].map((at) => handles[at % 3]!.set([at], at + 1)));
  expect(inner.get().toNested()).toEqual([...Array(20).keys()].map((at) => at + 1));
});
