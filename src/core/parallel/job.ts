/**
 * What threads tell each other of a read or a write that they share. The array is told by its metadata document, which the worker
 * compiles by the same code to the same levels; the region by how it is split. Parts are taken by their numbers, from one
 * shared counter, or given with what they are made of.
 */
import { sharesMemory } from '#platform/worker';
import type { Limits } from '../../config.js';
import type { DType } from '../../dtypes/dtype.js';
import { type PackedStorage, type Storage, type StorageUnit, storageOfBytes } from '../../dtypes/storage.js';
import type { ChunkProjection, Coords } from '../../indexing/project.js';
import type { Split } from '../../indexing/split.js';
import { Picked, type Places, type View } from '../../ndarray/picked.js';
import { type Shape, sizeOf, stridesOf } from '../../ndarray/shape.js';
import type { Strided } from '../../ndarray/strided.js';
import type { PortableStore } from '../../stores/store.js';
import type { Report } from '../../workers/pool.js';
import type { Context } from '../context.js';
import { weigh } from '../shared-memory.js';
import type { ErrorMessage } from './error.js';

/** An array, for a thread that has never heard of it. */
export interface ArrayMessage {
  readonly path: string;
  readonly format: 2 | 3;
  /** The text of the document that tells how it is stored. */
  readonly document: string;
  readonly limits: Limits;
}

/** What the worker is told before its first part. */
export interface OpenMessage {
  readonly kind: 'open';
  readonly job: number;
  readonly array: ArrayMessage;
  readonly context: Omit<Context, 'limits' | 'fields' | 'signal' | 'onProgress' | 'workers'>;
  readonly split: Split;
  /** Where the worker reads; undefined where it is given the bytes. */
  readonly store: PortableStore | undefined;
  /** Where the values go; undefined where each part goes into a slot, or where there are none into memory that is sent. */
  readonly target: TargetMessage | undefined;
  readonly slots: readonly SharedArrayBuffer[];
  /** Where parts are taken; undefined where they are given. */
  readonly turnstile: Int32Array | undefined;
}

/** What the worker is told before it encodes for a write, and stores what it has encoded. */
export interface WriteMessage {
  readonly kind: 'write';
  readonly job: number;
  readonly array: ArrayMessage;
  readonly context: OpenMessage['context'];
  /** All values; undefined where each batch comes with its own. */
  readonly source: TargetMessage | undefined;
  /** Where the worker stores; undefined where it gives back what it has encoded. */
  readonly store: PortableStore | undefined;
}

/** Chunks, or whole shards, to be encoded. */
export interface EncodeMessage {
  readonly kind: 'encode';
  readonly job: number;
  readonly chunks: readonly ChunkMessage[];
  /** The values of one chunk behind the other, each from a multiple of 8 bytes on. */
  readonly values: ArrayBuffer | undefined;
  /** Memory for what is encoded, if there is some that was used before. */
  readonly room: ArrayBuffer | undefined;
}

/** A chunk of which all elements are written. */
export interface ChunkMessage {
  readonly coords: Coords;
  /** Where its values are among all of them, and those in the chunk; undefined where they come with the batch. */
  readonly place: Pick<ChunkProjection, 'inRegion' | 'inChunk'> | undefined;
}

/** What the worker has done: all chunks of a batch, or those before the first one that failed. */
export type WriteReport = Report & {
  readonly failure: ErrorMessage | undefined;
  readonly values: ArrayBuffer | undefined;
} & (
    | {
        readonly kind: 'encoded';
        /** The encoded chunks, `undefined` where there is nothing but fill value; all of them lie in `room`. */
        readonly chunks: readonly (Uint8Array | undefined)[];
        readonly room: ArrayBuffer;
      }
    | {
        readonly kind: 'stored';
        /** How many chunks are stored. */
        readonly count: number;
      }
  );

export type WorkerMessage =
  | { readonly kind: 'begin'; readonly reports: Int32Array; readonly filled: Int32Array; readonly kernels: unknown }
  | OpenMessage
  /** Parts are to be taken until there are no more. */
  | { readonly kind: 'take'; readonly job: number }
  /** One part, the encoded chunks that it needs, and memory for its values, where there is some. */
  | {
      readonly kind: 'part';
      readonly job: number;
      readonly part: number;
      readonly cells: PackedCells;
      readonly memory: ArrayBuffer | undefined;
    }
  | WriteMessage
  | EncodeMessage
  | { readonly kind: 'close'; readonly job: number };

/** Encoded chunks by their coordinates; what is not there is absent. */
export type EncodedCells = ReadonlyMap<string, Uint8Array>;

/** The same, one behind the other in memory that is given away: it is sent as it is, and nothing but numbers with it. */
export interface PackedCells {
  readonly coords: readonly string[];
  /** Where each of them ends. */
  readonly ends: Float64Array;
  /** It may be longer than all of them. */
  readonly room: ArrayBuffer;
}

