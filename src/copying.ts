/** `copy`, `copyAll` and `copyStore`, and the copies and moves that groups make of their members. */

import {
  type ArrayMakingOptions,
  givenFormat,
  MODEL,
  modelOptions,
  OPERATION,
  type PlaceOptions,
  placeOf,
} from './api.js';
import { type CopyResult, type CopySettings, copyMembers, copyNode, type IfExists } from './core/copy.js';
import { copyKeys } from './core/copy-keys.js';
import { formatFor } from './core/create.js';
import { readNode } from './core/documents.js';
import { withoutKeep } from './core/keep.js';
import { findMember, nodeOf } from './core/members.js';
import { moveMember } from './core/move.js';
import {
  arrayConfig,
  type GroupNode,
  nodeOfHandle,
  type OperationOptions,
  type ProgressOptions,
  type ZarrNode,
} from './core/node.js';
import { described } from './described.js';
import { ArgumentError, ContainsArrayError, NodeNotFoundError } from './errors.js';
import type { ZarrFormat } from './metadata/model.js';
import { checkOptions, inspected } from './options.js';
import { normalizePath } from './stores/key.js';
import type { StoreLike } from './stores/resolve.js';
import type { StorePath } from './stores/store-path.js';
import type { Task } from './task.js';

/** An `Array`, `AsyncArray`, `Group` or `AsyncGroup`. */
export interface StoredNode {
  /** Which of the two it is. */
  readonly kind: 'array' | 'group';
  /** Where it is. */
  readonly storePath: StorePath;
}

/** What is copied, or where to: a node of either API, or the one at the root of a store. */
export type CopyPlace = StoredNode | StoreLike;

/** Where the lines of a log go: a function that is called with each, or what has `write`, as `process.stderr` has. */
export type CopyLog = ((line: string) => void) | { write(text: string): unknown };

