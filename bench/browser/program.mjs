/**
 * A participant in a page of its own, named by the page's query. `globalThis.answer` is given a task: to decode a file
 * with a codec, or to read an array that is in memory; it does it once and compares, and then again and again for so many
 * seconds. It answers with the mean, for the clock of a page is coarse.
 */
import { wrongValue } from '../participants/values.mjs';

const LIBRARIES = {
  'zarr-ts': async () => {
    const zarr = await import('../../dist/sync.js');
    const { BloscCodec, GzipCodec, numcodecs, ZstdCodec } = await import('../../dist/codecs.js');
    await zarr.ready();
    const codec = (one) => {
      // No chunk is needed to bind to: nothing of these codecs is left open.
      const bound = one.bind({});
      return {
        decode: (bytes, size) => bound.decode(bytes, size, size),
        reuse: bound.decodeLent && ((bytes, size) => bound.decodeLent(bytes, size, size)),
      };
    };
    const blosc = (cname) => new BloscCodec({ cname, clevel: 5, shuffle: 'shuffle', blocksize: 0, typesize: 1 });
    return {
      codecs: {
        lz4: codec(new numcodecs.LZ4()),
        zstd: codec(new ZstdCodec()),
        'blosc-lz4': codec(blosc('lz4')),
        'blosc-zstd': codec(blosc('zstd')),
        gzip: codec(new GzipCodec()),
      },
      open: (files) => zarr.openArray(new Map(files), { mode: 'r' }),
      read: (array) => array.get().data,
    };
  },
  zarrita: async () => {
    const zarr = await import('zarrita');
    return {
      codecs: {},
      open: (files) => zarr.open.v3(new Map(files.map(([key, bytes]) => [`/${key}`, bytes])), { kind: 'array' }),
      read: async (array) => (await zarr.get(array)).data,
    };
  },
  'numcodecs.js': async () => {
    const [{ default: Blosc }, { default: LZ4 }, { default: Zstd }] = await Promise.all([
      import('numcodecs/blosc'),
      import('numcodecs/lz4'),
      import('numcodecs/zstd'),
    ]);
    const codec = (one) => ({ decode: (bytes) => one.decode(bytes) });
    const blosc = codec(new Blosc());
    return { codecs: { lz4: codec(new LZ4()), zstd: codec(new Zstd()), 'blosc-lz4': blosc, 'blosc-zstd': blosc } };
  },
  zstddec: async () => {
    const { ZSTDDecoder } = await import('zstddec');
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return { codecs: { zstd: { decode: (bytes, size) => decoder.decode(bytes, size) } } };
  },
  fflate: async () => {
    const { gunzipSync } = await import('fflate');
    const targets = new Map();
    const targetOf = (size) => {
      if (!targets.has(size)) targets.set(size, new Uint8Array(size));
      return targets.get(size);
    };
    return {
      codecs: {
        gzip: {
          decode: (bytes, size) => gunzipSync(bytes, { out: new Uint8Array(size) }),
          reuse: (bytes, size) => gunzipSync(bytes, { out: targetOf(size) }),
        },
      },
    };
  },
};

const library = await LIBRARIES[new URL(location.href).searchParams.get('name')]();
let prepared;

globalThis.answer = async ({ seconds, ...task }) => {
  const key = JSON.stringify(task);
  if (prepared?.key !== key)
    prepared = { key, ...(task.direction === 'read' ? await reading(task) : await decoding(task)) };
  if (prepared.run === undefined) return { kind: prepared.wrong ? 'wrong' : 'missing', what: prepared.wrong };
  let count = 0;
  const start = performance.now();
  const end = start + 1000 * seconds;
  let now = start;
  while (now < end) {
    const result = prepared.run();
    if (result instanceof Promise) await result;
    count++;
    now = performance.now();
  }
  return { kind: 'timed', seconds: (now - start) / 1000 / count };
};
document.title = 'ready';

async function decoding({ codec, direction, encoded, raw, size }) {
  const work = library.codecs[codec]?.[direction];
  if (work === undefined) return {};
  const [input, expected] = await Promise.all([bytesAt(encoded), bytesAt(raw)]);
  const output = await work(input, size);
  if (output === undefined) return {};
  const isRight = output.length === size && expected.every((byte, i) => byte === output[i]);
  return isRight ? { run: () => work(input, size) } : { wrong: `${codec}: not the bytes that were encoded` };
}

async function reading({ files, bytes, array }) {
  if (library.open === undefined) return {};
  const all = await bytesAt(bytes);
  let at = 0;
  const opened = await library.open(files.map(([key, length]) => [key, all.slice(at, (at += length))]));
  const start = array.shape.map(() => 0);
  const wrong = wrongValue(array.values, start, array.shape, await library.read(opened));
  return wrong ? { wrong } : { run: () => library.read(opened) };
}

async function bytesAt(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
