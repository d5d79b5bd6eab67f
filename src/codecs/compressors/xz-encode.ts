/** One xz stream with one block; xz-decode says what it is. */
import { applyFilters, type FilterChain, stageBytes } from './lzma-filters.js';
import { lzma2Encode } from './lzma2-encode.js';
import { generousBound, Output } from './output.js';
import { type BlockSizes, XZ_CHECKS, XZ_MAGIC, xzCheck } from './xz-decode.js';

/** `bytes` as one stream, with a check of the given kind, which is a known one. */
export function xzEncode(bytes: Uint8Array, chain: FilterChain, check: number): Uint8Array {
  const output = new Output(1024 + (bytes.length >>> 2), generousBound(bytes.length));
  const flags = Uint8Array.of(0, check);
  output.append(Uint8Array.from(XZ_MAGIC));
  output.append(flags);
  output.append(crcBytes(flags));
  // Nothing needs no block.
  const blocks =
    bytes.length === 0 ? [] : [{ encoded: writeBlock(bytes, chain, check, output), decoded: bytes.length }];
  const index = padded([0, ...numberBytes(blocks.length), ...blocks.flatMap(blockNumbers)]);
  output.append(index);
  output.append(crcBytes(index));
  const footer = new Uint8Array(6);
  new DataView(footer.buffer).setUint32(0, index.length / 4, true);
  footer.set(flags, 4);
  output.append(crcBytes(footer));
  output.append(footer);
  output.append(Uint8Array.of(0x59, 0x5a));
  return output.toBytes();
}

const blockNumbers = ({ encoded, decoded }: BlockSizes): number[] => [...numberBytes(encoded), ...numberBytes(decoded)];

/** Appends the block of `bytes`; its length without padding. */
function writeBlock(bytes: Uint8Array, chain: FilterChain, check: number, output: Output): number {
  const start = output.length;
  const stages = [...chain.filters, chain.lzma].map(stageBytes);
  const filters = stages.flatMap(({ id, properties }) => [id, properties.length, ...properties]);
  const header = padded([0, stages.length - 1, ...filters]);
  header[0] = header.length / 4;
  output.append(header);
  output.append(crcBytes(header));
  lzma2Encode(applyFilters(bytes, chain.filters), chain.lzma, output);
  const size = output.length - start;
  output.append(new Uint8Array((4 - (size % 4)) % 4));
  // A codec with a kind that is not known encodes nothing.
  const stored = xzCheck(check, bytes)!;
  output.append(stored);
  return size + stored.length;
}

/** `bytes` and zeros, until they are a multiple of four. */
function padded(bytes: readonly number[]): Uint8Array {
  const whole = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  whole.set(bytes);
  return whole;
}

/** The CRC-32 of `bytes`, little-endian. */
const crcBytes = (bytes: Uint8Array): Uint8Array => xzCheck(XZ_CHECKS.crc32, bytes)!;

/** A number of varying length, seven bits to a byte. */
function numberBytes(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return bytes;
}
