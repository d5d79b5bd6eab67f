/**
 * The nodes of a hierarchy: where an array or group is, and what its metadata says. The classes that users hold are thin
 * covers of these.
 */

import { mayAnswerLater } from '../codecs/registry.js';
import { checkSetting, config, type Limits } from '../config.js';
import { described } from '../described.js';
import { BadConfigError } from '../errors.js';
import type { ArrayModel, GroupModel } from '../metadata/model.js';
import { checkOptions, HANDLE_OPTIONS, inspected, isGiven } from '../options.js';
import type { StorePath } from '../stores/store-path.js';
import { callSignal } from '../task.js';
import { type Asking, type LeftByReads, PartMemory, StoredCells } from './cells.js';
import type { Context } from './context.js';
import { type FieldSelection, Fields } from './fields.js';
import { compileLevel, type Level } from './level.js';
import { KeptIndexes } from './shards/kept-indexes.js';

/** Options of one handle, never stored (zarr-python: `ArrayConfig`). */
export interface ArrayConfig {
  /** Order of elements in the arrays that reads give. */
  readonly order: 'C' | 'F';
  /** Whether chunks that hold nothing but fill value are stored. */
  readonly writeEmptyChunks: boolean;
  /** Whether an absent chunk reads as fill value; else it is a `ChunkNotFoundError`. */
  readonly readMissingChunks: boolean;
  /** Whether the elements of the arrays that reads give lie in a `SharedArrayBuffer`. */
  readonly sharedMemory: boolean;
  /**
   * The most bytes between two chunks of a shard that are read in vain so that both take one request. A store that
   * answers at once, a folder or memory, is asked for chunks together only where they touch. Of any other, up to so many
   * bytes and at most 64 KiB come with the index of a shard that is not much longer: most often the chunks too.
   */
  readonly shardingCoalesceMaxGapBytes: number;
  /**
   * The most bytes of the chunks of a shard that are asked for by one request, where it is not for one chunk; and of chunks,
   * decoded, that a store is asked for by one call of `getMany`.
   */
  readonly shardingCoalesceMaxBytes: number;
  /** Chunks waited for at once. */
  readonly concurrency: number;
  /** Threads that decode and encode beside the one that calls, at most 256; `"auto"` for as many as there are cores, less one. */
  readonly workers: number | 'auto';
  /** What an untrusted store can make this handle do, at most. */
  readonly limits: Limits;
}

/** Options of a handle as they are given: those that are left out stay what they are. */
export type ArrayConfigParams = Omit<Partial<ArrayConfig>, 'limits'> & {
  readonly limits?: Partial<Limits> | undefined;
};

/** The settings that the options of a handle stand for. */
const SETTINGS: Readonly<Record<string, string>> = Object.freeze({
  concurrency: 'async.concurrency',
  workers: 'workers',
});

/** The options of a handle: what is given, over what it had, over the settings in force. */
export function arrayConfig(given: ArrayConfigParams | undefined, base?: ArrayConfig): ArrayConfig {
  const start = base ?? configInForce();
  if (given === undefined || given === null) return start;
  checkOptions(given, HANDLE_OPTIONS, 'config');
  checkValues(given);
  const present = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  );
  const merged: ArrayConfig = { ...start, ...present, limits: { ...start.limits, ...given.limits } };
  return Object.freeze(merged);
}

/** What the settings say, by their limits, which are another object after each change of any setting. */
const IN_FORCE = /* @__PURE__ */ new WeakMap<Limits, ArrayConfig>();

function configInForce(): ArrayConfig {
  const { limits } = config;
  let inForce = IN_FORCE.get(limits);
  if (inForce !== undefined) return inForce;
  inForce = Object.freeze<ArrayConfig>({
    order: config.get('array.order'),
    writeEmptyChunks: config.get('array.writeEmptyChunks'),
    readMissingChunks: config.get('array.readMissingChunks'),
    sharedMemory: config.get('array.sharedMemory'),
    shardingCoalesceMaxGapBytes: config.get('array.shardingCoalesceMaxGapBytes'),
    shardingCoalesceMaxBytes: config.get('array.shardingCoalesceMaxBytes'),
    concurrency: config.get('async.concurrency'),
    workers: config.get('workers'),
    limits,
  });
  IN_FORCE.set(limits, inForce);
  return inForce;
}

function checkValues({ limits, ...options }: ArrayConfigParams): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && value !== null) checkSetting(SETTINGS[name] ?? `array.${name}`, value);
  }
  if (isGiven(limits) && (typeof limits !== 'object' || Array.isArray(limits))) {
    throw new BadConfigError(`config: limits: expected an object of limits, got ${described(limits)}`);
  }
  for (const [name, value] of Object.entries(limits ?? {})) checkSetting(`limits.${name}`, value);
}

