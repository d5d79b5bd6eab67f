/**
 * Segments into blocks: RFC 8878, section 3.1.1.2. A block is one byte repeated, or compressed, or as it is where
 * compression does not make it smaller.
 */

import { BLOCK_BYTES, SEGMENT_BYTES, segmentBound, type ZstdStrategy } from '../../zstd-frame.js';
import { writeLiterals } from './literals-section.js';
import { MatchFinder } from './matches.js';
import { RecentOffsets } from './recent-offsets.js';
import { Sequences, SHORTEST_MATCH } from './sequences.js';
import { SequencesWriter } from './sequences-section.js';

const RAW = 0;
const RLE = 1;
const COMPRESSED = 2;
const BLOCK_HEADER_BYTES = 3;
/** Blocks up to this size are never worth the headers of a compressed one. */
const LARGEST_RAW = 16;

/** Encoder of the segments of one frame, in turn. */
export class SegmentEncoder {
  private readonly output: Uint8Array;
  private readonly target: DataView;
  private readonly sequences: Sequences;
  private readonly sequencesWriter: SequencesWriter;
  private recent = new RecentOffsets();

  constructor(
    contentBytes: number,
    private readonly strategy: ZstdStrategy,
  ) {
    this.output = new Uint8Array(segmentBound(Math.min(contentBytes, SEGMENT_BYTES)));
    this.target = new DataView(this.output.buffer);
    this.sequences = new Sequences(contentBytes);
    this.sequencesWriter = new SequencesWriter(Math.floor(Math.min(contentBytes, BLOCK_BYTES) / SHORTEST_MATCH));
  }

  /** The blocks of a segment, in memory that the next call uses again. */
  encode(segment: Uint8Array, isLast: boolean): Uint8Array {
    const finder = new MatchFinder(segment, this.strategy);
    let at = 0;
    let start = 0;
    do {
      const end = Math.min(start + BLOCK_BYTES, segment.length);
      at = this.encodeBlock(at, segment, start, end, finder, isLast && end === segment.length);
      start = end;
    } while (start < segment.length);
    return this.output.subarray(0, at);
  }

  private encodeBlock(
    at: number,
    segment: Uint8Array,
    start: number,
    end: number,
    finder: MatchFinder,
    isLast: boolean,
  ): number {
    const size = end - start;
    const content = at + BLOCK_HEADER_BYTES;
    if (size > 1 && isRepeated(segment, start, end)) {
      this.output[content] = segment[start]!;
      this.writeHeader(at, RLE, size, isLast);
      return content + 1;
    }
    if (size > LARGEST_RAW) {
      const compressedEnd = this.compress(content, finder, start, end);
      if (compressedEnd !== undefined) {
        this.writeHeader(at, COMPRESSED, compressedEnd - content, isLast);
        return compressedEnd;
      }
    }
    this.output.set(segment.subarray(start, end), content);
    this.writeHeader(at, RAW, size, isLast);
    return content + size;
  }

  /** Returns `undefined` where compression makes nothing smaller. */
  private compress(content: number, finder: MatchFinder, start: number, end: number): number | undefined {
    const { sequences, target } = this;
    const recent = this.recent.copy();
    sequences.clear();
    finder.findMatches(sequences, start, end, recent.latest, recent.beforeLatest);
    const literalsEnd = writeLiterals(target, content, sequences.literals.subarray(0, sequences.literalCount));
    const compressedEnd = this.sequencesWriter.write(target, literalsEnd, sequences, recent);
    if (compressedEnd - content >= end - start) return undefined;
    this.recent = recent;
    return compressedEnd;
  }

  private writeHeader(at: number, type: number, size: number, isLast: boolean): void {
    const header = (isLast ? 1 : 0) | (type << 1) | (size << 3);
    this.target.setUint16(at, header, true);
    this.target.setUint8(at + 2, header >>> 16);
  }
}

function isRepeated(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  for (let i = start + 1; i < end; i++) if (bytes[i] !== first) return false;
  return true;
}
