/** The literals section of a block: RFC 8878, section 3.1.1.3.1. */

import { describeCode, encodedBytes, encodeStream, huffmanCode } from './huffman.js';

const RAW = 0;
const RLE = 1;
const COMPRESSED = 2;

/** Fewer literals than this are not worth a Huffman code of their own. */
const FEWEST_COMPRESSED = 64;
/** From here on literals go into four streams, which a decoder reads side by side. */
const FEWEST_IN_FOUR_STREAMS = 256;
const JUMP_TABLE_BYTES = 6;

/** Writes the section and returns where it ends. */
export function writeLiterals(target: DataView, start: number, literals: Uint8Array): number {
  if (literals.length >= FEWEST_COMPRESSED) {
    const counts = new Uint32Array(256);
    for (let i = 0; i < literals.length; i++) counts[literals[i]!]!++;
    const most = counts.reduce((greatest, count) => Math.max(greatest, count), 0);
    if (most === literals.length) return writeRepeated(target, start, literals);
    // Where no byte is more frequent than by chance, there is nothing to gain.
    if (most > (literals.length >> 7) + 4) {
      const end = writeCompressed(target, start, literals, counts);
      if (end !== undefined) return end;
    }
  }
  return writeRaw(target, start, literals);
}

function writeRaw(target: DataView, start: number, literals: Uint8Array): number {
  const at = writePlainHeader(target, start, RAW, literals.length);
  new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(literals, at);
  return at + literals.length;
}

function writeRepeated(target: DataView, start: number, literals: Uint8Array): number {
  const at = writePlainHeader(target, start, RLE, literals.length);
  target.setUint8(at, literals[0]!);
  return at + 1;
}

/** The header of raw and repeated literals: type, size format, and the size in 5, 12 or 20 bits. */
function writePlainHeader(target: DataView, start: number, type: number, size: number): number {
  if (size < 32) {
    target.setUint8(start, type | (size << 3));
    return start + 1;
  }
  if (size < 4096) {
    target.setUint16(start, type | (1 << 2) | (size << 4), true);
    return start + 2;
  }
  target.setUint32(start, type | (3 << 2) | (size << 4), true);
  return start + 3;
}

/** Returns `undefined` where compression does not pay. */
function writeCompressed(
  target: DataView,
  start: number,
  literals: Uint8Array,
  counts: Uint32Array,
): number | undefined {
  const size = literals.length;
  const code = huffmanCode(counts);
  const headerBytes = size < 1024 ? 3 : size < 16384 ? 4 : 5;
  const codeEnd = describeCode(target, start + headerBytes, code);
  if (codeEnd === undefined) return undefined;
  const isSingle = size < FEWEST_IN_FOUR_STREAMS;
  const expectedBytes = codeEnd - start + encodedBytes(code, counts) + (isSingle ? 1 : JUMP_TABLE_BYTES + 4);
  // A saving below a sixty-fourth is not worth the time to decode.
  if (expectedBytes + (size >> 6) >= size) return undefined;
  const end = isSingle
    ? encodeStream(target, codeEnd, code.codes, literals, 0, size)
    : writeFourStreams(target, codeEnd, code.codes, literals);
  writeCompressedHeader(target, start, size, end - start - headerBytes);
  return end;
}

/** Four streams of equal numbers of literals, the last with what is left; a table tells the sizes of the first three. */
function writeFourStreams(target: DataView, start: number, codes: Uint32Array, literals: Uint8Array): number {
  const quarter = (literals.length + 3) >> 2;
  let at = start + JUMP_TABLE_BYTES;
  for (let stream = 0; stream < 4; stream++) {
    const from = stream * quarter;
    const end = encodeStream(target, at, codes, literals, from, Math.min(from + quarter, literals.length));
    if (stream < 3) target.setUint16(start + 2 * stream, end - at, true);
    at = end;
  }
  return at;
}

/** Type, size format and both sizes, in 10, 14 or 18 bits each. */
function writeCompressedHeader(target: DataView, start: number, size: number, compressedSize: number): void {
  if (size < 1024) {
    const sizeFormat = size < FEWEST_IN_FOUR_STREAMS ? 0 : 1;
    const header = COMPRESSED | (sizeFormat << 2) | (size << 4) | (compressedSize << 14);
    target.setUint16(start, header, true);
    target.setUint8(start + 2, header >>> 16);
  } else if (size < 16384) {
    target.setUint32(start, COMPRESSED | (2 << 2) | (size << 4) | (compressedSize << 18), true);
  } else {
    // 40 bits: the low ten of the compressed size share a word with the rest.
    target.setUint32(start, COMPRESSED | (3 << 2) | (size << 4) | (compressedSize << 22), true);
    target.setUint8(start + 4, compressedSize >>> 10);
  }
}
