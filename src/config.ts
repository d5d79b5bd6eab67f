/**
 * Settings: zarr-python's keys in camelCase, and limits on what an untrusted store can make us do. What `set` says comes
 * before a variable of the environment (`ZARR_ARRAY__ORDER=F`), and that before the default.
 */

import { environment } from '#platform/environment';
import { described } from './described.js';
import { type EnvironmentSetting, environmentSettings } from './environment-settings.js';
import { BadConfigError } from './errors.js';
import { didYouMean } from './options.js';

/** What an untrusted store can make us do, at most. */
export interface Limits {
  /** Bytes of one metadata document. */
  readonly metadataBytes: number;
  /** Levels of nesting in a metadata document. */
  readonly jsonDepth: number;
  /** Dimensions of an array. */
  readonly rank: number;
  /** Bytes of one decoded chunk. */
  readonly chunkBytes: number;
  /** Bytes of the result of one read. */
  readonly outputBytes: number;
  /** Chunks touched by one call; those inside shards count, each by itself. */
  readonly chunksPerCall: number;
  /** Bytes of a shard's index. */
  readonly shardIndexBytes: number;
  /** Entries of a ZIP archive. */
  readonly zipEntries: number;
  /** References of a document of references. */
  readonly references: number;
}

/** Every setting by its dotted key. */
export interface Settings {
  /** The format of what is made, where no call says it. */
  readonly defaultZarrFormat: 2 | 3;
  /** Spaces per level in metadata documents; `null` for one line. */
  readonly jsonIndent: number | null;
  /** Order of the elements in the arrays that reads give, and of new arrays of format 2. */
  readonly 'array.order': 'C' | 'F';
  /** Whether chunks that hold nothing but fill value are stored. */
  readonly 'array.writeEmptyChunks': boolean;
  /** Whether an absent chunk reads as fill value; else it is a `ChunkNotFoundError`. */
  readonly 'array.readMissingChunks': boolean;
  /**
   * Whether the elements of the arrays that reads give lie in a `SharedArrayBuffer`: other threads may be given it without
   * a copy, and `workers` decode straight into it. Where there is none, reading is an error.
   */
  readonly 'array.sharedMemory': boolean;
  /** How large shards are that `"auto"` makes; `null`: two chunks along each long axis. */
  readonly 'array.targetShardSizeBytes': number | null;
  /** Whether arrays whose chunks differ in size can be opened and made. */
  readonly 'array.rectilinearChunks': boolean;
  /**
   * The most bytes between two chunks of a shard that are read in vain so that both take one request; and, up to 64 KiB, of
   * a small shard so that its index and its chunks do.
   */
  readonly 'array.shardingCoalesceMaxGapBytes': number;
  /**
   * The most bytes of the chunks of a shard that are asked for by one request, where it is not for one chunk; and of chunks,
   * decoded, that a store is asked for by one call of `getMany`.
   */
  readonly 'array.shardingCoalesceMaxBytes': number;
  /** Chunks waited for at once, per call. */
  readonly 'async.concurrency': number;
  /**
   * Seconds that a call with promises may wait in all, `null` for any time; then it fails with a `StoreError`, asks for
   * nothing more and leaves `out` alone. For a single call there is `signal: AbortSignal.timeout(ms)`. A blocking call never waits.
   */
  readonly 'async.timeout': number | null;
  /** zarr-python's bound for its threads: accepted, so that its settings can be taken over; see `workers`. */
  readonly 'threading.maxWorkers': number | null;
  /**
   * Threads that decode and encode beside the one that calls, at most 256; `"auto"`: as many as there are cores, less one. They are
   * started when a call has enough for them to do, do not keep the process alive, and end when this becomes 0. In a page of
   * a browser they decode in place of the thread that calls, so that the page can draw; blocking calls have none there.
   */
  readonly workers: number | 'auto';
  /** Bytes of one metadata document. */
  readonly 'limits.metadataBytes': number;
  /** Levels of nesting in a metadata document. */
  readonly 'limits.jsonDepth': number;
  /** Dimensions of an array. */
  readonly 'limits.rank': number;
  /** Bytes of one decoded chunk. */
  readonly 'limits.chunkBytes': number;
  /** Bytes of the result of one read. */
  readonly 'limits.outputBytes': number;
  /** Chunks touched by one call. */
  readonly 'limits.chunksPerCall': number;
  /** Bytes of a shard's index. */
  readonly 'limits.shardIndexBytes': number;
  /** Entries of a ZIP archive. */
  readonly 'limits.zipEntries': number;
  /** References of a document of references. */
  readonly 'limits.references': number;
}