/** A part that was read: which slot has its values, or else the memory that has them, or neither where the result has. */
export interface PartRead {
  readonly slot: number | undefined;
  readonly memory: ArrayBuffer | undefined;
  /** The memory that the encoded chunks came in, where they were given. */
  readonly room: ArrayBuffer | undefined;
  readonly chunks: number;
}

/** What the worker says: a part is read, or cannot be; or no part was left to take. */
export type ReadReport = Report &
  (
    | ({ readonly kind: 'done'; readonly part: number } & PartRead)
    | { readonly kind: 'failed'; readonly part: number; readonly error: ErrorMessage }
    | { readonly kind: 'idle' }
  );

/** A view of shared memory. */
export interface TargetMessage {
  readonly unit: Exclude<StorageUnit, 'object'>;
  /** The bytes of the storage. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly itemUnits: number;
  readonly shape: Shape;
  readonly steps: readonly (number | Places)[];
  readonly isPicked: boolean;
  readonly offset: number;
}

/** `view` for another thread; undefined where its memory is not shared, or cannot be handed over as such. */
export function targetMessage(view: View): TargetMessage | undefined {
  const { storage, itemUnits, shape, offset } = view;
  if (Array.isArray(storage) || !isShared(storage)) return undefined;
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = storage;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const isPicked = view instanceof Picked;
  const steps = isPicked ? view.steps : view.strides;
  const unit = BYTES_PER_ELEMENT as TargetMessage['unit']; // Packed storage has one of these.
  return { unit, bytes, itemUnits, shape, steps, isPicked, offset };
}

const isShared = (storage: Storage): storage is PackedStorage & { readonly buffer: SharedArrayBuffer } =>
  !Array.isArray(storage) && sharesMemory() && storage.buffer instanceof SharedArrayBuffer;

/** The view that a message tells of. */
export function targetOf({ unit, bytes, itemUnits, shape, steps, isPicked, offset }: TargetMessage): View {
  weigh(bytes.buffer);
  const storage = storageOfBytes(unit, bytes);
  if (isPicked) return new Picked(storage, itemUnits, shape, steps, offset);
  return { storage, itemUnits, shape, strides: steps as readonly number[], offset }; // Only `Picked` has lists.
}

/** The values of a part of `shape` at the beginning of `memory`, which may be longer. */
export function viewOfPart(memory: ArrayBufferLike, { storageUnit, unitsPerItem }: DType, shape: Shape): View {
  const unit = storageUnit as TargetMessage['unit']; // Lists are never shared.
  const size = shape.reduce((product, length) => product * length, unit * unitsPerItem);
  const storage = storageOfBytes(unit, new Uint8Array(memory, 0, size));
  return { storage, itemUnits: unitsPerItem, shape, strides: stridesOf(shape), offset: 0 };
}

/** Bytes that the values of a chunk take of the memory that a batch comes with. */
export const bytesInBatch = ({ memorySize }: DType, shape: Shape): number =>
  Math.ceil((sizeOf(shape) * memorySize) / 8) * 8;

/** The values of a chunk of `shape` in the memory that a batch comes with, from `start` on. */
export function viewInBatch(memory: ArrayBuffer, start: number, dtype: DType, shape: Shape): Strided {
  const { storageUnit, unitsPerItem, memorySize } = dtype;
  const unit = storageUnit as TargetMessage['unit']; // Lists are never shared.
  const storage = storageOfBytes(unit, new Uint8Array(memory, start, sizeOf(shape) * memorySize));
  return { storage, itemUnits: unitsPerItem, shape, strides: stridesOf(shape), offset: 0 };
}

/**
 * Lets each part through once, in order. Parts from the limit on are not wanted any more: it is lowered to the number of a
 * part that failed, so that those before it, which are all under way, decide what the first failure is. It is in shared
 * memory where several threads go through it.
 */
export class Turnstile {
  constructor(readonly memory: Int32Array) {}

  static of(count: number, isShared: boolean): Turnstile {
    const memory = new Int32Array(isShared ? new SharedArrayBuffer(8) : new ArrayBuffer(8));
    memory[LIMIT] = count;
    return new Turnstile(memory);
  }

  /** The number of a part that nobody else has; undefined when none is left. */
  take(): number | undefined {
    if (Atomics.load(this.memory, NEXT) >= this.limit) return undefined;
    const part = Atomics.add(this.memory, NEXT, 1);
    return part < this.limit ? part : undefined;
  }

  get limit(): number {
    return Atomics.load(this.memory, LIMIT);
  }

  /** Parts from `part` on are not wanted. */
  lower(part: number): void {
    for (let limit = this.limit; limit > part; ) {
      const found = Atomics.compareExchange(this.memory, LIMIT, limit, part);
      if (found === limit) return;
      limit = found;
    }
  }
}

const NEXT = 0;
const LIMIT = 1;
