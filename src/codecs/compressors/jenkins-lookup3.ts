/** `jenkins_lookup3` of numcodecs: adds Bob Jenkins' lookup3 after the bytes, as HDF5 does. */
import { lookup3 } from '../checksums/lookup3.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { Checksum } from './checksum.js';

/** What the constructor of `JenkinsLookup3` takes. */
export interface JenkinsLookup3Options {
  /** What the hash begins with; 0 unless said. */
  readonly initval?: number | undefined;
  /** Bytes that are hashed before the others, but not stored. No document can hold them. */
  readonly prefix?: Uint8Array | null | undefined;
}

/**
 * numcodecs' JenkinsLookup3: a checksum after the bytes. A chunk with a wrong one is a `ChecksumError`.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const compressors = [new numcodecs.JenkinsLookup3({ initval: 1 })];
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'int32', compressors });
 * // Chunks are four bytes longer.
 * array.set(null, 1);
 * array.get().toNested(); // [1, 1, 1]
 */
export class JenkinsLookup3 extends Numcodec {
  readonly initval: number;
  readonly prefix: Uint8Array | null;

  constructor(options: JenkinsLookup3Options = {}, format: 2 | 3 = 3) {
    super('jenkins_lookup3', 'JenkinsLookup3', options, format);
    const given = new Options(this.name, options, ['initval', 'prefix'], 'JenkinsLookup3');
    this.initval = given.integer('initval', { minimum: 0, maximum: 2 ** 32 - 1 }) ?? 0;
    const prefix = given.get('prefix') ?? null;
    if (prefix !== null && !(prefix instanceof Uint8Array)) throw given.expected('prefix', 'a Uint8Array', prefix);
    this.prefix = prefix === null ? null : new Uint8Array(prefix);
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { initval: this.initval, prefix: this.prefix };
  }

  override get encodeProblem(): string | undefined {
    return this.prefix === null ? undefined : `"${this.name}" with a prefix has no document`;
  }

  bind(): Compressor {
    const { initval, prefix } = this;
    if (prefix === null) return new Checksum(this.name, 'end', (bytes) => lookup3(bytes, initval));
    return new Checksum(this.name, 'end', (bytes) => {
      const whole = new Uint8Array(prefix.length + bytes.length);
      whole.set(prefix);
      whole.set(bytes, prefix.length);
      return lookup3(whole, initval);
    });
  }
}

export const numcodecsJenkinsLookup3Definition: CodecDefinition<JenkinsLookup3> = /* @__PURE__ */ numcodecDefinition(
  'jenkins_lookup3',
  JenkinsLookup3,
);
