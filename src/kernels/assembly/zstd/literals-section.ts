/**
 * The literals section of a block: RFC 8878, section 3.1.1.3.1.
 *
 * Bounds: at most 2^17 literals. A section takes no more than the literals and 1 KiB; eight bytes behind it may be
 * overwritten.
 */

import { BYTE_COUNTS, buildHuffmanCode, describeCode, encodedBytes, encodeStream } from './huffman';
import { LITERALS, literalCount } from './sequences';

const RAW: u32 = 0;
const RLE: u32 = 1;
const COMPRESSED: u32 = 2;

/** Fewer literals than this are not worth a Huffman code of their own. */
const FEWEST_COMPRESSED: u32 = 64;
/** From here on literals go into four streams, which a decoder reads side by side. */
const FEWEST_IN_FOUR_STREAMS: u32 = 256;
const JUMP_TABLE_BYTES: u32 = 6;

/** Counts of three further lanes: equal neighbours would wait for each other in one. */
const LANES: usize = memory.data(3 * 1024, 16);

/** Writes the section and returns where it ends. */
export function writeLiterals(start: usize): usize {
  if (literalCount >= FEWEST_COMPRESSED) {
    const most = countBytes();
    if (most == literalCount) return writeRepeated(start);
    // Where no byte is more frequent than by chance, there is nothing to gain.
    if (most > (literalCount >> 7) + 4) {
      const end = writeCompressed(start);
      if (end != 0) return end;
    }
  }
  return writeRaw(start);
}

/** Counts the bytes of the literals, and returns how often the most frequent one occurs. */
function countBytes(): u32 {
  memory.fill(BYTE_COUNTS, 0, 1024);
  memory.fill(LANES, 0, 3 * 1024);
  const end = LITERALS + literalCount;
  let at = LITERALS;
  for (; at + 4 <= end; at += 4) {
    const bytes = load<u32>(at);
    countInto(BYTE_COUNTS, bytes & 255);
    countInto(LANES, (bytes >> 8) & 255);
    countInto(LANES + 1024, (bytes >> 16) & 255);
    countInto(LANES + 2048, bytes >> 24);
  }
  for (; at < end; at++) countInto(BYTE_COUNTS, load<u8>(at));
  let most: u32 = 0;
  for (let place: usize = 0; place < 1024; place += 4) {
    const lanes = load<u32>(LANES + place) + load<u32>(LANES + place, 1024) + load<u32>(LANES + place, 2048);
    const sum = load<u32>(BYTE_COUNTS + place) + lanes;
    store<u32>(BYTE_COUNTS + place, sum);
    most = max<u32>(most, sum);
  }
  return most;
}

// @ts-ignore: decorator
@inline
function countInto(counts: usize, byte: u32): void {
  const place = counts + ((<usize>byte) << 2);
  store<u32>(place, load<u32>(place) + 1);
}

function writeRaw(start: usize): usize {
  const at = writePlainHeader(start, RAW, literalCount);
  memory.copy(at, LITERALS, literalCount);
  return at + literalCount;
}

function writeRepeated(start: usize): usize {
  const at = writePlainHeader(start, RLE, literalCount);
  store<u8>(at, load<u8>(LITERALS));
  return at + 1;
}

/** The header of raw and repeated literals: type, size format, and the size in 5, 12 or 20 bits. */
function writePlainHeader(start: usize, type: u32, size: u32): usize {
  if (size < 32) {
    store<u8>(start, <u8>(type | (size << 3)));
    return start + 1;
  }
  if (size < 4096) {
    store<u16>(start, <u16>(type | (1 << 2) | (size << 4)));
    return start + 2;
  }
  store<u32>(start, type | (3 << 2) | (size << 4));
  return start + 3;
}

/** Returns 0 where compression does not pay. */
function writeCompressed(start: usize): usize {
  const size = literalCount;
  buildHuffmanCode();
  const headerBytes: u32 = size < 1024 ? 3 : size < 16384 ? 4 : 5;
  const codeEnd = describeCode(start + headerBytes);
  if (codeEnd == 0) return 0;
  const isSingle = size < FEWEST_IN_FOUR_STREAMS;
  const expectedBytes = <u32>(codeEnd - start) + encodedBytes() + (isSingle ? 1 : JUMP_TABLE_BYTES + 4);
  // A saving below a sixty-fourth is not worth the time to decode.
  if (expectedBytes + (size >> 6) >= size) return 0;
  const end = isSingle ? encodeStream(codeEnd, LITERALS, LITERALS + size) : writeFourStreams(codeEnd, size);
  writeCompressedHeader(start, size, <u32>(end - start) - headerBytes);
  return end;
}

/** Four streams of as many literals each, the last with what is left; a table tells the sizes of the first three. */
function writeFourStreams(start: usize, size: u32): usize {
  const quarter: usize = (size + 3) >> 2;
  let at = start + JUMP_TABLE_BYTES;
  for (let stream: usize = 0; stream < 4; stream++) {
    const from = LITERALS + stream * quarter;
    const end = encodeStream(at, from, min<usize>(from + quarter, LITERALS + size));
    if (stream < 3) store<u16>(start + (stream << 1), <u16>(end - at));
    at = end;
  }
  return at;
}

/** Type, size format and both sizes, in 10, 14 or 18 bits each. */
function writeCompressedHeader(start: usize, size: u32, compressedSize: u32): void {
  if (size < 1024) {
    const sizeFormat: u32 = size < FEWEST_IN_FOUR_STREAMS ? 0 : 1;
    const header = COMPRESSED | (sizeFormat << 2) | (size << 4) | (compressedSize << 14);
    store<u16>(start, <u16>header);
    store<u8>(start, <u8>(header >> 16), 2);
  } else if (size < 16384) {
    store<u32>(start, COMPRESSED | (2 << 2) | (size << 4) | (compressedSize << 18));
  } else {
    // 40 bits: the low ten of the compressed size share a word with the rest.
    store<u32>(start, COMPRESSED | (3 << 2) | (size << 4) | (compressedSize << 22));
    store<u8>(start, <u8>(compressedSize >> 10), 4);
  }
}
