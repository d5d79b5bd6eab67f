/** The LZMA2 stream of some bytes, in chunks; lzma2-decode says what they are. */
import { LzmaEncoder } from './lzma-encode.js';
import type { LzmaStage } from './lzma-filters.js';
import { propertiesByte } from './lzma-model.js';
import type { Output } from './output.js';

/** The most bytes that a chunk decodes to, and that it is long. */
const MAX_DECODED = 2 ** 21;
const MAX_ENCODED = 2 ** 16;
/** More than a symbol and the end of a range need. */
const SPARE = 64;

/** Appends the stream of `bytes`. */
export function lzma2Encode(bytes: Uint8Array, stage: LzmaStage, output: Output): void {
  const encoder = new LzmaEncoder(bytes, stage);
  let hasProperties = false;
  let isFresh = true;
  for (let start = 0; start < bytes.length; start = encoder.at) {
    encoder.run(Math.min(bytes.length, start + MAX_DECODED), MAX_ENCODED - SPARE);
    const size = encoder.at - start;
    const encoded = encoder.range.finish();
    if (encoded.length >= size) {
      writeStored(bytes.subarray(start, encoder.at), start === 0, output);
      // The decoder has not seen what the probabilities have adapted to.
      encoder.reset();
      isFresh = true;
      continue;
    }
    const control = start === 0 ? 0xe0 : !hasProperties ? 0xc0 : isFresh ? 0xa0 : 0x80;
    const sizes = [(size - 1) >>> 8, size - 1, (encoded.length - 1) >>> 8, encoded.length - 1];
    output.append(Uint8Array.of(control | ((size - 1) >>> 16), ...sizes));
    if (!hasProperties) output.append(Uint8Array.of(propertiesByte(stage)));
    output.append(encoded);
    hasProperties = true;
    isFresh = false;
  }
  output.append(new Uint8Array(1));
}

/** Appends bytes as they are: a chunk holds 64 KiB, and no more are coded at once where they do not shrink. */
function writeStored(bytes: Uint8Array, isFirst: boolean, output: Output): void {
  for (let start = 0; start < bytes.length; start += MAX_ENCODED) {
    const part = bytes.subarray(start, start + MAX_ENCODED);
    const control = isFirst && start === 0 ? 1 : 2;
    output.append(Uint8Array.of(control, (part.length - 1) >>> 8, part.length - 1));
    output.append(part);
  }
}
