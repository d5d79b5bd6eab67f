/**
 * The blocks of a Blosc 1 frame: one stream or several, each its length and its bytes, raw where that length is the decoded
 * one; together they are the block, shuffled. The frame around them is read and made outside.
 * https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
 *
 * Use: `reserve` for a block with as much scratch memory as it has decoded bytes, and call one of these.
 *
 * Bounds: nothing outside of the three is looked at but by decoders, in their bounds; streams are decoded and encoded one
 * after another, so that what is written behind one is written again by the next.
 */

import { inputEnd, inputStart, outputEnd, outputStart, scratchEnd, scratchStart } from './exchange';
import { decodeLz4Block } from './lz4-decode';
import { encodeLz4Block } from './lz4-encode';
import { shuffleBlock, unshuffleBlock } from './shuffles';
import { decodeUsualFrame } from './zstd/decode/frame';

const LZ4: u32 = 1;
const ZSTD: u32 = 4;
const NO_SHUFFLE: u32 = 0;
const LENGTH_BYTES: usize = 4;

/** Decodes the input, the streams of a block, to the output; whether they exactly filled it. */
export function bloscDecodeBlock(format: u32, shuffle: u32, size: u32, streamCount: u32): bool {
  const blockBytes = outputEnd - outputStart;
  if (format != LZ4 && format != ZSTD) unreachable();
  if (shuffle != NO_SHUFFLE && scratchEnd - scratchStart != blockBytes) unreachable();
  if (streamCount == 0 || blockBytes % streamCount != 0) return false;
  const streamBytes = blockBytes / streamCount;
  const streams = shuffle == NO_SHUFFLE ? outputStart : scratchStart;
  let at = inputStart;
  let to = streams;
  for (let stream: u32 = 0; stream < streamCount; stream++) {
    if (inputEnd - at < LENGTH_BYTES) return false;
    const encodedBytes: usize = load<u32>(at);
    at += LENGTH_BYTES;
    if (encodedBytes > inputEnd - at) return false;
    const end = at + encodedBytes;
    const toEnd = to + streamBytes;
    if (encodedBytes == streamBytes) memory.copy(to, at, streamBytes);
    else if (format == LZ4) {
      if (!decodeLz4Block(at, end, to, toEnd)) return false;
    } else if (!decodeUsualFrame(at, end, to, toEnd)) return false;
    at = end;
    to = toEnd;
  }
  if (shuffle != NO_SHUFFLE) unshuffleBlock(streams, outputStart, blockBytes, shuffle, size);
  return true;
}

/** Encodes the input, a block, as LZ4 streams; how long they are, or -1 if they do not fit into the output. */
export function bloscEncodeLz4Block(shuffle: u32, size: u32, streamCount: u32, acceleration: u32): i32 {
  const blockBytes = inputEnd - inputStart;
  if (shuffle != NO_SHUFFLE && scratchEnd - scratchStart != blockBytes) unreachable();
  if (streamCount == 0 || blockBytes % streamCount != 0) unreachable();
  const streamBytes = blockBytes / streamCount;
  let from = inputStart;
  if (shuffle != NO_SHUFFLE) {
    shuffleBlock(inputStart, scratchStart, blockBytes, shuffle, size);
    from = scratchStart;
  }
  let at = outputStart;
  for (let stream: u32 = 0; stream < streamCount; stream++) {
    const start = at + LENGTH_BYTES;
    if (start > outputEnd) return -1;
    // One byte less than the stream: one that does not shrink is stored raw.
    const shortEnd = min<usize>(outputEnd, start + streamBytes - 1);
    let end = encodeLz4Block(from, from + streamBytes, start, shortEnd, acceleration);
    if (end == 0) {
      end = start + streamBytes;
      if (end > outputEnd) return -1;
      memory.copy(start, from, streamBytes);
    }
    store<u32>(at, <u32>(end - start));
    at = end;
    from += streamBytes;
  }
  return <i32>(at - outputStart);
}
