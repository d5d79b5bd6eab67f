/** The library from dist/; with `--twins` without its compiled kernels. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyWithoutKernels } from '../../scripts/without-kernels.mjs';
import { answer } from './answer.mjs';

const own = fileURLToPath(new URL('../../dist', import.meta.url));
const dist = process.argv.includes('--twins') ? copyWithoutKernels() : own;
const load = (name) => import(join(dist, name));
const { bloscDecode } = await load('codecs/compressors/blosc-decode.js');
const { bloscEncode } = await load('codecs/compressors/blosc-encode.js');
const { lz4Bound, lz4Decode, lz4Encode } = await load('codecs/compressors/lz4-block.js');
const { zstdDecode } = await load('codecs/compressors/zstd-frame.js');
const { zstdEncode } = await load('kernels/zstd-encode.js');
const { gunzip } = await load('codecs/compressors/deflate-streams.js');

const blosc = (cname) => ({
  encode: (bytes, typesize) => bloscEncode(bytes, { cname, clevel: 5, shuffle: 'shuffle', typesize, blocksize: 0 }),
  decode: bloscDecode,
});

await answer({
  lz4: {
    encode: (bytes) => {
      const target = new Uint8Array(lz4Bound(bytes.length));
      return target.slice(0, lz4Encode(bytes, target));
    },
    // numcodecs puts the size before the block.
    decode: (bytes, size) => {
      const target = new Uint8Array(size);
      lz4Decode(bytes.subarray(4), target);
      return target;
    },
  },
  zstd: { encode: (bytes) => zstdEncode(bytes, { level: 3, checksum: false }), decode: zstdDecode },
  'blosc-lz4': blosc('lz4'),
  'blosc-zstd': blosc('zstd'),
  gzip: { decode: (bytes, size) => gunzip(bytes, size, size) },
});
