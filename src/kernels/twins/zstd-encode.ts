/**
 * A zstd encoder (RFC 8878) in plain TypeScript: it serves wherever the compiled kernel cannot, before it is loaded or
 * where a page's policy forbids WebAssembly. Same format, same strategies as the kernel, not always the same bytes.
 */

import { encodeFrame, strategyOf, type ZstdOptions } from '../zstd-frame.js';
import { SegmentEncoder } from './zstd/segment-encoder.js';

/** One zstd frame that holds `bytes`. */
export function zstdEncodeTwin(bytes: Uint8Array, { level, checksum }: ZstdOptions): Uint8Array {
  const encoder = new SegmentEncoder(bytes.length, strategyOf(level));
  return encodeFrame(bytes, checksum, (segment, isLast) => encoder.encode(segment, isLast));
}
