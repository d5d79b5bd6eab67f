/**
 * A worker's side of reads and writes that several threads share: it compiles the array's document to the same levels, and reads the
 * parts that it takes or is given by the same function as everybody.
 */
import { LocalStore } from '#platform/local';
import { config, type Limits } from '../config.js';
import { MetadataValidationError } from '../errors.js';
import { chunkKey, type KeyEncoding } from '../grid/keys.js';
import type { Coords } from '../indexing/project.js';
import { partAt } from '../indexing/split.js';
import { isJsonObject } from '../json/model.js';
import { parseJson } from '../json/parse.js';
import { ready, setKernels } from '../kernels/kernels.js';
import { parseDocument } from '../metadata/document.js';
import { partOf, shapeOf, type View } from '../ndarray/picked.js';
import { type ByteRange, type PortableStore, type Store, sliceRange } from '../stores/store.js';
import { runAsync, runSync, type Task } from '../task.js';
import type { Starter } from '../workers/thread.js';
import { type CellParts, type Cells, StoredCells } from './cells.js';
import type { Context } from './context.js';
import { compileLevel } from './level.js';
import { whenLoaded } from './loaded.js';
import { type Compiled, SharedWrite } from './parallel-encode.js';
import { messageOf } from './parallel-error.js';

import {
  type ArrayMessage,
  type EncodeMessage,
  type OpenMessage,
  Turnstile,
  targetOf,
  viewOfSlot,
  type WorkerMessage,
} from './parallel-job.js';
import { readRegion } from './read.js';
import { PartsInMemory } from './shard.js';

/** Arrays that are kept compiled. */
const MOST_ARRAYS = 64;

/** Does what `starter` says, one thing after another. */
export function serve(starter: Starter): void {
  const worker = new SharingWorker(starter);
  let before: Promise<void> = Promise.resolve();
  starter.listen((message) => {
    before = before.then(() => worker.hear(message as WorkerMessage)); // Only our own pool posts to this port.
  });
}

class SharingWorker {
  readonly #starter: Starter;
  readonly #arrays = new Map<string, Compiled>();
  readonly #jobs = new Map<number, SharedRead>();
  readonly #writes = new Map<number, SharedWrite>();
  #reports: Int32Array | undefined;
  #filled: Int32Array | undefined;

  constructor(starter: Starter) {
    this.#starter = starter;
  }

  async hear(message: WorkerMessage): Promise<void> {
    switch (message.kind) {
      case 'begin':
        this.#reports = message.reports;
        this.#filled = message.filled;
        await this.#begin(message.kernels);
        this.#say('ready');
        return;
      case 'open':
        this.#jobs.set(message.job, await this.#opened(message));
        return;
      case 'take':
        this.#take(message.job);
        return;
      case 'part':
        this.#read(message.job, message.part, new Map(message.cells));
        return;
      case 'write':
        this.#writes.set(message.job, new SharedWrite(message, await this.#compiledOrNot(message.array)));
        return;
      case 'encode':
        this.#encode(message);
        return;
      case 'close':
        this.#jobs.delete(message.job);
        this.#writes.delete(message.job);
        return;
      default:
        message satisfies never;
    }
  }

  async #begin(kernels: unknown): Promise<void> {
    // The one who asks has opened the array, whatever it may open here.
    config.set({ 'array.rectilinearChunks': true });
    if (kernels instanceof WebAssembly.Module) await setKernels(kernels);
    else await ready().catch(() => {}); // Without them, their twins serve.
  }

  async #opened(message: OpenMessage): Promise<SharedRead> {
    return new SharedRead(message, await this.#compiledOrNot(message.array), this.#filled!);
  }

  async #compiledOrNot(array: ArrayMessage): Promise<Compiled | { readonly error: unknown }> {
    try {
      return await this.#compiled(array);
    } catch (error) {
      return { error };
    }
  }

  async #compiled({ format, document, limits }: ArrayMessage): Promise<Compiled> {
    const name = JSON.stringify([format, document, limits]);
    const known = this.#arrays.get(name);
    if (known !== undefined) return known;
    if (this.#arrays.size >= MOST_ARRAYS) this.#arrays.clear();
    const compiled = await runAsync(whenLoaded(() => compile(document, limits)));
    this.#arrays.set(name, compiled);
    return compiled;
  }

  #take(id: number): void {
    const read = this.#jobs.get(id)!; // Opened before.
    for (let part = read.turnstile.take(); part !== undefined; part = read.turnstile.take()) this.#read(id, part);
    this.#say({ kind: 'idle', job: id });
  }

  #read(job: number, part: number, given?: ReadonlyMap<string, Uint8Array>): void {
    const read = this.#jobs.get(job)!; // Opened before.
    try {
      this.#say({ kind: 'done', job, part, ...read.read(part, given) });
    } catch (error) {
      read.turnstile.lower(part);
      this.#say({ kind: 'failed', job, part, error: messageOf(error) });
    }
  }

  #encode(message: EncodeMessage): void {
    const report = this.#writes.get(message.job)!.encode(message); // Opened before.
    const { values, room } = report;
    this.#say(report, values === undefined ? [room] : [values, room]);
  }

  #say(report: unknown, transfer: readonly ArrayBuffer[] = []): void {
    const reports = this.#reports!; // Told at the beginning.
    this.#starter.post(report, transfer);
    Atomics.add(reports, 0, 1);
    Atomics.notify(reports, 0);
  }
}

