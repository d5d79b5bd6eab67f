/**
 * Reading by several threads: the region is cut along the boundaries of chunks, and the thread that was called and its
 * workers each read parts of it by the function that reads everything (core/read).
 *
 * Where the workers can open the store, each thread takes parts from one counter. Else this thread gets the encoded bytes, as
 * many at once as ever, and hands them out part by part. What a worker decodes goes straight into the result where that is
 * shared memory, or into a slot from where this thread copies it while the workers go on; where threads share no memory, it
 * is sent, and its memory sent back with another part. When there is nothing to copy, this thread decodes a part itself,
 * unless it is that of a page: that one waits for its workers, and copies a little at a time, so that it can draw meanwhile.
 *
 * Values and errors are those of one thread: the parts before one that fails are read to their end, and the first failure
 * among them, in the order of the chunks, is the one that is told.
 */

import { turn } from '#platform/worker';
import { holdingAbort } from '../../ending.js';
import { StoreError } from '../../errors.js';
import { countChunks } from '../../indexing/project.js';
import type { Region } from '../../indexing/selection.js';
import { piecesOf, type RegionPart } from '../../indexing/split.js';
import { formatJson } from '../../json/format.js';
import type { JsonObject } from '../../json/model.js';
import type { ArrayModel } from '../../metadata/model.js';
import { V2_ARRAY_DOCUMENT } from '../../metadata/v2.js';
import { V3_DOCUMENT } from '../../metadata/v3.js';
import { copy } from '../../ndarray/copy.js';
import { partOf, shapeOf, type View } from '../../ndarray/picked.js';
import { each, isBlockingCall, isPromise, run, type Task, wait } from '../../task.js';
import { type Job, type PoolWorker, pool } from '../../workers/pool.js';
import type { Cells } from '../cells.js';
import type { Context } from '../context.js';
import type { Level } from '../level.js';
import type { ArrayNode } from '../node.js';
import { readRegion } from '../read.js';
import { type ErrorMessage, errorOf } from './error.js';
import { type Gathered, GivenCells, gather, needsParts, packed, sizeOfCells } from './given.js';
import { type OpenMessage, type ReadReport, Turnstile, viewOfPart, type WorkerMessage } from './job.js';
import { planRead, type ReadPlan } from './read-plan.js';

/** Parts that a worker which is given bytes has at once: one to work on, and the next one. */
const MOST_GIVEN = 2;

/** What a page copies at once: two or three milliseconds. */
const MOST_COPIED_BYTES = 2 ** 21;

/** Reads `region` of the array that `cells` hold, into `out`, by as many threads as the settings allow and it is worth. */
export function* readShared(
  node: ArrayNode,
  level: Level,
  cells: Cells,
  region: Region,
  out: View,
  context: Context,
): Task<void> {
  const plan = planRead(node, level, region, out, context);
  if (plan === undefined) yield* readRegion(level, cells, region, out, context);
  else yield* new ParallelRead(node, level, cells, out, context, plan).run();
}

/** The first failure that is known. `part` is -1 where it is not about a part. */
interface Failure {
  readonly part: number;
  readonly error: unknown;
  /** An error of another thread, made one of this thread when it is thrown. */
  readonly message?: ErrorMessage;
}

class ParallelRead implements Job {
  readonly #node: ArrayNode;
  readonly #level: Level;
  readonly #cells: Cells;
  readonly #out: View;
  readonly #context: Context;
  readonly #plan: ReadPlan;
  readonly #turnstile: Turnstile;
  /** How many parts each worker has, of those it was given; of a worker that takes parts, 1 until it finds none. */
  readonly #busy = new Map<PoolWorker, number>();
  readonly #slots = new Map<PoolWorker, readonly SharedArrayBuffer[]>();
  readonly #isDone: Uint8Array;
  /** The first part that is not done. */
  #first = 0;
  #failure: Failure | undefined;
  /** Lets the call fail that was given up, where workers write to memory that is the caller's again then. */
  #letGo: (() => void) | undefined;
  #chunksDone = 0;
  readonly #chunks: number;

  constructor(node: ArrayNode, level: Level, cells: Cells, out: View, context: Context, plan: ReadPlan) {
    this.#node = node;
    this.#level = level;
    this.#cells = cells;
    this.#out = out;
    this.#context = context;
    this.#plan = plan;
    this.#turnstile = Turnstile.of(plan.parts.count, plan.store !== undefined);
    this.#isDone = new Uint8Array(plan.parts.count);
    this.#chunks = context.onProgress === undefined ? 0 : countChunks(plan.split.region, level.grid);
  }

