/**
 * A zstd encoder (RFC 8878) in plain TypeScript: it serves wherever the compiled kernel cannot, before it is loaded or
 * where a page's policy forbids WebAssembly. It makes the same bytes as the kernel.
 */

import { encodeFrame, strategyOf, type ZstdOptions } from '../zstd-frame.js';
import { SegmentEncoder } from './zstd/segment-encoder.js';

/** One zstd frame that holds `bytes`. */
export function zstdEncodeTwin(bytes: Uint8Array, { level, checksum }: ZstdOptions): Uint8Array {
  const encoder = new SegmentEncoder(bytes.length, strategyOf(level, bytes.length));
  return encodeFrame(bytes, checksum, (segment, isLast) => encoder.encode(segment, isLast));
}
