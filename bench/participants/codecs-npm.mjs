/** What is in bench/node_modules of: numcodecs, zstddec, fflate (by the argument). */
import { answer } from './answer.mjs';

const participants = {
  numcodecs: async () => {
    const [{ default: Blosc }, { default: LZ4 }, { default: Zstd }] = await Promise.all([
      import('numcodecs/blosc'),
      import('numcodecs/lz4'),
      import('numcodecs/zstd'),
    ]);
    const both = (codec) => ({ encode: (bytes) => codec.encode(bytes), decode: (bytes) => codec.decode(bytes) });
    const blosc = (cname) => both(new Blosc(5, cname, Blosc.SHUFFLE, 0));
    return {
      lz4: both(new LZ4()),
      zstd: both(new Zstd(3)),
      'blosc-lz4': blosc('lz4'),
      'blosc-zstd': blosc('zstd'),
    };
  },
  zstddec: async () => {
    const { ZSTDDecoder } = await import('zstddec');
    const decoder = new ZSTDDecoder();
    await decoder.init();
    return { zstd: { decode: (bytes, size) => decoder.decode(bytes, size) } };
  },
  fflate: async () => {
    const { gunzipSync, gzipSync } = await import('fflate');
    const targets = new Map();
    const targetOf = (size) => {
      if (!targets.has(size)) targets.set(size, new Uint8Array(size));
      return targets.get(size);
    };
    return {
      gzip: {
        encode: (bytes) => gzipSync(bytes, { level: 5 }),
        decode: (bytes, size) => gunzipSync(bytes, { out: new Uint8Array(size) }),
        reuse: (bytes, size) => gunzipSync(bytes, { out: targetOf(size) }),
      },
    };
  },
};

await answer(await participants[process.argv[2]]());
