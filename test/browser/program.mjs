/**
 * What runs inside the page, bundled: both APIs over memory, the default codecs before and after the compiled kernels
 * are there, HTTP, and what a browser cannot have. The page's title tells how it went.
 */
import * as zarr from 'zarr-ts';
import { BloscCodec, GzipCodec, numcodecs } from 'zarr-ts/codecs';
import * as zarrSync from 'zarr-ts/sync';

const checks = [];

function check(name, found, expected) {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value));
  checks.push({ name, ok: a === b, found: a, expected: b });
}

function roundTrip(name, compressors) {
  const values = Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50));
  const files = new Map();
  const array = zarrSync.createArray(files, { shape: [100, 100], chunks: [30, 40], dtype: 'float32', compressors });
  array.set(null, { data: values, shape: [100, 100] });
  check(`${name}: values`, [...zarrSync.openArray(files).get().data], [...values]);
  return files.get('c/0/0').length;
}

/** Reads with workers, with and without memory in common: the same values, and the same failure. */
async function useWorkers(remote) {
  const isIsolated = globalThis.crossOriginIsolated;
  check('the page is isolated where it should be', isIsolated, location.pathname === '/isolated');
  const started = [];
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    constructor(...options) {
      super(...options);
      started.push(this);
    }
  };
  zarr.setWorkerFile(new URL('worker.js', location.href));
  const expected = Uint16Array.from({ length: 64 * 65_536 }, (_, i) => i ^ (i >> 8));
  const isSame = (data) => data.length === expected.length && data.every((value, i) => value === expected[i]);
  const scope = zarr.config.set({ workers: 2 });
  const far = await remote.getArray('large', {});
  const files = new Map();
  const near = await zarr.createArray(files, { shape: far.shape, chunks: [4, 64, 256], dtype: 'uint16' });
  await near.set(null, { data: expected, shape: near.shape });
  let chunks = 0;
  for (let i = 0; i < 5; i++) {
    check(`workers: HTTP, ${i}`, isSame((await far.get()).data), true);
    check(`workers: memory, ${i}`, isSame((await near.get(null, { onProgress: () => chunks++ })).data), true);
  }
  check('workers: chunks are counted', chunks, 5 * 64);
  check('workers: how many were started', started.length, 2);
  if (isIsolated) {
    const out = new Uint16Array(new SharedArrayBuffer(expected.byteLength));
    await near.get(null, { out });
    check('workers: into shared memory', isSame(out), true);
  }
  check('workers: the blocking API has none, and reads', isSame(zarrSync.openArray(files).get().data), true);

  const control = new AbortController();
  const onProgress = (done) => {
    if (done === 5) control.abort(new RangeError('enough'));
  };
  const given = await far.get(null, { signal: control.signal, onProgress }).catch((error) => error);
  check('workers: a call that is given up', [given.name, given.message], ['RangeError', 'enough']);

  // A browser tells nobody that a worker was ended from outside: one that is broken says so itself.
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, transfer) {
    postMessage.call(this, message, transfer);
    if (message.kind !== 'part') return;
    Worker.prototype.postMessage = postMessage;
    this.onerror({ message: 'broken' });
  };
  const { name, message } = await near.get().catch((error) => error);
  check('workers: one that breaks', [name, message], ['StoreError', 'a worker has ended: broken (in "/")']);
  check('workers: after that', isSame((await far.get()).data), true);
  check('workers: how many were started after that', started.length, 3);

  files.set('c/7/1/0', new Uint8Array(40));
  const failed = await near.get().catch((error) => error);
  check('workers: the failure', [failed.name, failed.key, failed.coords], ['CodecError', 'c/7/1/0', [7, 1, 0]]);
  await timeLarge(isIsolated);
  scope.restore();
}

/** Tells, of a read of 64 MiB, how long it takes and how long the page can do nothing else at a time. */
async function timeLarge(isIsolated) {
  const shape = [32, 1024, 1024];
  const values = Uint16Array.from({ length: 2 ** 25 }, (_, i) => 1000 + 300 * Math.sin(i / 700) + ((i * 7919) & 15));
  const store = new zarr.MemoryStore();
  const made = await zarr.createArray(store, {
    shape,
    chunks: [1, 512, 1024],
    dtype: 'uint16',
    config: { workers: 0 },
  });
  await made.set(null, { data: values, shape });
  for (const workers of [0, 1, 2]) {
    const array = await zarr.openArray(store, { config: { workers } });
    await array.get();
    let longest = 0;
    let last = performance.now();
    const look = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    };
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      look();
      port2.postMessage(undefined);
    };
    port2.postMessage(undefined);
    const start = performance.now();
    const { data } = await array.get();
    const time = performance.now() - start;
    look();
    port1.close();
    check(
      `64 MiB with ${workers} workers: the same`,
      data.length === values.length && data.every((v, i) => v === values[i]),
      true,
    );
    const where = isIsolated ? 'memory in common' : 'sent';
    checks.push({
      name: `64 MiB with ${workers} workers, ${where}: ${time.toFixed(0)} ms, the page busy for ${longest.toFixed(1)} ms at most`,
      ok: true,
    });
  }
}

async function main() {
  const before = roundTrip('zstd, blocking, before the kernels', 'auto');
  check('zstd compresses before the kernels', before < 4800, true);
  const failed = await zarr.ready().then(
    () => 'no',
    (error) => /the compiled kernels cannot be loaded/.test(error.message),
  );
  check('kernels are forbidden where the page is strict', failed, location.pathname === '/strict' ? true : 'no');
  const after = roundTrip('zstd, blocking, with the kernels', 'auto');
  check('zstd gives the same with the kernels', after, before);
  for (const cname of ['lz4', 'blosclz', 'snappy', 'zlib', 'zstd']) {
    roundTrip(`blosc with ${cname}`, new BloscCodec({ cname, shuffle: 'shuffle' }));
  }
  roundTrip('lz4', new numcodecs.LZ4());
  roundTrip('zlib', new numcodecs.Zlib());
  roundTrip('gzip', new GzipCodec({ level: 5 }));
  roundTrip('blosc', new BloscCodec({ cname: 'lz4', shuffle: 'bitshuffle' }));

  const remote = await zarr.openGroup(`${location.origin}/data.zarr`);
  check('HTTP: attributes', remote.attrs, { title: 'remote' });
  const array = await remote.getArray('a');
  check('HTTP: a window', (await array.get('3:5, ::7')).toNested(), [
    [30, 37],
    [40, 47],
  ]);
  const shards = await remote.getArray('shards');
  check('HTTP: part of a shard', (await shards.get('5:8')).toNested(), [5, 6, 7]);
  check('HTTP: absence', await remote.contains('nowhere'), false);

  await useWorkers(remote);

  const failure = await zarr.open('data.zarr').catch((error) => error);
  check('a path is refused', [failure.name, /browser/.test(failure.message)], ['ArgumentError', true]);
}

main()
  .catch((error) => checks.push({ name: String(error?.stack ?? error), ok: false }))
  .finally(() => {
    globalThis.checks = checks;
    document.title = checks.every(({ ok }) => ok) ? 'passed' : 'failed';
  });
