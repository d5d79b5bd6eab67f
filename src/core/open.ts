/**
 * Opening nodes, and making them where the mode says so: zarr-python's table of modes. `r` and `r+` open what is there,
 * `a` makes what is not, `w` replaces, `w-` makes and fails where anything is.
 */
import { described } from '../described.js';
import {
  ArgumentError,
  ArrayNotFoundError,
  ContainsArrayError,
  ContainsGroupError,
  GroupNotFoundError,
  NodeTypeValidationError,
  ReadOnlyError,
} from '../errors.js';
import { createGroupModel } from '../metadata/create.js';
import type { ArrayModel, GroupModel, NodeModel, ZarrFormat } from '../metadata/model.js';
import type { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { createNode, formatFor } from './create.js';
import { createArrayNode, type Filling } from './create-array.js';
import { findAnything, readNode } from './documents.js';
import { whenLoaded } from './loaded.js';
import { type ArrayConfigParams, ArrayNode, arrayConfig, GroupNode, type ZarrNode } from './node.js';

/**
 * How a place is opened: `"r"` reads, `"r+"` reads and writes, `"a"` makes what is missing, `"w"` replaces, `"w-"`
 * makes and fails where anything is.
 */
export type Mode = 'r' | 'r+' | 'a' | 'w' | 'w-';

const MODES: readonly string[] = ['r', 'r+', 'a', 'w', 'w-'];

export interface OpenOptions {
  readonly mode: Mode | undefined;
  readonly format: ZarrFormat | undefined;
  readonly config: ArrayConfigParams | undefined;
}

/** The mode that was given, or the one a call has by itself; a store that is read-only is never opened for more. */
export function modeFor(given: unknown, { store, path }: StorePath, byDefault: Mode): Mode {
  if (given === undefined || given === null) return store.readOnly ? 'r' : byDefault;
  if (!MODES.includes(given as string)) {
    throw new ArgumentError(`mode: expected one of ${MODES.join(', ')}, got ${described(given)}`);
  }
  if (store.readOnly && given !== 'r') {
    throw new ReadOnlyError(`the store is read-only but mode is "${given as string}"`, { path });
  }
  return given as Mode; // One of MODES.
}

/** An array, of what is there or made by `create`; without `create` only what is there. */
export function* openArrayNode(
  storePath: StorePath,
  { mode, format, config }: OpenOptions,
  create: ((format: ZarrFormat) => ArrayModel) | undefined,
  filling?: Filling,
): Task<ArrayNode> {
  const { path } = storePath;
  const handle = arrayConfig(config);
  const open = mode === undefined || mode === 'r' || mode === 'r+' || mode === 'a';
  if (open) {
    const model = yield* readNode(storePath, { format, useConsolidated: false, limits: handle.limits });
    if (model?.kind === 'array') return new ArrayNode(storePath, model, handle);
    if (model !== undefined)
      throw new NodeTypeValidationError(`expected an array at "/${path}", found a group`, { path });
    if (mode !== 'a') throw new ArrayNotFoundError(`no array at "/${path}" in "${storePath.store}"`, { path });
  }
  if (mode === 'w-') yield* checkEmpty(storePath);
  if (create === undefined) {
    throw new ArgumentError(`mode "${mode}" makes an array at "/${path}": expected shape and dtype`, { path });
  }
  const model = yield* whenLoaded(() => create(formatFor(format)));
  return yield* createArrayNode(storePath, model, { handle, overwrite: mode === 'w' }, filling);
}

export interface OpenGroupOptions {
  readonly mode: Mode;
  readonly format: ZarrFormat | undefined;
  readonly attributes: object | null | undefined;
  readonly useConsolidated: boolean | string | undefined;
}

/** A group, of what is there or new. */
export function* openGroupNode(
  storePath: StorePath,
  { mode, format, attributes, useConsolidated }: OpenGroupOptions,
): Task<GroupNode> {
  const { path } = storePath;
  if (mode === 'r' || mode === 'r+' || mode === 'a') {
    const model = yield* readNode(storePath, { format, prefer: 'group', useConsolidated });
    if (model?.kind === 'group') return new GroupNode(storePath, consolidatedAs(model, useConsolidated, path));
    if (model !== undefined) throw new ContainsArrayError(`expected a group at "/${path}", found an array`, { path });
    // What is made has no consolidated metadata, so that whoever needs it does not mean to make anything.
    const isNeeded = useConsolidated === true || typeof useConsolidated === 'string';
    if (mode !== 'a' || isNeeded) {
      throw new GroupNotFoundError(`no group at "/${path}" in "${storePath.store}"`, { path });
    }
  }
  const model = createGroupModel(formatFor(format), attributes);
  if (mode === 'w-') yield* checkEmpty(storePath);
  yield* createNode(storePath, model, mode === 'w');
  return new GroupNode(storePath, model);
}

/** What of the options of `open` concerns groups, and what arrays. */
export interface OpenNodeOptions extends Filling {
  readonly attributes?: object | null | undefined;
  readonly useConsolidated?: boolean | string | undefined;
}

/** Whatever is at `storePath`; where nothing is, an array if `create` can make one, else a group. */
export function* openNode(
  storePath: StorePath,
  { mode, format, config }: OpenOptions & { readonly mode: Mode },
  { attributes, useConsolidated, ...filling }: OpenNodeOptions,
  create: ((format: ZarrFormat) => ArrayModel) | undefined,
): Task<ZarrNode> {
  if (mode === 'w' || mode === 'w-') {
    return create === undefined
      ? yield* openGroupNode(storePath, { mode, format, attributes, useConsolidated })
      : yield* openArrayNode(storePath, { mode, format, config }, create, filling);
  }
  const handle = arrayConfig(config);
  const model = yield* readNode(storePath, { format, useConsolidated, limits: handle.limits });
  if (model?.kind === 'array') return new ArrayNode(storePath, model, handle);
  const { path } = storePath;
  if (model !== undefined) {
    if (create !== undefined) {
      throw new NodeTypeValidationError(`a shape asks for an array at "/${path}", found a group`, { path });
    }
    if (config !== undefined) throw new ArgumentError(`config: arrays have it, found a group at "/${path}"`, { path });
    return new GroupNode(storePath, consolidatedAs(model, useConsolidated, path));
  }
  if (create !== undefined) return yield* openArrayNode(storePath, { mode, format, config }, create, filling);
  if (mode !== 'a') throw new GroupNotFoundError(`no array or group at "/${path}" in "${storePath.store}"`, { path });
  return yield* openGroupNode(storePath, { mode, format, attributes, useConsolidated });
}

/** The group's model as `useConsolidated` wants it: `true` needs consolidated metadata, `false` forgets it. */
function consolidatedAs(model: GroupModel, useConsolidated: boolean | string | undefined, path: string): GroupModel {
  if (useConsolidated === false) return { ...model, consolidated: undefined };
  if (useConsolidated !== undefined && useConsolidated !== true && typeof useConsolidated !== 'string') {
    throw new ArgumentError(`useConsolidated: expected true, false or a name, got ${described(useConsolidated)}`, {
      path,
    });
  }
  if (typeof useConsolidated === 'string' && model.format === 3) {
    throw new ArgumentError(
      'useConsolidated: a name is for format 2; format 3 has consolidated metadata in the document',
    );
  }
  if (useConsolidated === undefined || model.consolidated !== undefined) return model;
  throw new ArgumentError(`useConsolidated: the group at "/${path}" has no consolidated metadata`, { path });
}

function* checkEmpty(storePath: StorePath): Task<void> {
  const model: NodeModel | undefined = yield* readNode(storePath, { useConsolidated: false });
  const { path } = storePath;
  if (model?.kind === 'array') throw new ContainsArrayError(`mode "w-": an array exists at "/${path}"`, { path });
  if (model !== undefined) throw new ContainsGroupError(`mode "w-": a group exists at "/${path}"`, { path });
  const found = yield* findAnything(storePath);
  if (found === undefined) return;
  throw new ContainsGroupError(`mode "w-": "/${path}" is not empty, it holds "${found}"`, { path });
}