const MIB = 2 ** 20;

/** The setting `workers`, at most: a slip of the pen must not start threads until the memory is gone. */
const MOST_WORKERS = 256;

const DEFAULTS: Settings = Object.freeze({
  defaultZarrFormat: 3,
  jsonIndent: 2,
  'array.order': 'C',
  'array.writeEmptyChunks': false,
  'array.readMissingChunks': true,
  'array.sharedMemory': false,
  'array.targetShardSizeBytes': null,
  'array.rectilinearChunks': true,
  'array.shardingCoalesceMaxGapBytes': MIB,
  'array.shardingCoalesceMaxBytes': 16 * MIB,
  'async.concurrency': 10,
  'async.timeout': null,
  'threading.maxWorkers': null,
  workers: 0,
  'limits.metadataBytes': 16 * MIB,
  'limits.jsonDepth': 256,
  'limits.rank': 64,
  'limits.chunkBytes': 2048 * MIB,
  'limits.outputBytes': 4096 * MIB,
  'limits.chunksPerCall': 2 ** 24,
  'limits.shardIndexBytes': 256 * MIB,
  'limits.zipEntries': 2 ** 24,
  'limits.references': 2 ** 24,
});

type Check = { readonly expected: string; readonly test: (value: unknown) => boolean };

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const COUNT: Check = { expected: 'an integer of at least 0', test: isCount };
const POSITIVE: Check = { expected: 'an integer of at least 1', test: (value) => isCount(value) && value !== 0 };
const BOOLEAN: Check = { expected: 'true or false', test: (value) => typeof value === 'boolean' };
const orNull = ({ expected, test }: Check): Check => ({
  expected: `${expected}, or null`,
  test: (value) => value === null || test(value),
});
const oneOf = (...choices: readonly unknown[]): Check => ({
  expected: choices.map((choice) => JSON.stringify(choice)).join(' or '),
  test: (value) => choices.includes(value),
});

const CHECKS: Readonly<Record<keyof Settings, Check>> = Object.freeze({
  defaultZarrFormat: oneOf(2, 3),
  jsonIndent: orNull(COUNT),
  'array.order': oneOf('C', 'F'),
  'array.writeEmptyChunks': BOOLEAN,
  'array.readMissingChunks': BOOLEAN,
  'array.sharedMemory': BOOLEAN,
  'array.targetShardSizeBytes': orNull(POSITIVE),
  'array.rectilinearChunks': BOOLEAN,
  'array.shardingCoalesceMaxGapBytes': COUNT,
  'array.shardingCoalesceMaxBytes': COUNT,
  'async.concurrency': POSITIVE,
  'async.timeout': orNull({ expected: 'seconds', test: (value) => typeof value === 'number' && value >= 0 }),
  'threading.maxWorkers': orNull(POSITIVE),
  workers: {
    expected: `an integer from 0 to ${MOST_WORKERS}, or "auto"`,
    test: (value) => value === 'auto' || (isCount(value) && (value as number) <= MOST_WORKERS),
  },
  'limits.metadataBytes': COUNT,
  'limits.jsonDepth': COUNT,
  'limits.rank': COUNT,
  'limits.chunkBytes': COUNT,
  'limits.outputBytes': COUNT,
  'limits.chunksPerCall': COUNT,
  'limits.shardIndexBytes': COUNT,
  'limits.zipEntries': COUNT,
  'limits.references': COUNT,
});

/** Undoes one `config.set`: call `restore`, or declare it with `using`. */
export interface ConfigScope {
  /** Puts back what was set before. */
  restore(): void;
  [Symbol.dispose](): void;
}

/** Settings that are read when an operation starts; set ones override the defaults until they are restored. */
export class Config {
  /** What each setting is where neither `set` nor the environment says otherwise. */
  readonly defaults: Settings = DEFAULTS;
  #set = new Map<string, unknown>();
  /** What the environment says, looked at when a setting is first asked for. */
  #environment: ReadonlyMap<string, EnvironmentSetting> | undefined;
  /** All limits, until something is set: each node that is opened asks for them. */
  #limits: Limits | undefined;

