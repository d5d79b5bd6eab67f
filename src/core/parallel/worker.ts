/**
 * A worker's side of reads and writes that several threads share: it compiles the array's document to the same levels, and reads the
 * parts that it takes or is given by the same function as everybody.
 */
import { LocalStore } from '#platform/local';
import { config, type Limits } from '../../config.js';
import { MetadataValidationError, StoreError } from '../../errors.js';
import { Parts } from '../../indexing/split.js';
import { isJsonObject } from '../../json/model.js';
import { parseJson } from '../../json/parse.js';
import { ready, setKernels } from '../../kernels/kernels.js';
import { parseDocument } from '../../metadata/document.js';
import { partOf, shapeOf, type View } from '../../ndarray/picked.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { PortableStore, PortableWrites, Store } from '../../stores/store.js';
import { runAsync, runSync } from '../../task.js';
import type { Starter } from '../../workers/thread.js';
import { StoredCells } from '../cells.js';
import type { Context } from '../context.js';
import { compileLevel } from '../level.js';
import { whenLoaded } from '../loaded.js';
import { readRegion } from '../read.js';
import { type Compiled, SharedWrite } from './encode.js';
import { messageOf } from './error.js';
import { GivenCells, unpacked } from './given.js';
import {
  type ArrayMessage,
  type EncodeMessage,
  type OpenMessage,
  type PackedCells,
  type PartRead,
  Turnstile,
  targetOf,
  viewOfPart,
  type WorkerMessage,
  type WriteMessage,
} from './job.js';

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
        this.#read(message.job, message.part, message);
        return;
      case 'write':
        this.#writes.set(message.job, await this.#begun(message));
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
    const isModule = typeof WebAssembly !== 'undefined' && kernels instanceof WebAssembly.Module;
    if (isModule) await setKernels(kernels);
    else await ready().catch(() => {}); // Without them, their twins serve.
  }

  async #opened(message: OpenMessage): Promise<SharedRead> {
    return new SharedRead(message, await this.#compiledOrNot(message.array), this.#filled!);
  }

  async #begun(message: WriteMessage): Promise<SharedWrite> {
    const { array, store } = message;
    return new SharedWrite(message, await this.#compiledOrNot(array), store && openStore(store, store.writes));
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
    const turnstile = read.turnstile!; // Parts are taken where there is one.
    for (let part = turnstile.take(); part !== undefined; part = turnstile.take()) this.#read(id, part);
    this.#say({ kind: 'idle', job: id });
  }

  #read(job: number, part: number, given?: Given): void {
    const read = this.#jobs.get(job)!; // Opened before.
    try {
      const done = read.read(part, given);
      const sent = [done.memory, done.room].filter((memory) => memory !== undefined);
      this.#say({ kind: 'done', job, part, ...done }, sent);
    } catch (error) {
      read.turnstile?.lower(part);
      this.#say({ kind: 'failed', job, part, error: messageOf(error) });
    }
  }

  #encode(message: EncodeMessage): void {
    const report = this.#writes.get(message.job)!.encode(message); // Opened before.
    const memory = [report.values, report.kind === 'encoded' ? report.room : undefined];
    this.#say(
      report,
      memory.filter((buffer) => buffer !== undefined),
    );
  }

  #say(report: unknown, transfer?: readonly ArrayBuffer[]): void {
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

/** What a part comes with where it is given. */
interface Given {
  readonly cells: PackedCells;
  readonly memory: ArrayBuffer | undefined;
}

/** One read that other threads do too. */
class SharedRead {
  readonly turnstile: Turnstile | undefined;
  readonly #message: OpenMessage;
  readonly #array: Compiled | { readonly error: unknown };
  readonly #filled: Int32Array;
  readonly #target: View | undefined;
  readonly #store: Store | undefined;
  #parts: Parts | undefined;
  #nextSlot = 0;

  constructor(message: OpenMessage, array: Compiled | { readonly error: unknown }, filled: Int32Array) {
    this.#message = message;
    this.#array = array;
    this.#filled = filled;
    this.turnstile = message.turnstile && new Turnstile(message.turnstile);
    this.#target = message.target && targetOf(message.target);
    this.#store = message.store && openStore(message.store);
  }

  /** Reads a part, from the store or from what is `given`: where the values are, and how many chunks it was. */
  read(number: number, given?: Given): PartRead {
    if ('error' in this.#array) throw this.#array.error;
    const { model, level } = this.#array;
    const { split, slots, array, context } = this.#message;
    const { region, inRegion } = (this.#parts ??= new Parts(split, level.grid)).at(number);
    const cells =
      given === undefined
        ? new StoredCells(this.#store!, array.path, model.keyEncoding) // Without bytes there is a store.
        : new GivenCells(unpacked(given.cells), array.path, model.keyEncoding);
    let chunks = 0;
    const whole: Context = {
      ...context,
      limits: array.limits,
      workers: 0,
      signal: undefined,
      onProgress: (done) => {
        chunks = done;
        // Nobody waits for the rest of it, or who has given up waits until nothing more is written.
        if (this.turnstile !== undefined && number >= this.turnstile.limit)
          throw new StoreError('the part is not wanted');
      },
    };
    const shape = shapeOf(region);
    const isSent = this.#target === undefined && slots.length === 0;
    const slot = this.#target === undefined && !isSent ? this.#emptySlot(slots.length) : undefined;
    const memory = isSent ? (given?.memory ?? new ArrayBuffer(sizeOf(shape) * model.dtype.memorySize)) : undefined;
    const own = slot === undefined ? memory : slots[slot]!;
    const target = own === undefined ? partOf(this.#target!, inRegion) : viewOfPart(own, model.dtype, shape);
    // Only codecs of users may answer with a promise, and arrays that have some are read by one thread.
    runSync(readRegion(level, cells, region, target, whole));
    if (slot !== undefined) Atomics.store(this.#filled, slot, 1);
    return { slot, memory, room: given?.cells.room, chunks };
  }

  /** The next slot, as soon as what it held was taken. */
  #emptySlot(count: number): number {
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) % count;
    while (Atomics.load(this.#filled, slot) === 1) Atomics.wait(this.#filled, slot, 1);
    return slot;
  }
}

/** The store, read-only unless it is told how it `writes`. */
function openStore({ kind, root, followSymlinks }: PortableStore, writes?: PortableWrites): Store {
  switch (kind) {
    case 'local':
      // In browsers, where it is none, no store is portable.
      return new LocalStore(root, { readOnly: writes === undefined, followSymlinks, ...writes }) as unknown as Store;
    default:
      return kind satisfies never;
  }
}
