/**
 * How much memory long operations hold: what is alive whenever the store is asked for something, garbage not counted, in
 * a process of its own that is made of the sources as they are.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockCounts } from '../../src/core/transfer.js';
import { logged } from '../../src/storage.js';
import * as zarr from '../../src/sync.js';

const MIB = 2 ** 20;
let folder: string;
let library: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
  const entry = path.join(folder, 'entry.ts');
  const lines = ['sync', 'storage'].map((name) => {
    return `export * from ${JSON.stringify(path.resolve(import.meta.dirname, `../../src/${name}.ts`))};`;
  });
  fs.writeFileSync(entry, lines.join('\n'));
  library = path.join(folder, 'library.mjs');
  buildSync({
    entryPoints: [entry],
    outfile: library,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['zarr-ts-source'],
    logLevel: 'error',
  });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The most bytes of buffers that `script` holds, beyond those that are there after `before`. */
function heldBy(script: string, before = ''): number {
  const text = `
    import * as zarr from ${JSON.stringify(pathToFileURL(library).href)};
    const held = () => {
      globalThis.gc();
      globalThis.gc(); // What the first has found is given back by another thread, which the second waits for.
      return process.memoryUsage().arrayBuffers;
    };
    let peak = 0;
    let requests = 0;
    const sample = () => {
      if (requests++ % 16 === 0) peak = Math.max(peak, held());
    };
    class Sampled extends zarr.LocalStore {
      get(...request) { sample(); return super.get(...request); }
      getInto(...request) { sample(); return super.getInto(...request); }
      set(...request) { sample(); return super.set(...request); }
    }
    const storeOf = (name) => new Sampled(${JSON.stringify(folder)} + '/' + name);
    const open = (name) => zarr.openArray(storeOf(name));
    ${before}
    peak = 0;
    const start = held();
    ${script}
    console.log(Math.max(peak, held()) - start);`;
  const output = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', text], {
    encoding: 'utf8',
  });
  return Number(output);
}

/** Writes 64 MiB by rows of chunks. */
const FILL = `
  const source = zarr.createArray(storeOf('source'), {
    shape: [8192, 4096], chunks: [256, 512], dtype: 'uint16', compressors: null, overwrite: true,
  });
  const block = new Uint16Array(256 * 4096);
  for (let y = 0; y < 8192; y += 256) {
    for (let i = 0; i < block.length; i++) block[i] = i + y;
    source.set([zarr.slice(y, y + 256)], zarr.ndarray(block, { dtype: 'uint16' }).reshape([256, 4096]));
  }`;

describe('what is held', { timeout: 120_000 }, () => {
  it('by writing rows of chunks is a row and a chunk', () => {
    expect(heldBy(FILL)).toBeLessThan(4 * MIB);
  });

  it('by a full read is the result and a tenth', () => {
    heldBy('', FILL);
    const held = heldBy('globalThis.result = open("source").get();', 'open("source").get("0:256");');
    expect(held).toBeGreaterThanOrEqual(64 * MIB);
    expect(held).toBeLessThan(1.1 * 64 * MIB);
  });

  it('by a full read into memory of the caller is a few chunks', () => {
    heldBy('', FILL);
    const held = heldBy(
      'source.getBasicSelection(null, { out });',
      `const source = open('source');
       const out = zarr.ndarray(new Uint16Array(8192 * 4096)).reshape([8192, 4096]);
       source.get('0:256');`,
    );
    expect(held).toBeLessThan(4 * MIB);
  });

  it('by results in shared memory that nobody has any more is a few of them', () => {
    const text = `
      import * as zarr from ${JSON.stringify(pathToFileURL(library).href)};
      zarr.config.set({ 'array.sharedMemory': true });
      const array = zarr.create([4, ${4 * MIB}], { dtype: 'uint8', chunks: [1, ${MIB}] });
      let last = array.get().data;
      const before = process.resourceUsage().maxRSS;
      for (let i = 0; i < 128; i++) last = array.get().data;
      console.log(1024 * (process.resourceUsage().maxRSS - before));`;
    const held = Number(execFileSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' }));
    // 2 GiB are read.
    expect(held).toBeLessThan(1024 * MIB);
  });

  it('by a full read of one large shard is the result and a tenth', () => {
    const shard = `
      const array = zarr.createArray(storeOf('shard'), {
        shape: [8, 16, 2 ** 20], chunks: [1, 4, 2 ** 18], shards: [8, 16, 2 ** 20], dtype: 'uint8', compressors: null,
      });
      const data = new Uint8Array(array.size);
      for (let i = 0; i < data.length; i++) data[i] = i ^ (i >> 13);
      array.set(null, { data, shape: array.shape });`;
    heldBy(shard);
    const text = `
      import * as zarr from ${JSON.stringify(pathToFileURL(library).href)};
      const array = zarr.openArray(${JSON.stringify(`${folder}/shard`)});
      array.get('0, 0:4');
      const before = process.resourceUsage().maxRSS;
      const { data } = array.get();
      console.log(1024 * (process.resourceUsage().maxRSS - before));
      for (let i = 0; i < data.length; i++) if (data[i] !== ((i ^ (i >> 13)) & 255)) throw new Error('wrong');`;
    const held = Number(execFileSync(process.execPath, ['--input-type=module', '-e', text], { encoding: 'utf8' }));
    expect(held).toBeGreaterThan(120 * MIB);
    expect(held).toBeLessThan(1.1 * 128 * MIB);
  });

  it('by appending blocks is a few blocks, however many there are', () => {
    const held = heldBy(`
      const array = zarr.createArray(storeOf('grown'), {
        shape: [0, 4096], chunks: [256, 512], dtype: 'uint16', compressors: null,
      });
      const blocks = function* () {
        for (let i = 0; i < 32; i++) yield zarr.full([256, 4096], i + 1, { dtype: 'uint16' }).get();
      };
      array.append(blocks());`);
    // 64 MiB are written.
    expect(held).toBeLessThan(12 * MIB);
  });
});

describe('a copy between chunks that cross', () => {
  it('reads each chunk of the source once where memory allows it', () => {
    const store = logged(new zarr.MemoryStore());
    const rows = zarr.createArray(store, { name: 'rows', shape: [64, 64], chunks: [1, 64], dtype: 'int16' });
    rows.set('...', zarr.ndarray(Int16Array.from({ length: 4096 }, (_, i) => i)).reshape([64, 64]));
    store.reset();
    const columns = zarr.fromArray(store, { name: 'columns', data: rows, chunks: [64, 1] });
    expect(store.counter.get('get')! - 4).toBeLessThanOrEqual(64);
    expect(columns.get().equals(rows.get())).toBe(true);
  });

  it('takes blocks that grow along the axes on which chunks of the source are longer, within what memory allows', () => {
    expect(blockCounts([64, 1], [1, 64], 2 ** 20)).toEqual([1, 64]);
    expect(blockCounts([64, 1], [1, 64], 640)).toEqual([1, 10]);
    expect(blockCounts([64, 1], [1, 64], 10)).toEqual([1, 1]);
    expect(blockCounts([10, 10], [10, 10], 2 ** 20)).toEqual([1, 1]);
    expect(blockCounts([10, 10], [5, 25], 2 ** 20)).toEqual([1, 3]);
    expect(blockCounts([1, 1, 100], [100, 100, 1], 2 ** 20)).toEqual([100, 100, 1]);
    expect(blockCounts([1, 1, 100], [100, 100, 1], 10_000)).toEqual([12, 8, 1]);
    expect(blockCounts([], [], 1)).toEqual([]);
  });
});
