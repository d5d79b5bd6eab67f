/** node:zlib, which has zstd from Node 22.15 on. */
import * as zlib from 'node:zlib';
import { answer } from './answer.mjs';

const chunkSize = (size) => Math.max(1024, size + 64);
const { ZSTD_c_compressionLevel: level } = zlib.constants;

await answer({
  gzip: {
    encode: (bytes) => zlib.gzipSync(bytes, { level: 5 }),
    decode: (bytes, size) => zlib.gunzipSync(bytes, { chunkSize: chunkSize(size) }),
  },
  zstd: zlib.zstdDecompressSync && {
    encode: (bytes) => zlib.zstdCompressSync(bytes, { params: { [level]: 3 }, chunkSize: chunkSize(bytes.length) }),
    decode: (bytes, size) => zlib.zstdDecompressSync(bytes, { chunkSize: chunkSize(size) }),
  },
});
