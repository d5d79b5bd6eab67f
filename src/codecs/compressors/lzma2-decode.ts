/**
 * LZMA2: chunks that are LZMA, or bytes as they are. The first byte of a chunk says which, and what begins anew; zero ends
 * the stream. Sizes have the highest byte first.
 */
import { CodecError } from '../../errors.js';
import { LzmaDecoder } from './lzma-decode.js';
import { type LzmaProperties, propertiesOf } from './lzma-model.js';
import type { Output } from './output.js';

const corrupt = (text: string): CodecError => new CodecError(`damaged LZMA2 stream: ${text}`);

/** Appends what the stream at `start` of `source` decodes to; where it ends. */
export function lzma2Decode(source: Uint8Array, start: number, output: Output, window: number): number {
  const decoder = new LzmaDecoder(output, window);
  let properties: LzmaProperties | undefined;
  let hasDictionary = false;
  let hasState = false;
  let at = start;
  for (;;) {
    const control = byteAt(source, at);
    if (control === 0) return at + 1;
    if (control === 1 || control >= 0xe0) {
      decoder.resetDictionary();
      hasDictionary = true;
    } else if (!hasDictionary) throw corrupt('no dictionary to begin with');
    if (control < 0x80) {
      if (control > 2) throw corrupt(`a chunk of kind ${control}`);
      at = copyStored(source, at, output);
      continue;
    }
    const size = ((control & 0x1f) << 16) + sizeAt(source, at + 1);
    const encodedSize = sizeAt(source, at + 3);
    at += 5;
    if (control >= 0xc0) {
      properties = propertiesOf(byteAt(source, at++));
      if (properties === undefined || properties.lc + properties.lp > 4) throw corrupt('impossible properties');
    }
    if (control >= 0xa0) {
      if (properties === undefined) throw corrupt('no properties to begin with');
      decoder.reset(properties);
      hasState = true;
    } else if (!hasState) throw corrupt('no state to begin with');
    if (encodedSize > source.length - at) throw corrupt('it is truncated');
    decoder.begin(source, at, at + encodedSize);
    at += encodedSize;
    if (decoder.run(output.length + size)) throw corrupt('an end mark within');
    if (!decoder.isFinished || decoder.at !== at) throw corrupt('a chunk of another size');
  }
}

/** Copies the bytes of a chunk that is stored as they are; where it ends. */
function copyStored(source: Uint8Array, at: number, output: Output): number {
  const size = sizeAt(source, at + 1);
  const end = at + 3 + size;
  if (end > source.length) throw corrupt('it is truncated');
  output.append(source.subarray(at + 3, end));
  return end;
}

function byteAt(source: Uint8Array, at: number): number {
  const byte = source[at];
  if (byte === undefined) throw corrupt('it is truncated');
  return byte;
}

/** A size in two bytes, stored less one. */
const sizeAt = (source: Uint8Array, at: number): number => (byteAt(source, at) << 8) + byteAt(source, at + 1) + 1;
