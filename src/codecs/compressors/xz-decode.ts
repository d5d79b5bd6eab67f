/**
 * xz files: streams of blocks, each with its own filters and check, and at the end of a stream an index that says again
 * how long the blocks are. Numbers are little-endian, those of varying length seven bits to a byte.
 * https://tukaani.org/xz/xz-file-format.txt
 */
import { ChecksumError, CodecError } from '../../errors.js';
import { crc32 } from '../checksums/crc32.js';
import { crc64 } from '../checksums/crc64.js';
import { sha256 } from '../checksums/sha256.js';
import {
  type FilterChain,
  type FilterStage,
  type LzmaStage,
  MAX_FILTERS,
  stageOf,
  undoFilters,
} from './lzma-filters.js';
import { lzma2Decode } from './lzma2-decode.js';
import type { Output } from './output.js';

export const XZ_MAGIC = Object.freeze([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const XZ_HEADER_BYTES = 12;
/** Kinds of checks by their number in a file. */
export const XZ_CHECKS = Object.freeze({ none: 0, crc32: 1, crc64: 4, sha256: 10 });

const corrupt = (text: string): CodecError => new CodecError(`damaged xz file: ${text}`);
const differs = (what: string): ChecksumError => new ChecksumError(`damaged xz file: ${what} differs from its check`);

/** The check of `bytes`; undefined for a kind that is not known. */
export function xzCheck(kind: number, bytes: Uint8Array): Uint8Array | undefined {
  switch (kind) {
    case XZ_CHECKS.none:
      return new Uint8Array(0);
    case XZ_CHECKS.crc32:
      return littleEndian32(crc32(bytes));
    case XZ_CHECKS.crc64:
      return crc64(bytes);
    case XZ_CHECKS.sha256:
      return sha256(bytes);
    default:
      return undefined;
  }
}

function littleEndian32(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

/** Appends what the streams in `source` decode to. Zeros between and after them are padding. */
export function xzDecode(source: Uint8Array, output: Output): void {
  let at = 0;
  do {
    at = decodeStream(source, at, output);
    while (at < source.length && source[at] === 0) at++;
  } while (at < source.length);
}

/** A block as the index has it. */
export interface BlockSizes {
  /** Encoded bytes without padding. */
  readonly encoded: number;
  readonly decoded: number;
}

function decodeStream(source: Uint8Array, start: number, output: Output): number {
  const bytes = new FileBytes(source, start);
  const header = bytes.take(XZ_HEADER_BYTES);
  if (XZ_MAGIC.some((byte, i) => header[i] !== byte)) {
    throw start === 0 ? new CodecError('not an xz file') : corrupt(`${source.length - start} bytes after its end`);
  }
  const flags = header.subarray(6, 8);
  checkCrc(flags, header.subarray(8), 'its header');
  const check = flags[1]!;
  if (flags[0] !== 0 || check > 15) throw corrupt('flags that are not known');
  if (xzCheck(check, flags) === undefined) throw new CodecError(`an xz file with an unknown kind of check, ${check}`);
  const blocks: BlockSizes[] = [];
  while (bytes.peek() !== 0) blocks.push(decodeBlock(bytes, check, output));
  const indexStart = bytes.at;
  checkIndex(bytes, blocks);
  const indexSize = bytes.at - indexStart;
  const footer = bytes.take(XZ_HEADER_BYTES);
  checkCrc(footer.subarray(4, 10), footer, 'its footer');
  const stored = new DataView(footer.buffer, footer.byteOffset).getUint32(4, true);
  if (4 * (stored + 1) !== indexSize) throw corrupt('its footer says another size of the index');
  if (footer[8] !== 0 || footer[9] !== check) throw corrupt('its footer has other flags than its header');
  if (footer[10] !== 0x59 || footer[11] !== 0x5a) throw corrupt('no footer where one should be');
  return bytes.at;
}

class FileBytes {
  at: number;
  constructor(
    readonly source: Uint8Array,
    start: number,
  ) {
    this.at = start;
  }

  peek(): number {
    const byte = this.source[this.at];
    if (byte === undefined) throw corrupt('it is truncated');
    return byte;
  }

  take(count: number): Uint8Array {
    if (count > this.source.length - this.at) throw corrupt('it is truncated');
    this.at += count;
    return this.source.subarray(this.at - count, this.at);
  }

  /** A number of varying length; none that is needed has more than 53 bits. */
  number(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.peek();
      this.at++;
      value += (byte & 0x7f) * unit;
      if (value > Number.MAX_SAFE_INTEGER) throw corrupt('a number of more than 53 bits');
      if (byte === 0 && unit > 1) throw corrupt('a number that is longer than it need be');
      if (byte < 0x80) return value;
      if (unit >= 2 ** 56) throw corrupt('a number of more than 63 bits');
    }
  }

  /** Takes zeros until the bytes since `start` are a multiple of four. */
  pad(start: number): void {
    while ((this.at - start) % 4 !== 0) {
      if (this.peek() !== 0) throw corrupt('padding that is not zero');
      this.at++;
    }
  }
}

function checkCrc(bytes: Uint8Array, stored: Uint8Array, what: string): void {
  const crc = new DataView(stored.buffer, stored.byteOffset, 4).getUint32(0, true);
  if (crc32(bytes) !== crc) throw differs(what);
}

function decodeBlock(bytes: FileBytes, check: number, output: Output): BlockSizes {
  const start = bytes.at;
  const header = readHeader(bytes);
  const dataStart = bytes.at;
  const from = output.length;
  const dataEnd = lzma2Decode(bytes.source, dataStart, output, header.chain.lzma.window);
  const decoded = output.length - from;
  if (header.encoded !== undefined && header.encoded !== dataEnd - dataStart) throw corrupt('a block of another size');
  if (header.decoded !== undefined && header.decoded !== decoded) throw corrupt('a block decodes to another size');
  bytes.at = dataEnd;
  bytes.pad(start);
  const block = output.bytes.subarray(from, output.length);
  undoFilters(block, header.chain.filters);
  // The kind of check was looked at before.
  const expected = xzCheck(check, block)!;
  const stored = bytes.take(expected.length);
  if (expected.some((byte, i) => stored[i] !== byte)) throw differs('a block');
  return { encoded: dataEnd - start + expected.length, decoded };
}

interface BlockHeader {
  readonly chain: FilterChain;
  readonly encoded: number | undefined;
  readonly decoded: number | undefined;
}

const HAS_ENCODED_SIZE = 0x40;
const HAS_DECODED_SIZE = 0x80;

function readHeader(bytes: FileBytes): BlockHeader {
  const size = 4 * (bytes.peek() + 1);
  const header = bytes.take(size);
  checkCrc(header.subarray(0, -4), header.subarray(-4), 'the header of a block');
  const fields = new FileBytes(header.subarray(0, -4), 2);
  const flags = header[1]!;
  if (flags & 0x3c) throw corrupt('flags of a block that are not known');
  const encoded = flags & HAS_ENCODED_SIZE ? fields.number() : undefined;
  const decoded = flags & HAS_DECODED_SIZE ? fields.number() : undefined;
  const stages = Array.from({ length: (flags & 3) + 1 }, () => {
    const id = fields.number();
    return stageOf(id, fields.take(fields.number()));
  });
  if (fields.take(fields.source.length - fields.at).some((byte) => byte !== 0))
    throw corrupt('padding that is not zero');
  return { chain: chainOf(stages), encoded, decoded };
}

/** The chain of these filters, of which the last is LZMA2 and no other. */
function chainOf(stages: readonly (FilterStage | LzmaStage)[]): FilterChain {
  const isLzma = (stage: FilterStage | LzmaStage): stage is LzmaStage =>
    stage.kind === 'lzma1' || stage.kind === 'lzma2';
  const filters = stages.filter((stage): stage is FilterStage => !isLzma(stage));
  const lzma = stages.at(-1);
  if (lzma === undefined || !isLzma(lzma) || filters.length !== stages.length - 1 || stages.length > MAX_FILTERS) {
    throw corrupt('filters in an impossible order');
  }
  return { filters, lzma };
}

function checkIndex(bytes: FileBytes, blocks: readonly BlockSizes[]): void {
  const start = bytes.at;
  bytes.at++;
  if (bytes.number() !== blocks.length) throw corrupt('its index has another number of blocks');
  for (const { encoded, decoded } of blocks) {
    if (bytes.number() !== encoded || bytes.number() !== decoded) throw corrupt('its index has blocks of other sizes');
  }
  bytes.pad(start);
  checkCrc(bytes.source.subarray(start, bytes.at), bytes.take(4), 'its index');
}
