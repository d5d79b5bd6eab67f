/** Copies of keys from store to store, as the bytes they are, with zarr 2's contract of `copy_store`. */
import { config } from '../config.js';
import { ArgumentError, ConflictError } from '../errors.js';
import { validateKey } from '../stores/key.js';
import { isWithin } from '../stores/overlap.js';
import type { StorePath } from '../stores/store-path.js';
import { collect, each, run, type Task, wait } from '../task.js';
import { BOTH_FORMATS, consolidatedAbove, descendantsOf, type NodeChange, updateConsolidated } from './consolidated.js';
import { CopyResult, type CopySettings } from './copy.js';
import { checkWritable, readNode } from './documents.js';
import { GroupNode } from './node.js';

export interface CopyKeysSettings extends Pick<CopySettings, 'signal' | 'onProgress' | 'dryRun' | 'log'> {
  readonly ifExists: 'raise' | 'replace' | 'skip';
  /** Keys of the source where one of these matches are left out, unless one of `includes` does too. */
  readonly excludes: readonly RegExp[];
  readonly includes: readonly RegExp[];
}

interface KeyCopy {
  readonly source: string;
  readonly target: string;
  readonly isSkipped: boolean;
}

/** Copies every key below `source` to the same place below `dest`. */
export function* copyKeys(source: StorePath, dest: StorePath, settings: CopyKeysSettings): Task<CopyResult> {
  const { dryRun, log, signal, onProgress } = settings;
  if (!dryRun) checkWritable(dest);
  if (isWithin(source, dest) && isWithin(dest, source)) {
    throw new ArgumentError(`copyStore: the source and the destination are the same: "${source}"`);
  }
  const copies = yield* planKeys(source, dest, settings);
  const above = dryRun ? [] : yield* consolidatedAbove(dest.store, [dest.path], BOTH_FORMATS);
  const counts = { copied: 0, skipped: 0, bytesCopied: 0 };
  let done = 0;
  const copyKey = function* ({ source: from, target: to, isSkipped }: KeyCopy): Task<void> {
    log(`${isSkipped ? 'skip' : 'copy'} ${from === to ? from : `${from} -> ${to}`}`);
    counts[isSkipped ? 'skipped' : 'copied']++;
    if (!isSkipped && !dryRun) {
      const bytes = yield* wait(source.store.get(from, undefined, { signal }));
      if (bytes === undefined) throw new ConflictError(`"${from}" of "${source.store}" is gone`, { key: from });
      yield* wait(dest.store.set!(to, bytes)); // The store is writable, by the check above.
      counts.bytesCopied += bytes.length;
    }
    onProgress?.(++done, copies.length);
  };
  yield* each(copies, config.get('async.concurrency'), (copy) => run(copyKey(copy)), signal);
  // Whatever was copied, the copies above say what is there.
  for (const group of above) yield* updateConsolidated([group], yield* nodesAt(dest, group.format));
  const result = new CopyResult(counts);
  log(result.summary(dryRun));
  return result;
}

function* planKeys(source: StorePath, dest: StorePath, settings: CopyKeysSettings): Task<KeyCopy[]> {
  const { ifExists, excludes, includes } = settings;
  const { store } = source;
  if (store.list === undefined) throw new ArgumentError(`the store cannot list: "${store}"`);
  const matches = (key: string, patterns: readonly RegExp[]): boolean =>
    patterns.some((pattern) => key.search(pattern) >= 0);
  const keys = (yield* collect<string>(store.list(source.path)))
    .filter((key) => !matches(key, excludes) || matches(key, includes))
    .sort();
  const copies: KeyCopy[] = [];
  for (const key of keys) {
    const target = dest.key(source.path === '' ? key : key.slice(source.path.length + 1));
    validateKey(target);
    const isThere = ifExists !== 'replace' && (yield* hasKey(dest, target));
    if (isThere && ifExists === 'raise') {
      throw new ConflictError(`"${target}" exists in "${dest.store}"`, { key: target });
    }
    copies.push({ source: key, target, isSkipped: isThere });
  }
  return copies;
}

function* hasKey({ store }: StorePath, key: string): Task<boolean> {
  const found = store.head === undefined ? yield* wait(store.get(key)) : yield* wait(store.head(key));
  return found !== undefined;
}

/** The node at `place` and all below it, as changes; nothing where there is none. */
export function* nodesAt(place: StorePath, format: 2 | 3): Task<NodeChange[]> {
  const model = yield* readNode(place, { format, useConsolidated: false });
  if (model === undefined) return [];
  const change: NodeChange = [place.path, model];
  if (model.kind === 'array') return [change];
  const below = yield* descendantsOf(new GroupNode(place, model));
  return [change, ...below.map(([path, node]): NodeChange => [place.join(path).path, node])];
}
