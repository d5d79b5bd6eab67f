/** Huffman coded literals of zstd (RFC 8878, section 4.2). */
import { CodecError } from '../../errors.js';
import { BackwardBits, bitsAt, endOfBits } from './backward-bits.js';
import { readFseTable } from './zstd-fse.js';

const MAX_BITS = 11;

/** A prefix code: `table[next bits]` is `symbol << 4 | word length`. */
export interface HuffmanCode {
  readonly log: number;
  readonly table: Uint16Array;
}

/** Reads the code's description at `start`. */
export function readHuffmanCode(
  source: Uint8Array,
  start: number,
  end: number,
): { readonly code: HuffmanCode; readonly end: number } {
  if (start >= end) throw corrupt('truncated');
  const header = source[start]!;
  const isCompressed = header < 128;
  const codeEnd = start + 1 + (isCompressed ? header : Math.ceil((header - 127) / 2));
  if (codeEnd > end) throw corrupt('truncated');
  const weights = isCompressed
    ? readWeights(source, start + 1, codeEnd)
    : unpackWeights(source, start + 1, header - 127);
  return { code: codeOf(weights), end: codeEnd };
}

/** Weights of four bits each. */
function unpackWeights(source: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const pair = source[start + (i >>> 1)]!;
    return i % 2 === 0 ? pair >>> 4 : pair & 15;
  });
}

/** Weights coded by entropy; two states take turns until the bits are used up. */
function readWeights(source: Uint8Array, start: number, end: number): number[] {
  const { table, end: tableEnd } = readFseTable(source, start, end, { maxSymbol: 255, maxLog: 6 });
  const bits = new BackwardBits(source, tableEnd, end);
  const weights: number[] = [];
  let state = bits.read(table.log);
  let other = bits.read(table.log);
  if (bits.isOverrun) throw corrupt('truncated');
  while (weights.length < 255) {
    weights.push(table.symbols[state]!);
    const next = table.bases[state]! + bits.read(table.bits[state]!);
    if (bits.isOverrun) {
      weights.push(table.symbols[other]!);
      break;
    }
    state = other;
    other = next;
  }
  if (!bits.isOverrun || weights.length > 255) throw corrupt('more weights than symbols');
  return weights;
}

/** The code of `weights` and of the last symbol, whose weight is what is left. */
function codeOf(weights: number[]): HuffmanCode {
  let total = 0;
  for (const weight of weights) {
    if (weight > MAX_BITS) throw corrupt(`a weight of ${weight}`);
    if (weight > 0) total += 1 << (weight - 1);
  }
  if (total === 0) throw corrupt('no weights');
  const log = 32 - Math.clz32(total);
  const rest = (1 << log) - total;
  if (log > MAX_BITS || (rest & (rest - 1)) !== 0) throw corrupt('weights that make no code');
  weights.push(32 - Math.clz32(rest));
  const longest = weights.filter((weight) => weight === 1).length;
  if (longest < 2 || longest % 2 !== 0) throw corrupt('weights that make no code');
  const table = new Uint16Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    const span = 1 << (weight - 1);
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue;
      table.fill((symbol << 4) | (log + 1 - weight), at, at + span);
      at += span;
    }
  }
  return { log, table };
}

/** Decodes one stream or four from `start` to `end` of memory made by `padded`, so that they exactly fill `target`. */
export function huffmanDecode(
  source: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  { code, streams, target }: { readonly code: HuffmanCode; readonly streams: 1 | 4; readonly target: Uint8Array },
): void {
  if (streams === 1) {
    decodeStream(source, start, end, code, target);
    return;
  }
  if (end - start < 10 || target.length < 6) throw corrupt('four streams in too few bytes');
  const part = (target.length + 3) >>> 2;
  let from = start + 6;
  for (let stream = 0; stream < 4; stream++) {
    const sizeAt = start + 2 * stream;
    const to = stream === 3 ? end : from + (source[sizeAt]! | (source[sizeAt + 1]! << 8));
    if (to > end) throw corrupt('a stream beyond its block');
    decodeStream(
      source,
      from,
      to,
      code,
      target.subarray(part * stream, stream === 3 ? target.length : part * (stream + 1)),
    );
    from = to;
  }
}

/** Two codes fit into the bits that are read at a time. This is where the time goes. */
function decodeStream(
  source: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  { log, table }: HuffmanCode,
  target: Uint8Array,
): void {
  const view = new DataView(source.buffer);
  const mask = (1 << log) - 1;
  const firstBit = 8 * start;
  const pairsEnd = target.length - 1;
  let bit = endOfBits(source, start, end);
  let i = 0;
  while (i < pairsEnd) {
    const pair = bitsAt(view, bit - 2 * log, 2 * log);
    const first = table[pair >>> log]!;
    const second = table[(pair >>> (log - (first & 15))) & mask]!;
    target[i++] = first >>> 4;
    target[i++] = second >>> 4;
    bit -= (first & 15) + (second & 15);
    if (bit < firstBit) break;
  }
  if (i === pairsEnd) {
    const last = table[bitsAt(view, bit - log, log)]!;
    target[i] = last >>> 4;
    bit -= last & 15;
  }
  if (bit !== firstBit) throw corrupt('a bit stream of another length');
}

const corrupt = (text: string): CodecError => new CodecError(`damaged zstd frame: literals: ${text}`);
