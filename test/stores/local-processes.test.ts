/** Several processes at the same values: each is a real one, made of the sources as they are. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalStore } from '../../src/stores/local.js';

let folder: string;
let library: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
  library = path.join(folder, 'local.mjs');
  buildSync({
    entryPoints: [path.resolve(import.meta.dirname, '../../src/stores/local.ts')],
    outfile: library,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function start(script: string): ChildProcess {
  const text = `import { LocalStore } from ${JSON.stringify(pathToFileURL(library).href)};\n${script}`;
  return spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] });
}

const end = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on('exit', resolve));

test('four processes that add up under lock: "os" lose nothing', async () => {
  const root = path.join(folder, 'counted');
  new LocalStore(root).set('count', Uint8Array.of(0, 0));
  const adding = `
    const store = new LocalStore(${JSON.stringify(root)}, { lock: 'os' });
    for (let done = 0; done < 50; ) {
      const { etag } = store.head('count');
      try {
        const value = new Uint16Array(store.get('count', undefined, { ifMatch: etag }).slice().buffer);
        store.set('count', new Uint8Array(Uint16Array.of(value[0] + 1).buffer), { ifMatch: etag });
        done++;
      } catch (error) {
        if (error.code !== 'conflict') throw error;
      }
    }`;
  expect(await Promise.all([1, 2, 3, 4].map(() => end(start(adding))))).toEqual([0, 0, 0, 0]);
  const sum = new LocalStore(root).get('count')!;
  expect(new DataView(sum.buffer).getUint16(0, true)).toBe(200);
  expect(fs.readdirSync(root)).toEqual(['count']);
});

test('of processes that all create one value, one succeeds', async () => {
  const root = path.join(folder, 'created');
  const creating = (id: number) => `
    const store = new LocalStore(${JSON.stringify(root)});
    try {
      store.set('value', new Uint8Array(1000).fill(${id}), { ifNoneMatch: '*' });
    } catch (error) {
      process.exit(error.code === 'conflict' ? 3 : 4);
    }`;
  const codes = await Promise.all([1, 2, 3, 4].map((id) => end(start(creating(id)))));
  expect(codes.sort()).toEqual([0, 3, 3, 3]);
});

test('a process killed while it writes leaves the old value or the new one', async () => {
  const root = path.join(folder, 'killed');
  const store = new LocalStore(root);
  store.set('value', new Uint8Array(2_000_000).fill(1));
  const writing = `
    const store = new LocalStore(${JSON.stringify(root)});
    const values = [1, 2].map((byte) => new Uint8Array(2_000_000).fill(byte));
    store.set('started', new Uint8Array(1));
    for (let i = 0; ; i++) store.set('value', values[i % 2]);`;
  for (let round = 0; round < 3; round++) {
    store.delete('started');
    const child = start(writing);
    const ended = end(child);
    while (!store.get('started')) await new Promise((resolve) => setTimeout(resolve, 5));
    for (let reads = 0; reads < 20; reads++) {
      const value = store.get('value')!;
      expect(value.length).toBe(2_000_000);
      expect(value.every((byte) => byte === value[0])).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill('SIGKILL');
    await ended;
    const value = store.get('value')!;
    expect(value.length).toBe(2_000_000);
    expect(new Set(value).size).toBe(1);
    expect([...store.list('')].sort()).toEqual(['started', 'value']);
  }
});
