/**
 * The blocks of a Blosc 1 frame: one stream or several, each its length and its bytes, raw where that length is the decoded
 * one; together they are the block, shuffled. The header of the frame is read and made outside; behind it is a table of
 * where each block begins.
 * https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
 *
 * Use: `reserve` with as much scratch memory as a block has decoded bytes, and call one of these.
 *
 * Bounds: nothing outside of the three is looked at but by decoders, in their bounds; streams and blocks are decoded and
 * encoded one after another, so that what is written behind one is written again by the next. The scratch memory is that
 * of one block, which the nearer caches have room for.
 */

import { decodeBlosclzStream } from './blosclz';
import { inputEnd, inputStart, outputEnd, outputStart, scratchEnd, scratchStart } from './exchange';
import { decodeLz4Block } from './lz4-decode';
import { encodeLz4Block } from './lz4-encode';
import { BITS, shuffleBlock, unshuffleBlock } from './shuffles';
import { decodeSnappyStream } from './snappy';
import { decodeUsualFrame } from './zstd/decode/frame';

const BLOSCLZ: u32 = 0;
const LZ4: u32 = 1;
const SNAPPY: u32 = 2;
const ZSTD: u32 = 4;
const NO_SHUFFLE: u32 = 0;
const HEADER_BYTES: usize = 16;
const LENGTH_BYTES: usize = 4;

/** Decodes a stream; whether it exactly filled `target` to `targetEnd`. A format is added here, and in `../blosc.ts`. */
// @ts-ignore: decorator
@inline
function decodeStream(format: u32, source: usize, sourceEnd: usize, target: usize, targetEnd: usize): bool {
  if (format == LZ4) return decodeLz4Block(source, sourceEnd, target, targetEnd);
  if (format == ZSTD) return decodeUsualFrame(source, sourceEnd, target, targetEnd);
  if (format == BLOSCLZ) return decodeBlosclzStream(source, sourceEnd, target, targetEnd);
  if (format == SNAPPY) return decodeSnappyStream(source, sourceEnd, target, targetEnd);
  return false;
}

/**
 * Decodes the input, a frame, to the output; whether its blocks exactly filled that. Blocks have `blockBytes` decoded bytes
 * and `streamCount` streams; a shorter one at the end has a single stream.
 */
export function bloscDecodeFrame(format: u32, shuffle: u32, size: u32, streamCount: u32, blockBytes: u32): bool {
  if (blockBytes == 0) unreachable();
  const decodedBytes = outputEnd - outputStart;
  const frameBytes = inputEnd - inputStart;
  const headBytes = HEADER_BYTES + LENGTH_BYTES * ((decodedBytes + blockBytes - 1) / blockBytes);
  if (headBytes > frameBytes) return false;
  let entry = inputStart + HEADER_BYTES;
  for (let left = decodedBytes; left > 0; ) {
    const start: usize = load<u32>(entry);
    entry += LENGTH_BYTES;
    if (start < headBytes || start > frameBytes) return false;
    const target = outputEnd - left;
    const length = min<usize>(left, blockBytes);
    const streams: u32 = length == blockBytes ? streamCount : 1;
    if (!decodeBlock(inputStart + start, target, length, format, shuffle, size, streams)) return false;
    left -= length;
  }
  return true;
}

/** Decodes the input, the streams of a block, to `length` bytes of the output at `position`; whether they are that many. */
export function bloscDecodeBlock(
  format: u32,
  shuffle: u32,
  size: u32,
  streamCount: u32,
  position: u32,
  length: u32,
): bool {
  const room = outputEnd - outputStart;
  if (position > room || length > room - position) unreachable();
  const target = outputStart + position;
  return decodeBlock(inputStart, target, length, format, shuffle, size, streamCount);
}