interface LogOptions extends Pick<OperationOptions, 'signal' | 'onProgress'> {
  /** Told what is copied and what is skipped, line by line. */
  readonly log?: CopyLog | null | undefined;
  /** Counts and logs, and writes nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What `copyAll` takes; the options of `createArray` change how arrays are stored. */
export interface CopyAllOptions
  extends LogOptions,
    Omit<ArrayMakingOptions, 'dtype' | 'attributes' | 'overwrite' | 'signal' | 'onProgress'> {
  /** Leaves out groups below the source. */
  readonly shallow?: boolean | undefined;
  /** Leaves out the attributes. */
  readonly withoutAttrs?: boolean | undefined;
  /** `"skip_initialized"` skips an array all of whose chunks are stored, and replaces another one. */
  readonly ifExists?: IfExists | undefined;
  /** Of a destination that is no group yet: else the source's. */
  readonly zarrFormat?: ZarrFormat | undefined;
  /** Alias of `zarrFormat`. */
  readonly zarrVersion?: ZarrFormat | undefined;
}

/** What `copy` takes. */
export interface CopyOptions extends CopyAllOptions {
  /** Name in the destination; the source's own by default. */
  readonly name?: string | undefined;
}

/** What `copyStore` takes. */
export interface CopyStoreOptions extends LogOptions {
  /** Copies only what is below this path of the source. */
  readonly sourcePath?: string | undefined;
  /** The path in the destination that takes the place of `sourcePath`. */
  readonly destPath?: string | undefined;
  /** Keys in which one of these is found are left out. */
  readonly excludes?: string | RegExp | readonly (string | RegExp)[] | null | undefined;
  /** Keys that are copied although they are excluded. */
  readonly includes?: string | RegExp | readonly (string | RegExp)[] | null | undefined;
  /** What is done where the destination has a key already: an error before anything is copied, by default. */
  readonly ifExists?: 'raise' | 'replace' | 'skip' | undefined;
}

const LAYOUT = MODEL.filter((name) => name !== 'dtype' && name !== 'attributes');
const COPY_MEMBER = [...LAYOUT, ...OPERATION, 'shallow', 'withoutAttrs', 'log', 'ifExists', 'dryRun'];
const COPY_ALL = [...COPY_MEMBER, 'zarrFormat', 'zarrVersion'];

export function* copy(source: CopyPlace, dest: CopyPlace, options: CopyOptions = {}): Task<CopyResult> {
  checkOptions(options, [...COPY_ALL, 'name'], 'copy');
  options ??= {};
  const node = yield* nodeAt(source, 'source');
  const name = normalizePath(options.name ?? node.storePath.path.split('/').at(-1));
  if (name === '') throw new ArgumentError('copy: expected a name, which the root of a store does not have');
  const { place, format, group } = yield* destAt(dest, node, options);
  return yield* copyNode(node, place.join(name), settingsOf(options, format, 'copy'), group);
}

export function* copyAll(source: CopyPlace, dest: CopyPlace, options: CopyAllOptions = {}): Task<CopyResult> {
  checkOptions(options, COPY_ALL, 'copyAll');
  options ??= {};
  const node = yield* nodeAt(source, 'source');
  if (node.kind === 'array') throw new ArgumentError(`copyAll: "${node.storePath}" is an array, expected a group`);
  const { place, format, group } = yield* destAt(dest, node, options);
  return yield* copyMembers(node, place, settingsOf(options, format, 'copyAll'), group);
}

export function* copyStore(source: StoreLike, dest: StoreLike, options: CopyStoreOptions = {}): Task<CopyResult> {
  const known = ['sourcePath', 'destPath', 'excludes', 'includes', 'ifExists', 'dryRun', 'log', 'signal', 'onProgress'];
  checkOptions(options, known, 'copyStore');
  options ??= {};
  const { ifExists = 'raise', dryRun = false, signal, onProgress } = options;
  checkIfExists(ifExists, ['raise', 'replace', 'skip'], 'copyStore');
  const settings = {
    ...{ ifExists, dryRun, signal, onProgress, log: logOf(options.log) },
    excludes: patternsOf(options.excludes, 'excludes'),
    includes: patternsOf(options.includes, 'includes'),
  };
  const from = placeOf(source, {}, options.sourcePath, 'r');
  return yield* copyKeys(from, placeOf(dest, {}, options.destPath), settings);
}

/** What a group's `copy` takes. */
export type CopyMemberOptions = Omit<CopyOptions, 'name' | 'zarrFormat' | 'zarrVersion'>;

/** Copies a member of a group to another place below it. */
export function* copyMember(
  group: GroupNode,
  source: string,
  dest: string,
  options: CopyMemberOptions = {},
): Task<CopyResult> {
  checkOptions(options, COPY_MEMBER, 'copy');
  options ??= {};
  const node = yield* findMember(group, memberPath(source));
  if (node === undefined) throw missing(group, source);
  const place = group.storePath.join(memberPath(dest));
  return yield* copyNode(node, place, settingsOf(options, group.model.format, 'copy'), group);
}

/** Moves a member of a group to another place below it. */
export function* move(group: GroupNode, source: string, dest: string, options: ProgressOptions = {}): Task<void> {
  checkOptions(options, ['signal', 'onProgress'], 'move');
  yield* moveMember(group, memberPath(source), memberPath(dest), options ?? {});
}

function memberPath(name: string): string {
  const path = normalizePath(name);
  if (path === '') throw new ArgumentError(`expected the path of a member, got ${described(name)}`);
  return path;
}

const missing = ({ storePath: { path } }: GroupNode, name: string): NodeNotFoundError =>
  new NodeNotFoundError(`no member "${name}" in "/${path}"`, { path });

function* nodeAt(place: CopyPlace, role: string): Task<ZarrNode> {
  const node = nodeOfHandle(place);
  if (node !== undefined) return node;
  // It is no handle.
  const storePath = placeOf(place as StoreLike, {}, '', 'r');
  const model = yield* readNode(storePath);
  if (model !== undefined) return nodeOf(storePath, model);
  const { path } = storePath;
  throw new NodeNotFoundError(`${role}: no array or group at "/${path}" in "${storePath.store}"`, { path });
}

interface Destination {
  readonly place: StorePath;
  readonly format: ZarrFormat;
  /** The handle, which is told what is new. */
  readonly group: GroupNode | undefined;
}

/** The group that is copied into; a store without one is given it. */
function* destAt(dest: CopyPlace, source: ZarrNode, options: PlaceOptions): Task<Destination> {
  const node = nodeOfHandle(dest);
  if (node?.kind === 'array') throw new ArgumentError(`dest: "${node.storePath}" is an array, expected a group`);
  const given = givenFormat(options);
  if (node !== undefined) return { place: node.storePath, format: checked(given, node.model.format), group: node };
  const place = placeOf(dest as StoreLike, {}, ''); // It is no handle.
  const model = yield* readNode(place, { format: given, useConsolidated: false });
  if (model?.kind === 'array') {
    throw new ContainsArrayError(`dest: an array is at "/${place.path}", expected a group`, { path: place.path });
  }
  return { place, format: model?.format ?? formatFor(given ?? source.model.format), group: undefined };
}

function checked(given: ZarrFormat | undefined, format: ZarrFormat): ZarrFormat {
  if (given === undefined || given === format) return format;
  throw new ArgumentError(`zarrFormat: expected that of the destination, ${format}, got ${given}`);
}

function settingsOf(options: CopyAllOptions, format: ZarrFormat, caller: string): CopySettings {
  const { shallow = false, withoutAttrs = false, ifExists = 'raise', dryRun = false, signal, onProgress } = options;
  checkIfExists(ifExists, ['raise', 'replace', 'skip', 'skip_initialized'], caller);
  const changes = withoutKeep(modelOptions(options));
  const config = arrayConfig(options.config);
  const log = logOf(options.log);
  return { shallow, withoutAttrs, ifExists, dryRun, signal, onProgress, changes, config, log, format };
}

function checkIfExists(value: string, known: readonly string[], caller: string): void {
  if (known.includes(value)) return;
  throw new ArgumentError(`${caller}: ifExists: expected one of ${known.join(', ')}, got ${described(value)}`);
}

function logOf(log: CopyLog | null | undefined): (line: string) => void {
  if (log === undefined || log === null) return () => {};
  if (typeof log === 'function') return log;
  if (typeof log === 'object' && inspected('log', () => typeof log.write === 'function'))
    return (line) => void log.write(`${line}\n`);
  throw new ArgumentError(`log: expected a function or an object with write, got ${described(log)}`);
}

function patternsOf(patterns: CopyStoreOptions['excludes'], name: string): RegExp[] {
  const list =
    patterns === undefined || patterns === null ? [] : Array.isArray(patterns) ? Array.from(patterns) : [patterns];
  return list.map((pattern: unknown) => {
    if (pattern instanceof RegExp) return pattern;
    if (typeof pattern !== 'string')
      throw new ArgumentError(`${name}: expected texts or RegExps, got ${described(pattern)}`);
    try {
      return new RegExp(pattern);
    } catch (cause) {
      throw new ArgumentError(`${name}: "${pattern}" is no regular expression`, { cause });
    }
  });
}
