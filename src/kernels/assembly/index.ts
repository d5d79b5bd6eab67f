/** The compiled hot loops, in AssemblyScript. What the module exports is described in `../kernels.ts`. */

export { bloscDecodeBlock, bloscDecodeFrame, bloscEncodeLz4Blocks } from './blosc';
export { blosclzDecode } from './blosclz';
export { adler32Input, adler32Output, crc32Input, crc32Output } from './checksums';
export { deflate } from './deflate';
export { outputAddress, refill, reserve } from './exchange';
export { inflate, inflatedBytes, inflateWhole } from './inflate';
export { lz4Decode } from './lz4-decode';
export { lz4Encode } from './lz4-encode';
export { kernelsVersion } from './version';
export { shuffleBack, shuffleForward } from './shuffles';
export { snappyDecode } from './snappy';
export { zstdDecodeBlocks, zstdDecodeFrame } from './zstd/decode/frame';
export { xxhash64Output } from './zstd/xxhash64';
export { zstdBegin, zstdEncodeSegment, zstdOutput, zstdReserve } from './zstd/segment';