/** Decodes the streams from `at` on, which the input has to have room for, to the `length` bytes at `target`. */
function decodeBlock(
  at: usize,
  target: usize,
  length: usize,
  format: u32,
  shuffle: u32,
  size: u32,
  streamCount: u32,
): bool {
  const isShuffled = isShuffledBlock(shuffle, size, length);
  if (streamCount == 0 || length % streamCount != 0) return false;
  const streamBytes = length / streamCount;
  const streams = isShuffled ? scratchStart : target;
  let to = streams;
  for (let stream: u32 = 0; stream < streamCount; stream++) {
    if (inputEnd - at < LENGTH_BYTES) return false;
    const encodedBytes: usize = load<u32>(at);
    at += LENGTH_BYTES;
    if (encodedBytes > inputEnd - at) return false;
    const end = at + encodedBytes;
    const toEnd = to + streamBytes;
    if (encodedBytes == streamBytes) memory.copy(to, at, streamBytes);
    else if (!decodeStream(format, at, end, to, toEnd)) return false;
    at = end;
    to = toEnd;
  }
  if (isShuffled) unshuffleBlock(streams, target, length, shuffle, size);
  return true;
}

/**
 * Encodes the input, blocks of `blockBytes` of which the last may be shorter, as LZ4 streams to the output from `position`
 * on, and enters them there in the table of the frame, from block `first` on. Where they end in the output, or -1 if they
 * do not fit.
 */
export function bloscEncodeLz4Blocks(
  shuffle: u32,
  size: u32,
  streamCount: u32,
  blockBytes: u32,
  acceleration: u32,
  first: u32,
  position: u32,
): i32 {
  const room = outputEnd - outputStart;
  if (blockBytes == 0 || position > room || first > room / LENGTH_BYTES) unreachable();
  let at = outputStart + position;
  let entry = outputStart + HEADER_BYTES + LENGTH_BYTES * first;
  for (let from = inputStart; from < inputEnd; ) {
    const length = min<usize>(inputEnd - from, blockBytes);
    if (entry + LENGTH_BYTES > outputEnd || at > outputEnd) return -1;
    store<u32>(entry, <u32>(at - outputStart));
    entry += LENGTH_BYTES;
    const streams: u32 = length == blockBytes ? streamCount : 1;
    at = encodeLz4Streams(from, length, at, shuffle, size, streams, acceleration);
    if (at == 0) return -1;
    from += length;
  }
  return <i32>(at - outputStart);
}

/** Encodes the `length` bytes at `source`, a block, to `at`; where its streams end, or 0 if that is behind the output. */
function encodeLz4Streams(
  source: usize,
  length: usize,
  at: usize,
  shuffle: u32,
  size: u32,
  streamCount: u32,
  acceleration: u32,
): usize {
  if (streamCount == 0 || length % streamCount != 0) unreachable();
  const streamBytes = length / streamCount;
  let from = source;
  if (isShuffledBlock(shuffle, size, length)) {
    shuffleBlock(source, scratchStart, length, shuffle, size);
    from = scratchStart;
  }
  for (let stream: u32 = 0; stream < streamCount; stream++) {
    const start = at + LENGTH_BYTES;
    if (start > outputEnd) return 0;
    // One byte less than the stream: one that does not shrink is stored raw.
    const shortEnd = min<usize>(outputEnd, start + streamBytes - 1);
    let end = encodeLz4Block(from, from + streamBytes, start, shortEnd, acceleration);
    if (end == 0) {
      end = start + streamBytes;
      if (end > outputEnd) return 0;
      memory.copy(start, from, streamBytes);
    }
    store<u32>(at, <u32>(end - start));
    at = end;
    from += streamBytes;
  }
  return at;
}

/** Bits are shuffled only where there is a whole element. */
function isShuffledBlock(shuffle: u32, size: u32, length: usize): bool {
  if (shuffle == NO_SHUFFLE || (shuffle == BITS && length < size)) return false;
  if (scratchEnd - scratchStart < length) unreachable();
  return true;
}
