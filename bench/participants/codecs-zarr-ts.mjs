/** The library from dist/, as arrays use it: codecs bound to chunks; with `--twins` without its compiled kernels. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyWithoutKernels } from '../../scripts/without-kernels.mjs';
import { answer } from './answer.mjs';

const own = fileURLToPath(new URL('../../dist', import.meta.url));
const dist = process.argv.includes('--twins') ? copyWithoutKernels() : own;
const { BloscCodec, GzipCodec, numcodecs, ZstdCodec } = await import(join(dist, 'codecs.js'));

const all = (codec) => both(() => codec);
const blosc = (cname) => {
  const sized = (typesize) => new BloscCodec({ cname, clevel: 5, shuffle: 'shuffle', blocksize: 0, typesize });
  return both(sized);
};

await answer({
  lz4: all(new numcodecs.LZ4()),
  zstd: all(new ZstdCodec({ level: 3 })),
  'blosc-lz4': blosc('lz4'),
  'blosc-zstd': blosc('zstd'),
  gzip: all(new GzipCodec({ level: 5 })),
});

/** What is timed of a codec, which may have to be told the size of an element to encode. */
function both(codecFor) {
  const bound = new Map();
  const ofSize = (itemSize) => {
    // No chunk is needed to bind to: nothing of these codecs is left open.
    if (!bound.has(itemSize)) bound.set(itemSize, codecFor(itemSize).bind({}));
    return bound.get(itemSize);
  };
  const decoder = ofSize(1);
  return {
    encode: (bytes, itemSize) => ofSize(itemSize).encode(bytes),
    decode: (bytes, size) => decoder.decode(bytes, size, size),
    // Bytes that are lent, to be copied to where they belong: only with kernels, and not of every codec.
    reuse: decoder.decodeLent && ((bytes, size) => decoder.decodeLent(bytes, size, size)),
  };
}
