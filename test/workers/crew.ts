/** Workers for tests: their file is made of the sources, which Node cannot run as they are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { vi } from 'vitest';
import { openArray, setWorkerFile } from '../../src/index.js';
import * as zarr from '../../src/sync.js';
import { PoolWorker, pool } from '../../src/workers/pool.js';
import { root } from '../tidy/sources.js';

/** A folder of one test file. */
export const folder = mkdtempSync(join(tmpdir(), 'zarr-workers-'));

/** The file of the workers, once it is made. */
export const workerFile = (): URL => pathToFileURL(join(folder, 'worker.mjs'));

/** The library in one file, for programs of their own; once it is made. */
export const libraryFile = (): URL => pathToFileURL(join(folder, 'index.mjs'));

/** Has the pool start workers of the sources. */
export function useSources(): void {
  // Both before there are workers: a thread that starts programs while threads of its own end may wait for ever.
  bundle('src/worker.ts', workerFile());
  bundle('src/index.ts', libraryFile());
  setWorkerFile(workerFile());
}

/** Makes one file of a source and all that it imports. */
function bundle(source: string, target: URL): void {
  buildSync({
    entryPoints: [join(root, source)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['zarr-ts-source'],
    tsconfigRaw: '{}',
    outfile: fileURLToPath(target),
    logLevel: 'warning',
  });
}

const started = new Set<Worker>();

process.on('worker', (worker) => {
  started.add(worker);
  worker.on('exit', () => started.delete(worker));
});

/** The workers that are there, as Node knows them. */
export const threads = (): Worker[] => [...started];

/** Ends the workers, and removes what the tests have written. */
export function cleanUp(): void {
  zarr.config.reset();
  pool.end();
  rmSync(folder, { recursive: true, force: true });
}

/** How many parts workers have read, and how many batches of chunks they have encoded, and stored of these. */
export const byWorkers = { parts: 0, batches: 0, stored: 0 };

const open = pool.open.bind(pool);
pool.open = (job, count) =>
  open(
    {
      receive: (worker, report) => {
        if ('kind' in report && (report.kind === 'encoded' || report.kind === 'stored')) byWorkers.batches++;
        if ('kind' in report && report.kind === 'stored') byWorkers.stored++;
        if ('kind' in report && report.kind === 'done') byWorkers.parts++;
        job.receive(worker, report);
      },
      lose: (worker, text) => job.lose(worker, text),
    },
    count,
  );

/** Ends all workers as soon as one has been given a part. */
export function endOnceGiven(): void {
  const { recycled } = PoolWorker.prototype;
  PoolWorker.prototype.recycled = function (size) {
    PoolWorker.prototype.recycled = recycled;
    // The part is on its way when this is done.
    queueMicrotask(() => {
      for (const worker of threads()) void worker.terminate();
    });
    return recycled.call(this, size);
  };
}

/** A large array in memory, to be read by workers. */
export function largeArray(config: zarr.ArrayConfigParams = {}, files = new Map<string, Uint8Array>()): zarr.Array {
  const array = zarr.createArray(files, { shape: [64, 256, 256], chunks: [4, 64, 64], dtype: 'uint16', config });
  array.set(null, { data: Uint16Array.from({ length: 64 * 65_536 }, (_, i) => i ^ (i >> 8)), shape: array.shape });
  return array;
}

/** Starts `count` workers and waits until all are at work. */
export async function warmUp(count: number): Promise<void> {
  const array = await openArray(largeArray().store, { config: { workers: count } });
  await vi.waitUntil(
    async () => {
      await array.get();
      return pool.readyCount >= count;
    },
    { timeout: 30_000, interval: 5 },
  );
}