function compile(document: string, limits: Limits): Compiled {
  const json = parseJson(document, { maxDepth: Number.POSITIVE_INFINITY });
  const model = isJsonObject(json) ? parseDocument(json, { ...limits, rank: Number.POSITIVE_INFINITY }) : undefined;
  if (model?.kind !== 'array') throw new MetadataValidationError('expected the document of an array');
  return { model, level: compileLevel(model, limits) };
}

/** One read that other threads do too. */
class SharedRead {
  readonly turnstile: Turnstile;
  readonly #message: OpenMessage;
  readonly #array: Compiled | { readonly error: unknown };
  readonly #filled: Int32Array;
  readonly #target: View | undefined;
  readonly #store: Store | undefined;
  #nextSlot = 0;

  constructor(message: OpenMessage, array: Compiled | { readonly error: unknown }, filled: Int32Array) {
    this.#message = message;
    this.#array = array;
    this.#filled = filled;
    this.turnstile = new Turnstile(message.turnstile);
    this.#target = message.target && targetOf(message.target);
    this.#store = message.store && openStore(message.store);
  }

  /** Reads a part, from the store or from the bytes that are `given`: where the values are, and how many chunks it was. */
  read(number: number, given?: ReadonlyMap<string, Uint8Array>): { readonly slot: number | undefined; chunks: number } {
    if ('error' in this.#array) throw this.#array.error;
    const { model, level } = this.#array;
    const { split, slots, array, context } = this.#message;
    const { region, inRegion } = partAt(split, level.grid, number);
    const cells =
      given === undefined
        ? new StoredCells(this.#store!, array.path, model.keyEncoding) // Without bytes there is a store.
        : new GivenCells(given, array.path, model.keyEncoding);
    let chunks = 0;
    const whole: Context = {
      ...context,
      limits: array.limits,
      workers: 0,
      signal: undefined,
      onProgress: (done) => {
        chunks = done;
      },
    };
    const slot = this.#target === undefined ? this.#emptySlot(slots.length) : undefined;
    const target =
      slot === undefined ? partOf(this.#target!, inRegion) : viewOfSlot(slots[slot]!, model.dtype, shapeOf(region));
    // Only codecs of users may answer with a promise, and arrays that have some are read by one thread.
    runSync(readRegion(level, cells, region, target, whole));
    if (slot !== undefined) Atomics.store(this.#filled, slot, 1);
    return { slot, chunks };
  }

  /** The next slot, as soon as what it held was taken. */
  #emptySlot(count: number): number {
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) % count;
    while (Atomics.load(this.#filled, slot) === 1) Atomics.wait(this.#filled, slot, 1);
    return slot;
  }
}

function openStore({ kind, root, followSymlinks }: PortableStore): Store {
  switch (kind) {
    case 'local':
      // In browsers, where it is none, no store is portable.
      return new LocalStore(root, { readOnly: true, followSymlinks }) as unknown as Store;
    default:
      return kind satisfies never;
  }
}

/** Cells that were read by another thread; what it did not give is absent. */
class GivenCells implements Cells {
  readonly #bytes: ReadonlyMap<string, Uint8Array>;
  readonly #prefix: string;
  readonly #encoding: KeyEncoding;

  constructor(bytes: ReadonlyMap<string, Uint8Array>, path: string, encoding: KeyEncoding) {
    this.#bytes = bytes;
    this.#prefix = path === '' ? '' : `${path}/`;
    this.#encoding = encoding;
  }

  keyOf(coords: Coords): string {
    return this.#prefix + chunkKey(this.#encoding, coords);
  }

  get(coords: Coords, range?: ByteRange): Uint8Array | undefined {
    const bytes = this.#bytes.get(coords.join());
    return bytes && sliceRange(bytes, range);
  }

  *readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsInMemory(this.get(coords)));
  }
}
