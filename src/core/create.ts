/**
 * Making nodes. Everything is validated and encoded before the first byte of the store changes: a bad argument never
 * costs what was there. Missing parents become groups.
 */
import { config } from '../config.js';
import { ArgumentError, ContainsArrayError, ContainsGroupError } from '../errors.js';
import { createGroupModel } from '../metadata/create.js';
import type { NodeModel, ZarrFormat } from '../metadata/model.js';
import { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import {
  checkWritable,
  deleteNode,
  documentsOf,
  readNode,
  writeDocuments,
  writeDocumentsIfAbsent,
} from './documents.js';

/** Stores `model` at `storePath`; what is there already is an error, or is deleted when `overwrite` says so. */
export function* createNode(storePath: StorePath, model: NodeModel, overwrite: boolean): Task<void> {
  const documents = documentsOf(model);
  checkWritable(storePath);
  if (!overwrite) yield* checkAbsent(storePath, model.format);
  const missing = yield* missingParents(storePath, model.format);
  if (overwrite) yield* deleteNode(storePath);
  for (const parent of missing) yield* writeDocumentsIfAbsent(parent, createGroupModel(model.format, undefined));
  yield* writeDocuments(storePath, documents);
}

/** Throws when an array or group of this format is at `storePath`. */
export function* checkAbsent(storePath: StorePath, format: ZarrFormat): Task<void> {
  const existing = yield* readNode(storePath, { format, useConsolidated: false });
  if (existing === undefined) return;
  const { path, store } = storePath;
  const where = `exists at "/${path}" in "${store}"; overwrite: true replaces it`;
  if (existing.kind === 'array') throw new ContainsArrayError(`an array ${where}`, { path });
  throw new ContainsGroupError(`a group ${where}`, { path });
}

/** The ancestors of `storePath` that have no metadata, the root first; an array among them is an error. */
function* missingParents({ store, path }: StorePath, format: ZarrFormat): Task<StorePath[]> {
  const missing: StorePath[] = [];
  if (path === '') return missing;
  const names = path.split('/');
  for (let depth = 0; depth < names.length; depth++) {
    const parent = new StorePath(store, names.slice(0, depth).join('/'));
    const existing = yield* readNode(parent, { format, useConsolidated: false });
    if (existing === undefined) missing.push(parent);
    else if (existing.kind === 'array') {
      throw new ArgumentError(`"/${parent.path}" is an array: only groups have children`, { path });
    }
  }
  return missing;
}

/** The format that new nodes get. */
export function formatFor(given: unknown): ZarrFormat {
  if (given === undefined || given === null) return config.get('defaultZarrFormat');
  if (given === 2 || given === 3) return given;
  throw new ArgumentError(`zarrFormat: expected 2 or 3, got ${String(given)}`);
}
