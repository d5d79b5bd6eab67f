/** Options objects: every name is known, or the call fails and says which name was meant. */
import { ArgumentError } from './errors.js';

/**
 * Throws `ArgumentError` if `options` is no object or has a member that is not in `known`; what many calls take (`signal`,
 * `onProgress`, `overwrite`) is checked here for all of them.
 */
export function checkOptions(options: object | null | undefined, known: readonly string[], caller: string): void {
  if (!isGiven(options)) return;
  if (typeof options !== 'object' || Array.isArray(options)) {
    throw new ArgumentError(`${caller}: expected an object of options, got ${described(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new ArgumentError(`${caller}: unknown option "${name}"${didYouMean(name, known)}`);
  }
  const { signal, onProgress, overwrite } = options as Readonly<Record<string, unknown>>; // Any object has members.
  if (isGiven(signal) && typeof (signal as { throwIfAborted?: unknown }).throwIfAborted !== 'function') {
    throw new ArgumentError(`${caller}: signal: expected an AbortSignal, got ${described(signal)}`);
  }
  if (isGiven(onProgress) && typeof onProgress !== 'function') {
    throw new ArgumentError(`${caller}: onProgress: expected a function, got ${described(onProgress)}`);
  }
  if (isGiven(overwrite) && typeof overwrite !== 'boolean') {
    throw new ArgumentError(`${caller}: overwrite: expected true or false, got ${described(overwrite)}`);
  }
}

/** Whether an option is given: neither undefined nor null. */
export const isGiven = <T>(value: T): value is NonNullable<T> => value !== undefined && value !== null;

/** `options`, without which the call means nothing. */
export function requireOptions<T extends object>(options: T | null | undefined, caller: string): T {
  if (isGiven(options)) return options;
  throw new ArgumentError(`${caller}: expected an object of options`);
}

/** What `value` is, for messages: nothing of it is called. */
function described(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return JSON.stringify(value);
  const isPrintable = ['number', 'bigint', 'boolean'].includes(typeof value);
  return isPrintable ? String(value) : `a value of type ${typeof value}`;
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
