/** The compiled hot loops, in AssemblyScript. What the module exports is described in `../kernels.ts`. */

export { zstdDecodeBlocks, zstdDecodeOutput, zstdDecodeReserve } from './zstd/decode/frame';
export { zstdBegin, zstdEncodeSegment, zstdOutput, zstdReserve } from './zstd/segment';
