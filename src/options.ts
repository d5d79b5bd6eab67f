/** Options objects: every name is known, or the call fails and says which name was meant. */
import { described } from './described.js';
import { ArgumentError, ZarrError } from './errors.js';

/**
 * Throws `ArgumentError` if `options` is no object or has a member that is not in `known`; what many calls take (`signal`,
 * `onProgress`, `overwrite`) is checked here for all of them.
 */
export function checkOptions(options: object | null | undefined, known: readonly string[], caller: string): void {
  if (!isGiven(options)) return;
  if (!isOptionsObject(options)) {
    throw new ArgumentError(`${caller}: expected an object of options, got ${described(options)}`);
  }
  const given: Readonly<Record<string, unknown>> = inspected(`${caller}: options`, () => ({ ...options }));
  const names = Object.keys(given);
  if (names.length === 0) {
    // What has no names may have values all the same: a proxy, or what comes by inheritance.
    for (const name of known)
      inspected(`${caller}: options`, () => (options as Readonly<Record<string, unknown>>)[name]);
    return;
  }
  for (const name of names) {
    if (known.includes(name)) continue;
    const isInside = known.includes('config') && HANDLE_OPTIONS.includes(name);
    const meant = isInside ? `; did you mean "config: { ${name} }"?` : didYouMean(name, known);
    throw new ArgumentError(`${caller}: unknown option ${described(name)}${meant}`);
  }
  const { signal, onProgress } = given;
  if (isGiven(signal) && !isSignal(signal)) {
    throw new ArgumentError(`${caller}: signal: expected an AbortSignal, got ${described(signal)}`);
  }
  if (isGiven(onProgress) && typeof onProgress !== 'function') {
    throw new ArgumentError(`${caller}: onProgress: expected a function, got ${described(onProgress)}`);
  }
  for (const name of SWITCHES) {
    if (!isGiven(given[name]) || typeof given[name] === 'boolean') continue;
    throw new ArgumentError(`${caller}: ${name}: expected true or false, got ${described(given[name])}`);
  }
}

/** What `config` of a handle or a call takes. */
export const HANDLE_OPTIONS: readonly string[] = Object.freeze([
  ...['order', 'writeEmptyChunks', 'readMissingChunks', 'sharedMemory', 'shardingCoalesceMaxGapBytes'],
  ...['shardingCoalesceMaxBytes', 'concurrency', 'workers', 'limits'],
]);

/** Options that are true or false, wherever they are known. */
const SWITCHES: readonly string[] = Object.freeze([
  ...['overwrite', 'writeData', 'shallow', 'withoutAttrs', 'dryRun', 'exact', 'expand'],
  ...['useConsolidatedForChildren', 'deleteOutsideChunks'],
]);

/** Whether `value` is an object whose members may be options: no list, `Map`, date or other thing of the language. */
const isOptionsObject = (value: unknown): value is object =>
  typeof value === 'object' && inspected('options', () => Object.prototype.toString.call(value)) === '[object Object]';

const isSignal = (value: unknown): boolean =>
  inspected('signal', () => typeof (value as { throwIfAborted?: unknown }).throwIfAborted === 'function');

/**
 * What `look` finds in something that a caller gave. A getter or proxy that throws, memory that was given away, lists
 * that hold themselves: what fails in there is a mistake of the caller.
 */
export function inspected<T>(where: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof ZarrError) throw error;
    const text = error instanceof Error ? error.message : described(error);
    throw new ArgumentError(`${where}: expected what can be read, got something that fails: ${text}`, { cause: error });
  }
}

/** Whether an option is given: neither undefined nor null. */
export const isGiven = <T>(value: T): value is NonNullable<T> => value !== undefined && value !== null;

/** `options`, without which the call means nothing. */
export function requireOptions<T extends object>(options: T | null | undefined, caller: string, needed: string): T {
  if (isGiven(options)) return options;
  throw new ArgumentError(`${caller}: expected options with ${needed}, got nothing`);
}

/** `options` without the members that are null, which says "not given" of all but `meaningful` ones. */
export function withoutNull<T extends object>(options: T | null | undefined, meaningful: readonly string[]): T {
  const kept = Object.entries(options ?? {}).filter(([name, value]) => value !== null || meaningful.includes(name));
  return Object.fromEntries(kept) as T; // Members that are left out are optional ones.
}

/** Names of one thing in different calls. */
const SYNONYMS: Readonly<Record<string, string>> = Object.freeze({
  path: 'name',
  name: 'path',
  attrs: 'attributes',
  cast: 'casting',
  compressor: 'compressors',
  fill: 'fillValue',
  depth: 'maxDepth',
});

/** `; did you mean "chunks"?`, when something known is near enough. */
export function didYouMean(name: string, known: readonly string[]): string {
  const same = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : undefined;
  if (same !== undefined && known.includes(same)) return `; did you mean "${same}"?`;
  if (name.length > 60) return `; known: ${known.join(', ')}`; // Nothing is near to it.
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best === undefined ? `; known: ${known.join(', ')}` : `; did you mean "${best}"?`;
}

/** Insertions, deletions and replacements between two words (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
