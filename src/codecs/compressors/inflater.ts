/** The deflate streams of one source, decoded by the compiled kernels where they are there, and else by their twin. */
import { CompiledInflater } from '../../kernels/inflate.js';
import { adler32 } from '../checksums/adler32.js';
import { crc32 } from '../checksums/crc32.js';
import { inflate } from './inflate.js';
import { Output } from './output.js';

export class Inflater {
  /** What was decoded so far, stream after stream. */
  readonly output: Output;
  readonly #source: Uint8Array;
  #compiled: CompiledInflater | undefined;

  /** `expected` bytes are allocated at once; not more than `limit` ever. */
  constructor(source: Uint8Array, expected: number, limit: number) {
    this.#source = source;
    this.output = new Output(expected, limit);
    this.#compiled = CompiledInflater.for(source, expected, limit);
  }

  /** Decodes the stream at `start`, and returns where it ends. */
  inflate(start: number): number {
    const { output } = this;
    output.start = output.length;
    const end = this.#compiled?.inflate(start);
    if (this.#compiled === undefined || end === undefined) {
      this.#compiled = undefined;
      return inflate(this.#source, start, output);
    }
    output.append(this.#compiled.decoded());
    return end;
  }

  /** What the last stream decoded to. */
  get decoded(): Uint8Array {
    return this.output.bytes.subarray(this.output.start, this.output.length);
  }

  /** Its CRC-32. */
  crc32(): number {
    return this.#compiled?.crc32() ?? crc32(this.decoded);
  }

  /** Its Adler-32. */
  adler32(): number {
    return this.#compiled?.adler32() ?? adler32(this.decoded);
  }
}
