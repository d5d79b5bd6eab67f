/**
 * Sharding with other codecs around it: an ordinary serializer that reads and writes the whole shard in memory, by the
 * same functions that read and write stored ones.
 */
import type { ChunkSpec, Serializer } from '../../codecs/codec.js';
import type { Limits } from '../../config.js';
import { wholeRegion } from '../../indexing/selection.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import { type MaybePromise, run, type Task } from '../../task.js';
import type { Context } from '../context.js';
import type { ChunkLevel } from '../level.js';
import { readRegion } from '../read.js';
import { writeRegion } from '../write.js';
import { ShardDraft } from './shard.js';

export class ShardSerializer implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #shard: NonNullable<ChunkLevel['shard']>;
  readonly #spec: ChunkSpec;
  readonly #context: Context;

  constructor(shard: NonNullable<ChunkLevel['shard']>, spec: ChunkSpec, limits: Limits) {
    this.#shard = shard;
    this.#spec = spec;
    this.#context = {
      path: '',
      concurrency: 1,
      readMissingChunks: true,
      writeEmptyChunks: false,
      coalesceMaxGapBytes: 0,
      coalesceMaxBytes: 0,
      limits,
      signal: undefined,
      onProgress: undefined,
    };
  }

  encode(chunk: NdArray): MaybePromise<Uint8Array> {
    return run(this.#encode(chunk));
  }

  decode(bytes: Uint8Array): MaybePromise<NdArray> {
    return run(this.#decode(bytes));
  }

  *#encode(chunk: NdArray): Task<Uint8Array> {
    const { format, level } = this.#shard;
    const draft = new ShardDraft(format, '');
    yield* writeRegion(level, draft, wholeRegion(this.#spec.shape), chunk, this.#context);
    return yield* draft.toBytes();
  }

  *#decode(bytes: Uint8Array): Task<NdArray> {
    const { format, level } = this.#shard;
    const { dtype, shape } = this.#spec;
    const draft = yield* ShardDraft.from(format, '', bytes);
    const chunk = new NdArray(dtype, dtype.allocate(sizeOf(shape)), shape);
    yield* readRegion(level, draft, wholeRegion(shape), chunk, this.#context);
    return chunk;
  }
}
