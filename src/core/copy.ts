/**
 * Copies of arrays and groups, with zarr 2's contract: what exists is an error, replaced or skipped, groups merge.
 *
 * First everything is planned: the source's metadata is read, what exists at each place is looked up, and all documents
 * are made and encoded. Only then the first thing is written. Data goes from chunk to chunk, never whole arrays.
 */

import { ArgumentError, ContainsArrayError, ContainsGroupError } from '../errors.js';
import { withoutConsolidated } from '../metadata/consolidate.js';
import { createGroupModel } from '../metadata/create.js';
import type { ArrayModel, GroupModel, NodeModel, ZarrFormat } from '../metadata/model.js';
import { withAttributes } from '../metadata/update.js';
import { sizeOf } from '../ndarray/shape.js';
import { validateNodePath } from '../stores/key.js';
import { isWithin } from '../stores/overlap.js';
import type { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { changeAttributes, merging } from './attributes.js';
import {
  BOTH_FORMATS,
  type ConsolidatedGroup,
  consolidatedAbove,
  type NodeChange,
  noteChanges,
  updateConsolidated,
} from './consolidated.js';
import { storedCoords } from './count.js';
import { readParents } from './create.js';
import {
  checkDeletable,
  checkWritable,
  deleteNode,
  documentsOf,
  readNode,
  writeDocuments,
  writeDocumentsIfAbsent,
} from './documents.js';
import { checkApart, modelLike } from './from-array.js';
import { writeGrid } from './grids.js';
import { memoryItemSize } from './info.js';
import type { KeepableOptions } from './keep.js';
import { whenLoaded } from './loaded.js';
import { listMembers, nodeOf } from './members.js';
import { type ArrayConfig, ArrayNode, GroupNode, type OperationOptions, type ZarrNode } from './node.js';
import { checkTransfer, transferData } from './transfer.js';
import { numpyText } from './tree.js';

/** What to do about something that is where a copy should go. */
export type IfExists = 'raise' | 'replace' | 'skip' | 'skip_initialized';

export interface CopySettings extends Pick<OperationOptions, 'signal' | 'onProgress'> {
  /** Of what is made. */
  readonly format: ZarrFormat;
  readonly config: ArrayConfig;
  /** Options of arrays that are not kept. */
  readonly changes: KeepableOptions;
  /** Leaves out groups below the source. */
  readonly shallow: boolean;
  readonly withoutAttrs: boolean;
  readonly ifExists: IfExists;
  /** Counts and logs, and writes nothing. */
  readonly dryRun: boolean;
  readonly log: (line: string) => void;
}

/** What a copy has done. Iterable in the order of zarr 2's tuple. */
export class CopyResult implements Iterable<number> {
  /** Arrays and groups, or keys of a store. */
  readonly copied: number;
  /** Those that were there already and were let be. */
  readonly skipped: number;
  /** Of arrays in memory; of keys as they are stored. */
  readonly bytesCopied: number;

  constructor(counts: { readonly copied: number; readonly skipped: number; readonly bytesCopied: number }) {
    this.copied = counts.copied;
    this.skipped = counts.skipped;
    this.bytesCopied = counts.bytesCopied;
    Object.freeze(this);
  }

  *[Symbol.iterator](): Generator<number> {
    yield this.copied;
    yield this.skipped;
    yield this.bytesCopied;
  }

  /** The last line of a log, as zarr 2 writes it. */
  summary(dryRun: boolean): string {
    const counts = `${thousands(this.copied)} copied, ${thousands(this.skipped)} skipped`;
    return dryRun ? `dry run: ${counts}` : `all done: ${counts}, ${thousands(this.bytesCopied)} bytes copied`;
  }
}

const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

type Step =
  | { readonly kind: 'skip'; readonly source: ZarrNode }
  | { readonly kind: 'array'; readonly source: ArrayNode; readonly target: ArrayNode; readonly replaces: boolean }
  | { readonly kind: 'group'; readonly source: GroupNode; readonly target: GroupNode; readonly replaces: boolean }
  /** A group that exists gets the attributes of the source too. */
  | { readonly kind: 'merge'; readonly source: GroupNode; readonly target: GroupNode; readonly replaces?: false };

interface Plan {
  readonly steps: Step[];
  /** The group that members are copied into, which is neither counted nor logged. */
  cover?: Step;
  /** The node that is copied: nothing that is deleted may hold it. */
  readonly root: StorePath;
  readonly settings: CopySettings;
}

/** Copies `source`, with all that is below it, to `place`. */
export function* copyNode(
  source: ZarrNode,
  place: StorePath,
  settings: CopySettings,
  through?: GroupNode,
): Task<CopyResult> {
  checkTarget(place, settings);
  settings.signal?.throwIfAborted();
  if (source.kind === 'group' && isWithin(place, source.storePath)) {
    throw new ArgumentError(`copy: "${place}" is within "${source.storePath}", which would be copied into itself`);
  }
  const plan: Plan = { steps: [], root: source.storePath, settings };
  yield* planNode(plan, source, place, false);
  return yield* carryOut(plan, place, through);
}

/** Copies the members of `source`, and its attributes, into the group at `place`. */
export function* copyMembers(
  source: GroupNode,
  place: StorePath,
  settings: CopySettings,
  through?: GroupNode,
): Task<CopyResult> {
  checkTarget(place, settings);
  settings.signal?.throwIfAborted();
  if (isWithin(place, source.storePath)) {
    throw new ArgumentError(`copyAll: "${place}" is within "${source.storePath}", which would be copied into itself`);
  }
  const plan: Plan = { steps: [], root: source.storePath, settings };
  const existing = yield* readNode(place, { useConsolidated: false });
  if (existing?.kind === 'array') throw exists(existing, place);
  plan.cover = planGroup(plan, source, place, existing, false);
  if (plan.cover.kind === 'merge' && through?.storePath.path === place.path) {
    plan.cover = { ...plan.cover, target: through }; // The handle shall know its new attributes.
    plan.steps[0] = plan.cover;
  }
  yield* planMembers(plan, source, place, false);
  return yield* carryOut(plan, place, through);
}

function checkTarget(place: StorePath, { dryRun }: CopySettings): void {
  validateNodePath(place.path);
  if (!dryRun) checkWritable(place);
}

function* planNode(plan: Plan, source: ZarrNode, place: StorePath, isFree: boolean): Task<void> {
  const existing = isFree ? undefined : yield* readNode(place, { useConsolidated: false });
  const replaces = existing !== undefined && (yield* isReplaced(source, existing, place, plan.settings));
  if (replaces) checkReplaceable(plan, place);
  if (existing !== undefined && !replaces && !isMerged(source, existing, plan.settings)) {
    plan.steps.push({ kind: 'skip', source });
    return;
  }
  if (source.kind === 'array') yield* planArray(plan, source, place, replaces);
  else {
    planGroup(plan, source, place, replaces ? undefined : existing, replaces);
    yield* planMembers(plan, source, place, isFree || replaces);
  }
}

function* planMembers(plan: Plan, source: GroupNode, place: StorePath, isFree: boolean): Task<void> {
  for (const [name, member] of yield* listMembers(source)) {
    if (member.kind === 'group' && plan.settings.shallow) continue;
    yield* planNode(plan, member, place.join(name), isFree);
  }
}

/** Whether a group goes into one that exists: they are not in each other's way. */
const isMerged = (source: ZarrNode, existing: NodeModel, { format }: CopySettings): boolean =>
  source.kind === 'group' && existing.kind === 'group' && existing.format === format;

/** Whether what exists is deleted for the copy. */
function* isReplaced(source: ZarrNode, existing: NodeModel, place: StorePath, settings: CopySettings): Task<boolean> {
  if (isMerged(source, existing, settings)) return false;
  switch (settings.ifExists) {
    case 'replace':
      return true;
    case 'skip':
      return false;
    case 'skip_initialized':
      // What is no array cannot be said to be complete.
      if (source.kind === 'group' || existing.kind === 'group') throw exists(existing, place);
      return !(yield* isInitialized(place, existing));
    case 'raise':
      throw exists(existing, place);
    default:
      return settings.ifExists satisfies never;
  }
}

/** Whether all chunks of the array at `place` are stored. */
function* isInitialized(place: StorePath, model: ArrayModel): Task<boolean> {
  const grid = writeGrid(model);
  const { length: stored } = yield* storedCoords(nodeOf(place, model) as ArrayNode); // Of an array's model.
  return stored === sizeOf(grid.map(({ count }) => count));
}

function exists({ kind }: NodeModel, { path }: StorePath): ContainsArrayError | ContainsGroupError {
  if (kind === 'array') return new ContainsArrayError(`an array exists at "/${path}"`, { path });
  return new ContainsGroupError(`a group exists at "/${path}"`, { path });
}

function checkReplaceable({ root, settings }: Plan, place: StorePath): void {
  checkApart(root, place);
  if (!settings.dryRun) checkDeletable(place);
}

function* planArray({ steps, settings }: Plan, source: ArrayNode, place: StorePath, replaces: boolean): Task<void> {
  const { format, changes, withoutAttrs, config } = settings;
  const isVerbatim = format === source.model.format && Object.keys(changes).length === 0;
  const none = withoutAttrs ? { attributes: {} } : {};
  const model = isVerbatim
    ? verbatim(source.model, withoutAttrs)
    : yield* whenLoaded(() => modelLike(source, format, { ...changes, ...none }, config.limits));
  const target = new ArrayNode(place, model, config);
  checkTransfer(source, target);
  steps.push({ kind: 'array', source, target, replaces });
}

/** The model with its documents as they are; without attributes where they are not wanted. */
const verbatim = (model: ArrayModel, withoutAttrs: boolean): ArrayModel =>
  withoutAttrs ? withAttributes(model, new Map()) : model;

/** Plans a group: to be made, or to be merged into the one that exists. */
function planGroup(
  { steps, settings }: Plan,
  source: GroupNode,
  place: StorePath,
  existing: NodeModel | undefined,
  replaces: boolean,
): Step {
  const { format, withoutAttrs } = settings;
  const model = newGroup(source.model, format);
  const made = new GroupNode(place, withoutAttrs ? withAttributes(model, new Map()) : model);
  const step: Step =
    existing?.kind === 'group'
      ? { kind: 'merge', source, target: new GroupNode(place, existing) }
      : { kind: 'group', source, target: made, replaces };
  steps.push(step);
  return step;
}

const newGroup = (source: GroupModel, format: ZarrFormat): GroupModel =>
  source.format === format ? withoutConsolidated(source) : createGroupModel(format, source.attributes);

function* carryOut(plan: Plan, place: StorePath, through: GroupNode | undefined): Task<CopyResult> {
  const { steps, cover, settings } = plan;
  const { dryRun, log, signal, onProgress, format } = settings;
  const counts = { copied: 0, skipped: 0, bytesCopied: 0 };
  const writing = dryRun ? undefined : yield* prepare(steps, place, format);
  const follow = function* (): Task<void> {
    if (writing === undefined) return;
    yield* updateConsolidated(writing.consolidated, writing.changes);
    noteChanges(through, writing.changes);
  };
  try {
    for (const [at, step] of steps.entries()) {
      signal?.throwIfAborted();
      if (step !== cover) {
        log(describe(step));
        counts[step.kind === 'skip' ? 'skipped' : 'copied']++;
      }
      if (writing !== undefined && step.kind !== 'skip') yield* copyStep(step, writing, settings);
      if (writing !== undefined && step.kind === 'array') counts.bytesCopied += bytesOf(step.target.model);
      onProgress?.(at + 1, steps.length);
    }
  } catch (error) {
    if (signal?.aborted) yield* follow(); // The copies of documents say what was written until then.
    throw error;
  }
  yield* follow();
  const result = new CopyResult(counts);
  log(result.summary(dryRun));
  return result;
}

const bytesOf = (model: ArrayModel): number => sizeOf(model.shape) * memoryItemSize(model);

interface Writing {
  readonly documents: ReadonlyMap<Step, [string, Uint8Array][]>;
  readonly consolidated: readonly ConsolidatedGroup[];
  /** What was made, for the consolidated metadata above it. */
  readonly changes: NodeChange[];
}

/** Encodes all documents and makes the groups above `place`. */
function* prepare(steps: readonly Step[], place: StorePath, format: ZarrFormat): Task<Writing> {
  const made = steps.filter((step) => step.kind === 'array' || step.kind === 'group');
  const documents = new Map<Step, [string, Uint8Array][]>(made.map((step) => [step, documentsOf(step.target.model)]));
  const { missing } = yield* readParents(place, format);
  const paths = made.map(({ target }) => target.storePath.path);
  const formats = made.some(({ replaces }) => replaces) ? BOTH_FORMATS : [format];
  const consolidated = yield* consolidatedAbove(place.store, paths, formats);
  const changes: NodeChange[] = [];
  for (const parent of missing) {
    const model = createGroupModel(format, undefined);
    yield* writeDocumentsIfAbsent(parent, model);
    changes.push([parent.path, model]);
  }
  return { documents, consolidated, changes };
}

function* copyStep(step: Exclude<Step, { kind: 'skip' }>, writing: Writing, settings: CopySettings): Task<void> {
  const { target } = step;
  const { storePath, model } = target;
  if (step.kind === 'merge') {
    const { attributes } = step.source.model;
    if (!settings.withoutAttrs && attributes.size > 0) yield* changeAttributes(step.target, merging(attributes));
    return;
  }
  if (step.replaces) {
    yield* updateConsolidated(writing.consolidated, [[storePath.path, undefined]]);
    yield* deleteNode(storePath);
    writing.changes.push([storePath.path, undefined]);
  }
  yield* writeDocuments(storePath, writing.documents.get(step)!);
  writing.changes.push([storePath.path, model]);
  if (step.kind === 'array') yield* transferData(step.source, step.target, { signal: settings.signal });
}

function describe(step: Step): string {
  const verb = step.kind === 'skip' ? 'skip' : 'copy';
  const { storePath, kind, model } = step.source;
  if (kind === 'group') return `${verb} /${storePath.path}`;
  const { shape, dtype } = model;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  return `${verb} /${storePath.path} ${tuple} ${numpyText(dtype)}`;
}