  /**
   * The value of a setting; of a part such as `"limits"`, an object of what is below it.
   *
   * @throws BadConfigError for a key that is unknown, unless a `fallback` is given.
   * @example
   * config.get('array.order'); // "C"
   */
  get<K extends keyof Settings>(key: K): Settings[K];
  get(key: string, fallback?: unknown): unknown;
  get(key: string, fallback?: unknown): unknown {
    if (typeof key !== 'string') throw new BadConfigError(`config: expected the text of a key, got ${described(key)}`);
    if (Object.hasOwn(DEFAULTS, key)) {
      return this.#set.has(key) ? this.#set.get(key) : this.#byDefault(key as keyof Settings);
    }
    const below = Object.keys(DEFAULTS).filter((known) => known.startsWith(`${key}.`));
    if (below.length > 0)
      return Object.fromEntries(below.map((known) => [known.slice(key.length + 1), this.get(known)]));
    if (fallback !== undefined) return fallback;
    throw new BadConfigError(`config: unknown key "${key}"${didYouMean(key, Object.keys(DEFAULTS))}`);
  }

  /**
   * Sets values by dotted keys or nested objects, at once and for everybody; the result restores what was before.
   *
   * @throws BadConfigError for an unknown key or a value it cannot have; then nothing is set.
   * @example
   * const scope = config.set({ 'array.writeEmptyChunks': true, limits: { rank: 8 } });
   * config.get('limits.rank'); // 8
   * scope.restore();
   */
  set(values: Readonly<Record<string, unknown>>): ConfigScope {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new BadConfigError(`config: expected an object of settings, got ${described(values)}`);
    }
    const flat = settingsIn(values);
    for (const [key, value] of flat) checkSetting(key, value);
    const before = new Map(this.#set);
    for (const [key, value] of flat) this.#set.set(key, value);
    this.#changed();
    const restore = (): void => {
      for (const key of flat.keys()) {
        if (before.has(key)) this.#set.set(key, before.get(key));
        else this.#set.delete(key);
      }
      this.#changed();
    };
    return { restore, [disposeSymbol()]: restore } as ConfigScope; // Computed keys lose their type.
  }

  /** Forgets everything that was set; variables of the environment are looked at anew. */
  reset(): void {
    this.#set = new Map();
    this.#environment = undefined;
    this.#changed();
  }

  #changed(): void {
    this.#limits = undefined;
    tellWatchers();
  }

  #byDefault(key: keyof Settings): unknown {
    this.#environment ??= environmentSettings(environment(), Object.keys(DEFAULTS));
    const setting = this.#environment.get(key);
    if (setting === undefined) return DEFAULTS[key];
    const { expected, test } = CHECKS[key];
    if (test(setting.value)) return setting.value;
    throw new BadConfigError(`${setting.variable}: expected ${expected}, got ${JSON.stringify(setting.text)}`);
  }

  /** All limits. */
  get limits(): Limits {
    this.#limits ??= Object.freeze(this.get('limits') as Limits); // The keys below "limits." are those of `Limits`.
    return this.#limits;
  }
}

/** Throws `BadConfigError` for a key that is unknown, or a value that it cannot have. */
export function checkSetting(key: string, value: unknown): void {
  if (!Object.hasOwn(CHECKS, key)) {
    throw new BadConfigError(`config: unknown key "${key}"${didYouMean(key, Object.keys(DEFAULTS))}`);
  }
  const { expected, test } = CHECKS[key as keyof Settings];
  if (!test(value)) throw new BadConfigError(`config: ${key}: expected ${expected}, got ${described(value)}`);
}

function settingsIn(values: object): Map<string, unknown> {
  try {
    return new Map(flatten(values, ''));
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : described(cause);
    throw new BadConfigError(`config: expected settings that can be read, got some that fail: ${text}`, { cause });
  }
}

function* flatten(values: object, prefix: string): Iterable<[string, unknown]> {
  for (const [name, value] of Object.entries(values)) {
    const isBranch = Object.keys(DEFAULTS).some((key) => key.startsWith(`${prefix}${name}.`));
    if (isBranch && typeof value === 'object' && value !== null) yield* flatten(value, `${prefix}${name}.`);
    else yield [prefix + name, value];
  }
}

const disposeSymbol = (): typeof Symbol.dispose => Symbol.dispose ?? (Symbol.for('Symbol.dispose') as never);

/** The settings of this program. */
export const config: Config = /* @__PURE__ */ new Config();

/** Who is told of changes: what is kept only while a setting says so. */
const watchers = new Set<() => void>();

/** Has `watcher` called after each change of settings, as long as the program runs. */
export function watchConfig(watcher: () => void): void {
  watchers.add(watcher);
}

function tellWatchers(): void {
  for (const watcher of watchers) watcher();
}