/** Options that every long operation takes. */
export interface ProgressOptions {
  /** Ends the call where it waits; it then fails with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Told how many of how many parts are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Options that every read and write takes. */
export interface OperationOptions extends ProgressOptions {
  /** Options of the handle, for this call alone. */
  readonly config?: ArrayConfigParams | undefined;
}

/** What reads and writes of elements take besides. */
export interface FieldOptions {
  /** Of an array of structs: one field by its name, or a struct of those in a list. Whole elements unless given. */
  readonly fields?: FieldSelection | null | undefined;
}

/** What limits levels of chunking. */
const LEVEL_LIMITS = Object.freeze(['chunkBytes', 'shardIndexBytes'] as const);

/** An array: its place, its metadata, its handle's options. The model is replaced when metadata is rewritten. */
export class ArrayNode {
  readonly kind = 'array';
  #level: Level | undefined;
  #model: ArrayModel;
  /** What one read leaves to the next. */
  #left: LeftByReads | undefined;
  /** What calls without options carry with them, and the cells that they read: the same each time. */
  #context: Context | undefined;
  #cells: StoredCells | undefined;
  constructor(
    readonly storePath: StorePath,
    model: ArrayModel,
    readonly config: ArrayConfig,
    /** The group that this handle was reached through, whose consolidated metadata follows what is changed here. */
    readonly through?: GroupNode | undefined,
  ) {
    this.#model = model;
  }

  /** Whether reads and writes may have to wait: for the store, or for a codec. */
  get mayWait(): boolean {
    return !this.storePath.store.answersAtOnce || mayAnswerLater(this.model.codecs);
  }

  get model(): ArrayModel {
    return this.#model;
  }

  set model(model: ArrayModel) {
    this.#model = model;
    this.#level = undefined;
    this.#left = undefined;
    this.#context = undefined;
    this.#cells = undefined;
  }

  /** The levels of chunking; throws `UnknownCodecError` or `UnknownDataTypeError` where the metadata can be read only. */
  get level(): Level {
    this.#level ??= compileLevel(this.#model, this.config.limits);
    return this.#level;
  }

  /** What the options of one call make of the handle's own. */
  configFor({ config: given }: Pick<OperationOptions, 'config'>): ArrayConfig {
    return given === undefined ? this.config : arrayConfig(given, this.config);
  }

  /** The levels of chunking as the limits of one call allow them. */
  levelFor(options: Pick<OperationOptions, 'config'>): Level {
    if (options.config === undefined) return this.level;
    const { limits } = this.configFor(options);
    const isOwn = LEVEL_LIMITS.every((name) => limits[name] === this.config.limits[name]);
    return isOwn ? this.level : compileLevel(this.#model, limits);
  }

  cells(given?: AbortSignal, priority = 0): StoredCells {
    const signal = callSignal(given);
    if (signal !== undefined || priority !== 0) return this.#cellsFor({ signal, priority });
    this.#cells ??= this.#cellsFor({});
    return this.#cells;
  }

  #cellsFor(asking: Asking): StoredCells {
    const { store, path } = this.storePath;
    this.#left ??= {
      indexes: new KeptIndexes(),
      // A codec that answers later would find other bytes in it by then.
      memory: mayAnswerLater(this.#model.codecs) ? undefined : PartMemory.for(store),
    };
    return new StoredCells(store, path, this.#model.keyEncoding, asking, this.#left);
  }

  context(options: OperationOptions & FieldOptions): Context {
    const { signal, onProgress, config: given, fields } = options;
    if (callSignal(signal) || onProgress || given !== undefined || fields) return this.#contextFor(options);
    this.#context ??= this.#contextFor({});
    return this.#context;
  }

  #contextFor({ signal, onProgress, config: given, fields: names }: OperationOptions & FieldOptions): Context {
    const options = this.configFor({ config: given });
    const { concurrency, readMissingChunks, writeEmptyChunks, workers, limits } = options;
    const { shardingCoalesceMaxGapBytes: coalesceMaxGapBytes, shardingCoalesceMaxBytes: coalesceMaxBytes } = options;
    const { dtype, fillValue } = this.#model;
    const fields = names === undefined || names === null ? undefined : new Fields(dtype, fillValue, names);
    const { path } = this.storePath;
    return {
      path,
      concurrency,
      readMissingChunks,
      writeEmptyChunks,
      coalesceMaxGapBytes,
      coalesceMaxBytes,
      limits,
      workers,
      fields,
      // Null is not given.
      signal: callSignal(signal),
      onProgress: onProgress ?? undefined,
    };
  }
}

/** A group: its place and its metadata. */
export class GroupNode {
  readonly kind = 'group';
  constructor(
    readonly storePath: StorePath,
    public model: GroupModel,
    /** The group that this handle was reached through. */
    readonly through?: GroupNode | undefined,
  ) {}
}

export type ZarrNode = ArrayNode | GroupNode;

/** The array that `value` is, or is a handle of, of either API; undefined where it is none. */
export function arrayNodeOf(value: unknown): ArrayNode | undefined {
  const node = nodeOfHandle(value);
  return node?.kind === 'array' ? node : undefined;
}

const nodeIn = (value: object): unknown =>
  value instanceof ArrayNode || value instanceof GroupNode ? value : 'node' in value ? value.node : undefined;

/** The node that `value` is, or is a handle of. */
export function nodeOfHandle(value: unknown): ZarrNode | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const node = inspected('value', () => nodeIn(value));
  return node instanceof ArrayNode || node instanceof GroupNode ? node : undefined;
}