  *run(): Task<void> {
    const { signal } = this.#context;
    signal?.throwIfAborted();
    const { id, workers } = pool.open(this, this.#plan.workers);
    const abort = (): void => {
      this.#fail({ part: -1, error: signal?.reason });
      pool.drain(); // A worker that has just begun may have said so.
      this.#letGoIfIdle();
    };
    signal?.addEventListener('abort', abort);
    if (signal !== undefined && this.#plan.target !== undefined) this.#letGo = holdingAbort(signal);
    try {
      for (const worker of workers) this.#tell(worker, id);
      if (this.#plan.store === undefined) yield* this.#giveParts(id, workers);
      else yield* this.#takeParts();
      while (!this.#isSettled) yield* this.#nextReport();
    } finally {
      this.#turnstile.lower(0); // Also where the call was given up: nothing more is taken.
      signal?.removeEventListener('abort', abort);
      for (const worker of this.#busy.keys()) post(worker, { kind: 'close', job: id });
      pool.close(id);
      this.#letGo?.();
    }
    if (this.#failure === undefined) return;
    const { error, message } = this.#failure;
    throw message === undefined ? error : errorOf(message);
  }

  #tell(worker: PoolWorker, job: number): void {
    const { path, concurrency, readMissingChunks, writeEmptyChunks, limits, ...rest } = this.#context;
    const { coalesceMaxGapBytes, coalesceMaxBytes } = rest;
    const { split, store, target, slots } = this.#plan;
    const { model } = this.#node;
    const own = target === undefined && slots.count > 0 ? worker.reserve(slots.count, slots.bytes) : [];
    const open: OpenMessage = {
      kind: 'open',
      job,
      array: { path, format: model.format, document: documentText(model), limits },
      context: { path, concurrency, readMissingChunks, writeEmptyChunks, coalesceMaxGapBytes, coalesceMaxBytes },
      split,
      store,
      target,
      slots: own,
      turnstile: store && this.#turnstile.memory,
    };
    this.#slots.set(worker, own);
    post(worker, open);
    this.#busy.set(worker, store === undefined ? 0 : 1);
    if (store !== undefined) post(worker, { kind: 'take', job });
  }

  // What workers say.

  receive(worker: PoolWorker, report: ReadReport): void {
    this.#hear(worker, report);
    this.#letGoIfIdle();
  }

  #hear(worker: PoolWorker, report: ReadReport): void {
    switch (report.kind) {
      case 'idle':
        this.#busy.set(worker, 0);
        return;
      case 'failed':
        this.#free(worker);
        this.#fail({ part: report.part, error: undefined, message: report.error });
        return;
      case 'done': {
        this.#free(worker);
        const accepted = run(this.#accept(worker, report));
        if (isPromise(accepted)) accepted.then(undefined, (error: unknown) => this.#fail({ part: -1, error }));
        return;
      }
      default:
        report satisfies never;
    }
  }

  lose(worker: PoolWorker, text: string): void {
    const parts = this.#busy.get(worker) ?? 0;
    const isTold = this.#busy.delete(worker) && (parts > 0 || !worker.isReady);
    this.#letGoIfIdle();
    if (!isTold) return;
    const { path } = this.#context;
    this.#fail({ part: -1, error: new StoreError(`${text} (in "/${path}")`, { path }) });
  }

  #free(worker: PoolWorker): void {
    const parts = this.#busy.get(worker);
    if (parts !== undefined && this.#plan.store === undefined) this.#busy.set(worker, parts - 1);
  }

  /** Takes the values of a part out of the memory that they came in. */
  *#accept(
    worker: PoolWorker,
    { part, slot, memory, room, chunks }: Extract<ReadReport, { readonly kind: 'done' }>,
  ): Task<void> {
    const values = slot === undefined ? memory : this.#slots.get(worker)![slot]!; // It has the slots that it was told of.
    if (values !== undefined) yield* this.#copyOut(part, values);
    if (slot !== undefined) worker.empty(slot);
    if (memory !== undefined) worker.keep(memory);
    if (room !== undefined) worker.keep(room);
    this.#finish(part);
    for (let i = 0; i < chunks; i++) this.#count();
  }

  *#copyOut(part: number, values: ArrayBufferLike): Task<void> {
    const { dtype } = this.#node.model;
    const { region, inRegion } = this.#partAt(part);
    const source = viewOfPart(values, dtype, shapeOf(region));
    const target = partOf(this.#out, inRegion);
    const most = this.#plan.staysFree ? MOST_COPIED_BYTES / dtype.memorySize : Number.POSITIVE_INFINITY;
    let isFirst = true;
    for (const piece of piecesOf(source.shape, most)) {
      if (!isFirst) yield* wait(turn());
      isFirst = false;
      if (this.#failure !== undefined) return;
      copy(partOf(source, piece), partOf(target, piece));
    }
  }

  #count(): void {
    if (this.#failure !== undefined) return;
    try {
      this.#context.onProgress?.(++this.#chunksDone, this.#chunks);
    } catch (error) {
      this.#fail({ part: -1, error });
    }
  }

  #finish(part: number): void {
    this.#isDone[part] = 1;
    while (this.#isDone[this.#first] === 1) this.#first++;
    if (this.#first >= this.#turnstile.limit) pool.wake();
  }

  #fail(failure: Failure): void {
    if (this.#failure === undefined || failure.part < this.#failure.part) this.#failure = failure;
    this.#turnstile.lower(Math.max(0, failure.part));
    pool.wake();
  }

  /** Whether all parts that are wanted are read and, after a failure, no worker is at work for this call any more. */
  get #isSettled(): boolean {
    if (this.#first < this.#turnstile.limit) return false;
    if (this.#failure === undefined) return this.#turnstile.limit === this.#plan.parts.count;
    return this.#isIdle;
  }

  /** Whether no worker is at work for this call. */
  get #isIdle(): boolean {
    return [...this.#busy].every(([worker, parts]) => parts === 0 || !worker.isReady);
  }

  #letGoIfIdle(): void {
    if (this.#letGo !== undefined && this.#context.signal?.aborted && this.#isIdle) this.#letGo();
  }

  #partAt(part: number): RegionPart {
    return this.#plan.parts.at(part);
  }

  /** Until a worker has something to say. */
  *#nextReport(): Task<void> {
    if (isBlockingCall()) pool.block();
    else yield* wait(pool.nextReport());
  }

  /** Between two parts: hears what workers have said, and lets others have their turn where the call may wait. */
  *#pause(): Task<void> {
    pool.drain();
    if (!isBlockingCall()) yield* wait(turn());
  }

  // Workers that read the store themselves.

  *#takeParts(): Task<void> {
    for (let part = this.#turnstile.take(); part !== undefined; part = this.#turnstile.take()) {
      yield* this.#readPart(part, this.#cells, this.#context.concurrency);
      yield* this.#pause();
    }
  }

  /** Reads a part on this thread. */
  *#readPart(part: number, cells: Cells, concurrency: number): Task<void> {
    const { region, inRegion } = this.#partAt(part);
    const onProgress = this.#context.onProgress && (() => this.#count());
    const context = { ...this.#context, concurrency, onProgress };
    try {
      yield* readRegion(this.#level, cells, region, partOf(this.#out, inRegion), context);
      this.#finish(part);
    } catch (error) {
      this.#fail({ part, error });
    }
  }

  // Workers that are given the bytes.

  *#giveParts(job: number, workers: readonly PoolWorker[]): Task<void> {
    const { concurrency } = this.#context;
    const { split, parts } = this.#plan;
    const perPart = Math.max(1, Math.ceil(countChunks(split.region, this.#level.grid) / parts.count));
    // While the chunks of one part are decoded, those of another one are on their way.
    const lanes = this.#isAtHand ? 1 : Math.min(concurrency, Math.ceil(concurrency / perPart) + 1);
    const width = Math.max(1, Math.floor(concurrency / lanes));
    yield* each(this.#partsLeft(), lanes, (part) => run(this.#givePart(part, job, workers, width)));
  }

  /** Whether all bytes are at hand, so that a part which this thread decodes need not be gathered first. */
  get #isAtHand(): boolean {
    return this.#node.storePath.store.answersAtOnce === true;
  }

  *#partsLeft(): Generator<number, void, undefined> {
    for (let part = this.#turnstile.take(); part !== undefined; part = this.#turnstile.take()) yield part;
  }

  *#givePart(part: number, job: number, workers: readonly PoolWorker[], concurrency: number): Task<void> {
    pool.drain();
    const { region } = this.#partAt(part);
    const isMine = this.#isAtHand && this.#freeWorker(workers, part) === undefined && !this.#isToWait(part);
    if (isMine || needsParts(this.#level, region)) yield* this.#readPart(part, this.#cells, concurrency);
    else {
      const gathered = yield* this.#gather(part, region, concurrency);
      if (gathered !== undefined) yield* this.#decode(part, gathered, job, workers);
    }
    yield* this.#pause();
  }

  /** The encoded chunks of a part; undefined where the read is over. */
  *#gather(part: number, region: Region, concurrency: number): Task<Gathered | undefined> {
    try {
      return yield* gather(this.#level, this.#cells, region, { ...this.#context, concurrency });
    } catch (error) {
      this.#fail({ part, error });
      return undefined;
    }
  }

  /** Has a part decoded by a worker, or decodes it here: where none has time for it, or where not all of it could be got. */
  *#decode(part: number, { cells: lent, failures }: Gathered, job: number, workers: readonly PoolWorker[]): Task<void> {
    const worker = failures.size > 0 ? undefined : yield* this.#workerFor(part, workers);
    if (part >= this.#turnstile.limit) return;
    if (worker === undefined) {
      const { keyEncoding } = this.#node.model;
      yield* this.#readPart(part, new GivenCells(lent, this.#context.path, keyEncoding, failures), 1);
    } else {
      const { target, slots } = this.#plan;
      const sendsValues = target === undefined && slots.count === 0;
      const size = sizeOfCells(lent);
      // The next part may need a little more.
      const cells = packed(lent, worker.recycled(size) ?? new ArrayBuffer(size + size / 8));
      const memory = sendsValues ? worker.recycled(slots.bytes) : undefined;
      this.#busy.set(worker, this.#busy.get(worker)! + 1);
      post(
        worker,
        { kind: 'part', job, part, cells, memory },
        memory === undefined ? [cells.room] : [cells.room, memory],
      );
    }
  }

  /** A worker for a part; undefined where it is decoded here. */
  *#workerFor(part: number, workers: readonly PoolWorker[]): Task<PoolWorker | undefined> {
    let worker = this.#freeWorker(workers, part);
    while (worker === undefined && this.#isToWait(part)) {
      yield* this.#nextReport();
      worker = this.#freeWorker(workers, part);
    }
    return worker;
  }

  /** Whether a part that nobody has time for is to wait: where this thread is not to be busy, and there are workers. */
  #isToWait(part: number): boolean {
    if (!this.#plan.staysFree || part >= this.#turnstile.limit) return false;
    return [...this.#busy.keys()].some(({ isReady }) => isReady);
  }

  /**
   * A worker that is there and has less to do than it may have. Of the last parts none waits for a worker while this thread
   * has nothing to do, which would end with it sooner.
   */
  #freeWorker(workers: readonly PoolWorker[], part: number): PoolWorker | undefined {
    const { staysFree, parts: all } = this.#plan;
    const most = staysFree || part < all.count - workers.length ? MOST_GIVEN : 1;
    let least: PoolWorker | undefined;
    for (const worker of workers) {
      const parts = this.#busy.get(worker);
      if (parts === undefined || parts >= most || !worker.isReady) continue;
      if (least === undefined || parts < this.#busy.get(least)!) least = worker;
    }
    return least;
  }
}

const post = ({ thread }: PoolWorker, message: WorkerMessage, transfer?: readonly ArrayBuffer[]): void =>
  thread.post(message, transfer);

/** The text of each array's document, without attributes, as long as the model is used. */
const TEXTS = /* @__PURE__ */ new WeakMap<ArrayModel, string>();

/** The document of an array, for another thread. */
export function documentText(model: ArrayModel): string {
  let text = TEXTS.get(model);
  if (text === undefined) {
    const document = model.documents.get(model.format === 3 ? V3_DOCUMENT : V2_ARRAY_DOCUMENT)!; // Every model has it.
    const told: JsonObject = new Map([...document].filter(([name]) => name !== 'attributes'));
    TEXTS.set(model, (text = formatJson(told, null)));
  }
  return text;
}
