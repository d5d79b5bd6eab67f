/** `Group` and `AsyncGroup`: the same members, answering at once or with promises. One-line methods over core/. */

import {
  type ArrayData,
  type CreateArrayOptions,
  type CreateGroupOptions,
  type CreateOptions,
  createArrayAt,
  createFilledAt,
  createGroup,
  createGroupAt,
  createValues,
  groupFromDict,
  MEMBER_ARRAY,
  MEMBER_CREATE,
  MEMBER_GROUP,
  OPERATION,
  type OpenGroupOptions,
  openGroup,
  type PlaceOptions,
  valuesOf,
} from './api.js';
import { AsyncArray, ZarrArray } from './array.js';
import { Attributes } from './attributes.js';
import { blockingly, runBlocking } from './blocking.js';
import { type CopyMemberOptions, copyMember, move } from './copying.js';
import { changeAttributes, merging, plainAttributes } from './core/attributes.js';
import type { CopyResult } from './core/copy.js';
import { countMembers } from './core/count.js';
import { deleteMember } from './core/delete.js';
import { GroupInfo } from './core/info.js';
import {
  findMember,
  getArray,
  getGroup,
  listMembers,
  type Member,
  requireArray,
  requireGroup,
} from './core/members.js';
import { type ArrayNode, GroupNode, type OperationOptions, type ProgressOptions, type ZarrNode } from './core/node.js';
import { type Tree, type TreeOptions, treeOf } from './core/tree.js';
import { described } from './described.js';
import type { DTypeSpec, NameOf } from './dtypes/types.js';
import { ArgumentError, NodeNotFoundError } from './errors.js';
import { createMembers, type HierarchyNodes, type MemberHierarchyOptions } from './hierarchy.js';
import * as like from './like.js';
import { type GroupMetadata, publicMetadata } from './metadata/public.js';
import { checkOptions, requireOptions } from './options.js';
import type { Promised } from './promised.js';
import { joinPath, normalizePath } from './stores/key.js';
import type { StoreLike } from './stores/resolve.js';
import type { Store } from './stores/store.js';
import { StorePath } from './stores/store-path.js';
import { runAsync, type Task } from './task.js';

/** What a group's `createArray` takes: the options of `createArray` without store and format. */
export type MemberArrayOptions<D = DTypeSpec> = Omit<
  CreateArrayOptions<D>,
  'name' | 'zarrFormat' | 'zarrVersion' | 'storageOptions'
>;

/** Options of `create` that a group gives. */
type GivenByGroup = 'store' | 'mode' | keyof PlaceOptions;

/** What `zeros` and `ones` of a group take: the options of `create`, without those of its place. */
export interface FilledArrayOptions<D = DTypeSpec> extends Omit<CreateOptions<D>, 'fillValue' | GivenByGroup> {
  /** Path of the new array, below the group. */
  readonly name: string;
  /** Lengths of the axes; one number will do for one axis. */
  readonly shape: number | readonly number[];
}

/** What `empty` of a group takes. */
export interface EmptyArrayOptions<D = DTypeSpec> extends FilledArrayOptions<D>, Pick<CreateOptions, 'fillValue'> {}

/** What `full` of a group takes. */
export interface FullArrayOptions<D = DTypeSpec> extends FilledArrayOptions<D> {
  /** What all elements read as; `null` is the data type's own, and in format 2 none. */
  readonly fillValue: unknown;
}

/** What `requireArray` takes. */
export interface RequireArrayOptions<D = DTypeSpec> extends MemberArrayOptions<D> {
  readonly shape: number | readonly number[];
  /** The data type must be the same; else it must only cast safely. */
  readonly exact?: boolean | undefined;
}

/** What `requireGroup` takes. */
export interface RequireGroupOptions {
  /** Makes the group anew, in place of what is there. */
  readonly overwrite?: boolean | undefined;
}

/** What `members` and `nmembers` take. */
export interface MembersOptions extends ProgressOptions {
  /** Levels below the first; `null` for all. */
  readonly maxDepth?: number | null | undefined;
  /** `false` asks the store for the members of members, whatever consolidated metadata says. */
  readonly useConsolidatedForChildren?: boolean | undefined;
}

/** What both kinds of group know without waiting. */
abstract class GroupView {
  protected readonly node: GroupNode;
  constructor(node: GroupNode) {
    if (!(node instanceof GroupNode)) {
      throw new ArgumentError(`Group: expected what the functions of this library make, got ${described(node)}`);
    }
    this.node = node;
  }

  /** Tells groups from arrays. */
  readonly kind = 'group';
  /** zarr-python's, always null. */
  readonly synchronizer = null;

  /** The format of the group, and of the members that are made through it. */
  get zarrFormat(): 2 | 3 {
    return this.node.model.format;
  }
  /** The metadata: frozen, in camelCase; `toJSON()` is the document as it is stored. */
  get metadata(): GroupMetadata {
    return publicMetadata(this.node.model);
  }
  /** The store that the group is in. */
  get store(): Store {
    return this.node.storePath.store;
  }
  /** The store and the path together. */
  get storePath(): StorePath {
    return this.node.storePath;
  }
  /** Path in the store, without a leading slash; `""` is the root. */
  get path(): string {
    return this.node.storePath.path;
  }
  /** Path with its leading slash. */
  get name(): string {
    return `/${this.path}`;
  }
  /** The last part of the path. */
  get basename(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1);
  }
  /** Whether the store refuses writes. */
  get readOnly(): boolean {
    return this.store.readOnly;
  }
  /** What `console.log` prints on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return String(this);
  }

  /** What is known without asking the store; prints zarr-python's text. */
  get info(): GroupInfo {
    return new GroupInfo(this.node);
  }
}

/** What `emptyLike` and its kin of a group take. */
export interface MemberLikeOptions extends Omit<like.LikeOptions, 'data' | GivenByGroup> {
  /** Path of the new array, below the group. */
  readonly name: string;
  /** What the array is like. */
  readonly data: like.ArrayLikeSource;
}

function makeLike(group: GroupNode, kind: like.LikeKind, given: MemberLikeOptions): Task<ArrayNode> {
  const { name, data, ...options } = requireOptions(given, kind, 'name and data');
  checkOptions(options, [...MEMBER_CREATE.filter((known) => known !== 'data'), 'shape'], kind);
  const { format } = group.model;
  const { shape, ...making } = like.likeOptions(kind, data, { zarrFormat: format, ...options });
  return createFilledAt(placeIn(group, name), making, shape, format, group);
}

/** The place of a member that is made. */
const placeIn = ({ storePath }: GroupNode, name: string): StorePath =>
  new StorePath(storePath.store, joinPath(storePath.path, memberPath(name)));

function memberPath(name: string): string {
  const path = normalizePath(name);
  if (path === '') throw new ArgumentError(`expected the name of a member, got ${described(name)}`);
  return path;
}

function makeArray(node: GroupNode, name: string, options: CreateArrayOptions): Task<ArrayNode> {
  checkOptions(options, MEMBER_ARRAY, 'createArray');
  return createArrayAt(placeIn(node, name), options ?? {}, node.model.format, 'blosc', node);
}

function requireMember(node: GroupNode, name: string, options: RequireArrayOptions): Task<ArrayNode> {
  checkOptions(options, [...MEMBER_ARRAY, 'exact'], 'requireArray');
  const { exact, dtype, ...making } = requireOptions(options, 'requireArray', 'shape');
  const required = { ...making, dtype: dtype ?? 'float64' };
  const make = (): Task<ArrayNode> => makeArray(node, name, required);
  return requireArray(node, memberPath(name), { ...required, exact }, make);
}

function makeFilled(node: GroupNode, kind: string, options: FilledArrayOptions, fillValue?: unknown): Task<ArrayNode> {
  const known = MEMBER_CREATE.filter((name) => name !== 'fillValue');
  checkOptions(options, ['name', 'shape', ...known], kind);
  const { name, shape, ...making } = requireOptions(options, kind, 'name and shape');
  return createFilledAt(placeIn(node, name), { ...making, fillValue }, shape, node.model.format, node);
}

function makeFull(node: GroupNode, kind: string, given: EmptyArrayOptions): Task<ArrayNode> {
  const { fillValue, ...options } = requireOptions(given, kind, 'name and shape');
  if (kind === 'full' && fillValue === undefined) throw new ArgumentError('full: expected fillValue');
  return makeFilled(node, kind, options, fillValue);
}

function makeGroup(node: GroupNode, name: string, options: MemberGroupOptions = {}): Task<GroupNode> {
  checkOptions(options, MEMBER_GROUP, 'createGroup');
  return createGroupAt(placeIn(node, name), options ?? {}, node.model.format, node);
}

/** What a group's `createGroup` takes. */
export type MemberGroupOptions = Pick<CreateGroupOptions, 'overwrite' | 'attributes'>;

/** The group at the root of `store`, which is there. */
function* openExisting(
  store: StoreLike,
  options: Pick<OpenGroupOptions, 'zarrFormat' | 'useConsolidated'>,
): Task<GroupNode> {
  checkOptions(options, ['zarrFormat', 'zarrVersion', 'useConsolidated', 'storageOptions'], 'Group.open');
  return yield* openGroup(store, { ...options, mode: 'r+' });
}

function* setMember(node: GroupNode, name: string, value: ArrayData, given: OperationOptions = {}): Task<void> {
  checkOptions(given, OPERATION, 'setItem');
  const options = { ...given, overwrite: true, zarrFormat: node.model.format };
  yield* createValues(placeIn(node, name), valuesOf(value, 'setItem'), options, node);
}

function* itemOf(node: GroupNode, path: string): Task<ZarrNode> {
  const member = yield* findMember(node, path);
  if (member !== undefined) return member;
  throw new NodeNotFoundError(`no member "${path}" in "/${node.storePath.path}"`, { path: node.storePath.path });
}

/**
 * A group whose methods answer at once.
 *
 * @example
 * const root = zarr.group();
 * const array = root.createArray('a/b', { shape: [4], dtype: 'int8' });
 * [...root.keys()]; // ["a"]
 * root.getItem('a/b').path; // "a/b"
 */
export class ZarrGroup extends GroupView implements Iterable<string> {
  /**
   * Opens the group at the root of a store.
   *
   * @throws GroupNotFoundError, ContainsArrayError when an array is there.
   */
  static open(store: StoreLike, options: Pick<OpenGroupOptions, 'zarrFormat' | 'useConsolidated'> = {}): ZarrGroup {
    return new ZarrGroup(runBlocking(openExisting(store, options)));
  }

  /**
   * Makes the group at the root of a store.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   */
  static fromStore(store: StoreLike, options?: Omit<CreateGroupOptions, 'path'>): ZarrGroup {
    return new ZarrGroup(runBlocking(createGroup(store, options)));
  }

  /**
   * The group that `document` describes, at a place where nothing is read or written.
   *
   * @throws MetadataValidationError, NodeTypeValidationError for the document of an array.
   */
  static fromDict(storePath: StorePath, document: object): ZarrGroup {
    return new ZarrGroup(blockingly(() => groupFromDict(storePath, document)));
  }

  /** The attributes; each change is stored at once. */
  get attrs(): Attributes {
    return new Attributes(this.node);
  }

  /**
   * The member at `path`, which may descend: `"a/b"`. `""` is the group itself.
   *
   * @throws NodeNotFoundError
   * @example
   * const root = zarr.group();
   * root.createGroup('a').createArray('b', { shape: [4], dtype: 'int8' });
   * root.getItem('a/b').kind; // "array"
   * root.getItem('c'); // throws NodeNotFoundError
   */
  getItem(path: string): ZarrArray | ZarrGroup {
    return blocking(runBlocking(itemOf(this.node, path)));
  }

  /**
   * The member at `path`, or `byDefault` where there is none.
   *
   * @example
   * const root = zarr.group();
   * root.get('a'); // undefined
   * root.get('a', null); // null
   */
  get<T = undefined>(path: string, byDefault?: T): ZarrArray | ZarrGroup | T {
    const member = runBlocking(findMember(this.node, path));
    return member === undefined ? (byDefault as T) : blocking(member); // Without a default T is undefined.
  }

  /**
   * The array at `path`.
   *
   * @throws ArrayNotFoundError where nothing is, ContainsGroupError where a group is.
   * @example
   * const root = zarr.group();
   * root.createArray('a', { data: [1, 2, 3] });
   * root.getArray('a').as('float64').get([-1]); // 3
   */
  getArray(path: string): ZarrArray {
    return new ZarrArray(runBlocking(getArray(this.node, path)));
  }

  /**
   * The group at `path`.
   *
   * @throws GroupNotFoundError where nothing is, ContainsArrayError where an array is.
   * @example
   * const root = zarr.group();
   * root.createGroup('a/b');
   * root.getGroup('a').nmembers(); // 1
   */
  getGroup(path: string): ZarrGroup {
    return new ZarrGroup(runBlocking(getGroup(this.node, path)));
  }

  /**
   * Whether there is a member at `path`, which may descend.
   *
   * @example
   * const root = zarr.group();
   * root.createGroup('a/b');
   * root.contains('a/b'); // true
   * root.contains('b'); // false
   */
  contains(path: string): boolean {
    return runBlocking(findMember(this.node, path)) !== undefined;
  }

  /**
   * Saves `value` as the array `name`, in place of what is there: a typed array, an `NdArray`, `{ data, shape }` or a
   * zarr array.
   *
   * @throws ArgumentError for what is no such value.
   * @example
   * const root = zarr.group();
   * root.setItem('a', new Float32Array([1, 2]));
   * root.getArray('a').dtype.name; // "float32"
   */
  setItem(name: string, value: ArrayData, options?: OperationOptions): void {
    runBlocking(setMember(this.node, name, value, options));
  }

  /**
   * Deletes a member and everything below it; an absent one is fine.
   *
   * @throws ReadOnlyError when the store is read-only.
   * @example
   * const root = zarr.group();
   * root.createGroup('a/b');
   * root.delItem('a');
   * root.contains('a/b'); // false
   */
  delItem(name: string, options?: ProgressOptions): void {
    runBlocking(deleteMember(this.node, memberPath(name), options));
  }

  /**
   * A new array below this group, in its format; groups between them are made where they are missing.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @throws ArgumentError, CastError, MetadataValidationError for options that cannot be.
   * @example
   * const root = zarr.group();
   * const rain = root.createArray('day/rain', { shape: [365], dtype: 'uint16', chunks: [73] });
   * rain.nchunks; // 5
   * [...root.keys()]; // ["day"]
   */
  createArray<const D extends DTypeSpec = any>(name: string, options: MemberArrayOptions<D>): ZarrArray<NameOf<D>> {
    return new ZarrArray(runBlocking(makeArray(this.node, name, options)));
  }

  /**
   * A new group below this one, in its format; groups between them are made where they are missing.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * root.createGroup('a/b', { attributes: { units: 'm' } }).path; // "a/b"
   */
  createGroup(name: string, options?: MemberGroupOptions): ZarrGroup {
    return new ZarrGroup(runBlocking(makeGroup(this.node, name, options)));
  }

  /**
   * The array `name`, made where it is missing. One that is there must have the `shape`, and a data type that casts
   * safely to `dtype` (float64 unless given), or with `exact` is the same.
   *
   * @throws ArgumentError when what is there differs, or is a group.
   * @example
   * const root = zarr.group();
   * root.requireArray('a', { shape: [4], dtype: 'int8' });
   * root.requireArray('a', { shape: [4], dtype: 'int16' }).dtype.name; // "int8"
   * root.requireArray('a', { shape: [5], dtype: 'int8' }); // throws ArgumentError
   */
  requireArray<const D extends DTypeSpec = any>(name: string, options: RequireArrayOptions<D>): ZarrArray<NameOf<D>> {
    return new ZarrArray(runBlocking(requireMember(this.node, name, options)));
  }

  /**
   * The group `name`, made where it is missing, or with `overwrite` made anew.
   *
   * @throws ArgumentError when an array is there.
   * @example
   * const root = zarr.group();
   * root.requireGroup('a').path; // "a"
   * root.requireGroup('a').path; // "a"
   */
  requireGroup(name: string, options: RequireGroupOptions = {}): ZarrGroup {
    return new ZarrGroup(
      runBlocking(requireGroup(this.node, memberPath(name), () => makeGroup(this.node, name, options), options)),
    );
  }

  /**
   * The groups of these names, made where they are missing.
   *
   * @throws ArgumentError when an array is there.
   * @example
   * const root = zarr.group();
   * root.requireGroups('a', 'b').map((group) => group.name); // ["/a", "/b"]
   */
  requireGroups(...names: string[]): ZarrGroup[] {
    return names.map((name) => this.requireGroup(name));
  }

  /**
   * A new array of the data type's default fill value, or of `fillValue`; no chunk is written.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * root.empty({ name: 'a', shape: [2], dtype: 'string' }).get().toNested(); // ["", ""]
   */
  empty<const D extends DTypeSpec = 'float64'>(options: EmptyArrayOptions<D>): ZarrArray<NameOf<D>> {
    return new ZarrArray(runBlocking(makeFull(this.node, 'empty', options)));
  }
  /**
   * A new array of zeros: the fill value, so no chunk is written.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * root.zeros({ name: 'a', shape: [2], dtype: 'int8' }).get().toNested(); // [0, 0]
   */
  zeros<const D extends DTypeSpec = 'float64'>(options: FilledArrayOptions<D>): ZarrArray<NameOf<D>> {
    return new ZarrArray(runBlocking(makeFilled(this.node, 'zeros', options, 0)));
  }
  /**
   * A new array of ones: the fill value, so no chunk is written.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * root.ones({ name: 'a', shape: [2], dtype: 'int8' }).get().toNested(); // [1, 1]
   */
  ones<const D extends DTypeSpec = 'float64'>(options: FilledArrayOptions<D>): ZarrArray<NameOf<D>> {
    return new ZarrArray(runBlocking(makeFilled(this.node, 'ones', options, 1)));
  }
  /**
   * A new array of `fillValue`; no chunk is written.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * root.full({ name: 'a', shape: [2], fillValue: 7 }).get().toNested(); // [7, 7]
   */
  full<const D extends DTypeSpec = 'float64'>(options: FullArrayOptions<D>): ZarrArray<NameOf<D>> {
    return new ZarrArray(runBlocking(makeFull(this.node, 'full', options)));
  }

  /**
   * `[path, node]` of each member, sorted by name; with those below them, by `maxDepth`. What is no node is left out.
   *
   * @throws ArgumentError when the store cannot list and there is no consolidated metadata.
   * @example
   * const root = zarr.group();
   * root.createArray('a/b', { shape: [4], dtype: 'int8' });
   * const all = [...root.members({ maxDepth: null })];
   * all.map(([path, node]) => `${path} ${node.kind}`); // ["a group", "a/b array"]
   */
  *members(options?: MembersOptions): Generator<[string, ZarrArray | ZarrGroup]> {
    for (const [path, node] of runBlocking(listMembers(this.node, options))) yield [path, blocking(node)];
  }
  /**
   * How many members there are; with those below them, by `maxDepth`.
   *
   * @example
   * const root = zarr.group();
   * root.createGroup('a/b');
   * root.nmembers(); // 1
   * root.nmembers({ maxDepth: null }); // 2
   */
  nmembers(options?: MembersOptions): number {
    return runBlocking(listMembers(this.node, options)).length;
  }
  /**
   * `[name, array]` of the arrays directly below.
   *
   * @example
   * const root = zarr.group();
   * root.createArray('a', { data: [1, 2] });
   * [...root.arrays()].map(([name, array]) => [name, array.size]); // [["a", 2]]
   */
  *arrays(): Generator<[string, ZarrArray]> {
    for (const [name, node] of this.members()) if (node.kind === 'array') yield [name, node];
  }
  /**
   * `[name, group]` of the groups directly below.
   *
   * @example
   * const root = zarr.group();
   * root.createGroup('b/c');
   * [...root.groups()].map(([name, group]) => [name, group.nmembers()]); // [["b", 1]]
   */
  *groups(): Generator<[string, ZarrGroup]> {
    for (const [name, node] of this.members()) if (node.kind === 'group') yield [name, node];
  }
  /**
   * The names of the members, sorted.
   *
   * @example
   * const root = zarr.group();
   * root.requireGroups('b', 'a');
   * [...root.keys()]; // ["a", "b"]
   */
  *keys(): Generator<string> {
    for (const [name] of this.members()) yield name;
  }
  /**
   * The names of the arrays directly below.
   *
   * @example
   * const root = zarr.group();
   * root.createArray('a', { data: [1, 2] });
   * [...root.arrayKeys()]; // ["a"]
   */
  *arrayKeys(): Generator<string> {
    for (const [name] of this.arrays()) yield name;
  }
  /**
   * The arrays directly below.
   *
   * @example
   * const root = zarr.group();
   * root.createArray('a', { data: [1, 2] });
   * [...root.arrayValues()].map((array) => array.size); // [2]
   */
  *arrayValues(): Generator<ZarrArray> {
    for (const [, array] of this.arrays()) yield array;
  }
  /**
   * The names of the groups directly below.
   *
   * @example
   * const root = zarr.group();
   * root.createGroup('b');
   * [...root.groupKeys()]; // ["b"]
   */
  *groupKeys(): Generator<string> {
    for (const [name] of this.groups()) yield name;
  }
  /**
   * The groups directly below.
   *
   * @example
   * const root = zarr.group();
   * root.createGroup('b');
   * [...root.groupValues()].map((group) => group.path); // ["b"]
   */
  *groupValues(): Generator<ZarrGroup> {
    for (const [, group] of this.groups()) yield group;
  }
  /** The names of the members. */
  [Symbol.iterator](): Iterator<string> {
    return this.keys();
  }

  /**
   * The hierarchy below, as zarr-python draws it; `toString()` is the picture, `toHTML()` that of a page.
   *
   * @example
   * const root = zarr.group();
   * root.createArray('a/b', { shape: [4], dtype: 'int8' });
   * String(root.tree()); // "/\n└── a\n    └── b (4,) int8\n"
   */
  tree(options?: TreeOptions): Tree {
    return runBlocking(treeOf(this.node, options));
  }
  /**
   * `info`, and how many members there are.
   *
   * @example
   * const root = zarr.group();
   * root.createGroup('a/b');
   * root.infoComplete().members; // 2
   */
  infoComplete(options?: ProgressOptions): GroupInfo {
    return new GroupInfo(this.node, runBlocking(countMembers(this.node, options)));
  }
  /**
   * Adds `attributes` to those that are stored, and gives this group.
   *
   * @throws ReadOnlyError when the store is read-only.
   * @example
   * const root = zarr.group();
   * root.updateAttributes({ title: 'A station' }).attrs.get('title'); // "A station"
   */
  updateAttributes(attributes: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): this {
    runBlocking(changeAttributes(this.node, merging(attributes)));
    return this;
  }

  /**
   * A new array like `data`, in the format of this group: its shape, data type and chunks, and of a zarr array the fill
   * value, and the codecs where the format stays.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * const a = root.full({ name: 'a', shape: [2], fillValue: 7 });
   * root.emptyLike({ name: 'b', data: a }).fillValue; // 7
   */
  emptyLike(options: MemberLikeOptions): ZarrArray {
    return new ZarrArray(runBlocking(makeLike(this.node, 'emptyLike', options)));
  }
  /**
   * A new array of zeros like `data`, in the format of this group.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * root.zerosLike({ name: 'a', data: new Int16Array(3) }).get().toNested(); // [0, 0, 0]
   */
  zerosLike(options: MemberLikeOptions): ZarrArray {
    return new ZarrArray(runBlocking(makeLike(this.node, 'zerosLike', options)));
  }
  /**
   * A new array of ones like `data`, in the format of this group.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @example
   * const root = zarr.group();
   * root.onesLike({ name: 'a', data: new Int16Array(3) }).get().toNested(); // [1, 1, 1]
   */
  onesLike(options: MemberLikeOptions): ZarrArray {
    return new ZarrArray(runBlocking(makeLike(this.node, 'onesLike', options)));
  }
  /**
   * A new array of `fillValue` like `data`, in the format of this group. A zarr array has a fill value by itself.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   * @throws ArgumentError where `fillValue` is missing.
   * @example
   * const root = zarr.group();
   * root.fullLike({ name: 'a', data: new Int16Array(2), fillValue: 5 }).get().toNested(); // [5, 5]
   */
  fullLike(options: MemberLikeOptions): ZarrArray {
    return new ZarrArray(runBlocking(makeLike(this.node, 'fullLike', options)));
  }

  /**
   * Makes the members that `nodes` describe: metadata documents by paths relative to this group.
   * `[path, node]` of what was made, sorted by path. With promises it begins at once.
   *
   * @throws ContainsArrayError, ContainsGroupError, ArgumentError for nodes that make no hierarchy.
   * @example
   * const root = zarr.group();
   * const nodes = { 'a/b': { zarr_format: 3, node_type: 'group' } };
   * [...root.createHierarchy(nodes)].map(([path]) => path); // ["a", "a/b"]
   */
  createHierarchy(
    nodes: HierarchyNodes,
    options?: MemberHierarchyOptions,
  ): IterableIterator<[string, ZarrArray | ZarrGroup]> {
    const made = runBlocking(createMembers(this.node, nodes, options));
    return made.map(([path, node]): [string, ZarrArray | ZarrGroup] => [path, blocking(node)])[Symbol.iterator]();
  }
  /**
   * Copies the member at `source` to `dest`, both below this group.
   *
   * @throws NodeNotFoundError, and ContainsArrayError or ContainsGroupError where something is, unless `ifExists` says
   *   what to do; nothing is written then.
   * @example
   * const root = zarr.group();
   * root.createArray('a', { data: new Uint8Array([1, 2, 3]) });
   * root.copy('a', 'b/c').bytesCopied; // 3
   * root.getArray('b/c').get([0]); // 1
   */
  copy(source: string, dest: string, options?: CopyMemberOptions): CopyResult {
    return runBlocking(copyMember(this.node, source, dest, options));
  }

  /**
   * Moves the member at `source` to `dest`, both below this group; parents are made where they are missing. An abort while
   * values are copied leaves everything as it was.
   *
   * @throws NodeNotFoundError, ContainsArrayError or ContainsGroupError where something is, ArgumentError for a move
   *   into itself.
   * @example
   * const root = zarr.group();
   * root.createArray('a/b', { shape: [4], dtype: 'int8' });
   * root.move('a/b', 'c/d');
   * root.getItem('c/d').path; // "c/d"
   * root.contains('a/b'); // false
   */
  move(source: string, dest: string, options?: ProgressOptions): void {
    runBlocking(move(this.node, source, dest, options));
  }

  /** A new array below this group. @deprecated `createArray` */
  array<const D extends DTypeSpec = any>(name: string, options: MemberArrayOptions<D>): ZarrArray<NameOf<D>> {
    return this.createArray(name, options);
  }
  /** A new array below this group. @deprecated `createArray` */
  create<const D extends DTypeSpec = any>(name: string, options: MemberArrayOptions<D>): ZarrArray<NameOf<D>> {
    return this.createArray(name, options);
  }
  /** A new array below this group. @deprecated `createArray` */
  createDataset<const D extends DTypeSpec = any>(name: string, options: MemberArrayOptions<D>): ZarrArray<NameOf<D>> {
    return this.createArray(name, options);
  }
  /** The array `name`, made where it is missing. @deprecated `requireArray` */
  requireDataset<const D extends DTypeSpec = any>(name: string, options: RequireArrayOptions<D>): ZarrArray<NameOf<D>> {
    return this.requireArray(name, options);
  }
  /** Adds `attributes` to those that are stored, and gives this group. @deprecated `updateAttributes` */
  updateAttributesAsync(attributes: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): this {
    return this.updateAttributes(attributes);
  }

  override toString(): string {
    return `<Group ${this.storePath}>`;
  }
}

/** A group whose methods answer with promises. It has the members of `Group`; `attrs` is a frozen object. */
export class AsyncGroup extends GroupView implements AsyncIterable<string>, Promised<ZarrGroup> {
  /**
   * Opens the group at the root of a store.
   *
   * @throws GroupNotFoundError, ContainsArrayError when an array is there.
   */
  static async open(
    store: StoreLike,
    options: Pick<OpenGroupOptions, 'zarrFormat' | 'useConsolidated'> = {},
  ): Promise<AsyncGroup> {
    return new AsyncGroup(await runAsync(openExisting(store, options)));
  }

  /**
   * Makes the group at the root of a store.
   *
   * @throws ContainsArrayError, ContainsGroupError where something is, unless `overwrite`.
   */
  static async fromStore(store: StoreLike, options?: Omit<CreateGroupOptions, 'path'>): Promise<AsyncGroup> {
    return new AsyncGroup(await runAsync(createGroup(store, options)));
  }

  /**
   * The group that `document` describes, at a place where nothing is read or written.
   *
   * @throws MetadataValidationError, NodeTypeValidationError for the document of an array.
   */
  static fromDict(storePath: StorePath, document: object): AsyncGroup {
    return new AsyncGroup(groupFromDict(storePath, document));
  }

  /** The attributes: a frozen plain object. `updateAttributes` changes them. */
  get attrs(): Readonly<Record<string, unknown>> {
    return plainAttributes(this.node);
  }

  async getItem(path: string): Promise<AsyncArray | AsyncGroup> {
    return promising(await runAsync(itemOf(this.node, path)));
  }

  async get<T = undefined>(path: string, byDefault?: T): Promise<AsyncArray | AsyncGroup | T> {
    const member = await runAsync(findMember(this.node, path));
    return member === undefined ? (byDefault as T) : promising(member); // Without a default T is undefined.
  }

  async getArray(path: string): Promise<AsyncArray> {
    return new AsyncArray(await runAsync(getArray(this.node, path)));
  }

  async getGroup(path: string): Promise<AsyncGroup> {
    return new AsyncGroup(await runAsync(getGroup(this.node, path)));
  }

  async contains(path: string): Promise<boolean> {
    return (await runAsync(findMember(this.node, path))) !== undefined;
  }

  setItem(name: string, value: ArrayData, options?: OperationOptions): Promise<void> {
    return runAsync(setMember(this.node, name, value, options), options);
  }

  async delItem(name: string, options?: ProgressOptions): Promise<void> {
    await runAsync(deleteMember(this.node, memberPath(name), options), options);
  }

  async createArray<const D extends DTypeSpec = any>(
    name: string,
    options: MemberArrayOptions<D>,
  ): Promise<AsyncArray<NameOf<D>>> {
    return new AsyncArray(await runAsync(makeArray(this.node, name, options), options));
  }

  async createGroup(name: string, options?: MemberGroupOptions): Promise<AsyncGroup> {
    return new AsyncGroup(await runAsync(makeGroup(this.node, name, options)));
  }

  async requireArray<const D extends DTypeSpec = any>(
    name: string,
    options: RequireArrayOptions<D>,
  ): Promise<AsyncArray<NameOf<D>>> {
    return new AsyncArray(await runAsync(requireMember(this.node, name, options), options));
  }

  async requireGroup(name: string, options: RequireGroupOptions = {}): Promise<AsyncGroup> {
    const make = (): Task<GroupNode> => makeGroup(this.node, name, options);
    return new AsyncGroup(await runAsync(requireGroup(this.node, memberPath(name), make, options)));
  }

  requireGroups(...names: string[]): Promise<AsyncGroup[]> {
    return Promise.all(names.map((name) => this.requireGroup(name)));
  }

  async empty<const D extends DTypeSpec = 'float64'>(options: EmptyArrayOptions<D>): Promise<AsyncArray<NameOf<D>>> {
    return new AsyncArray(await runAsync(makeFull(this.node, 'empty', options), options));
  }
  async zeros<const D extends DTypeSpec = 'float64'>(options: FilledArrayOptions<D>): Promise<AsyncArray<NameOf<D>>> {
    return new AsyncArray(await runAsync(makeFilled(this.node, 'zeros', options, 0), options));
  }
  async ones<const D extends DTypeSpec = 'float64'>(options: FilledArrayOptions<D>): Promise<AsyncArray<NameOf<D>>> {
    return new AsyncArray(await runAsync(makeFilled(this.node, 'ones', options, 1), options));
  }
  async full<const D extends DTypeSpec = 'float64'>(options: FullArrayOptions<D>): Promise<AsyncArray<NameOf<D>>> {
    return new AsyncArray(await runAsync(makeFull(this.node, 'full', options), options));
  }

  async *members(options?: MembersOptions): AsyncGenerator<[string, AsyncArray | AsyncGroup]> {
    for (const [path, node] of await runAsync(listMembers(this.node, options), options)) yield [path, promising(node)];
  }
  async nmembers(options?: MembersOptions): Promise<number> {
    return (await runAsync(listMembers(this.node, options), options)).length;
  }
  async *arrays(): AsyncGenerator<[string, AsyncArray]> {
    for await (const [name, node] of this.members()) if (node.kind === 'array') yield [name, node];
  }
  async *groups(): AsyncGenerator<[string, AsyncGroup]> {
    for await (const [name, node] of this.members()) if (node.kind === 'group') yield [name, node];
  }
  async *keys(): AsyncGenerator<string> {
    for await (const [name] of this.members()) yield name;
  }
  async *arrayKeys(): AsyncGenerator<string> {
    for await (const [name] of this.arrays()) yield name;
  }
  async *arrayValues(): AsyncGenerator<AsyncArray> {
    for await (const [, array] of this.arrays()) yield array;
  }
  async *groupKeys(): AsyncGenerator<string> {
    for await (const [name] of this.groups()) yield name;
  }
  async *groupValues(): AsyncGenerator<AsyncGroup> {
    for await (const [, group] of this.groups()) yield group;
  }
  /** The names of the members. */
  [Symbol.asyncIterator](): AsyncIterator<string> {
    return this.keys();
  }

  tree(options?: TreeOptions): Promise<Tree> {
    return runAsync(treeOf(this.node, options), options);
  }
  async infoComplete(options?: ProgressOptions): Promise<GroupInfo> {
    return new GroupInfo(this.node, await runAsync(countMembers(this.node, options), options));
  }
  async updateAttributes(attributes: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): Promise<this> {
    await runAsync(changeAttributes(this.node, merging(attributes)));
    return this;
  }

  async emptyLike(options: MemberLikeOptions): Promise<AsyncArray> {
    return new AsyncArray(await runAsync(makeLike(this.node, 'emptyLike', options), options));
  }
  async zerosLike(options: MemberLikeOptions): Promise<AsyncArray> {
    return new AsyncArray(await runAsync(makeLike(this.node, 'zerosLike', options), options));
  }
  async onesLike(options: MemberLikeOptions): Promise<AsyncArray> {
    return new AsyncArray(await runAsync(makeLike(this.node, 'onesLike', options), options));
  }
  async fullLike(options: MemberLikeOptions): Promise<AsyncArray> {
    return new AsyncArray(await runAsync(makeLike(this.node, 'fullLike', options), options));
  }

  /**
   * Makes the members that `nodes` describe: metadata documents by paths relative to this group.
   * `[path, node]` of what was made, sorted by path. It begins at once, and nothing comes before all is made.
   *
   * @throws ContainsArrayError, ContainsGroupError, ArgumentError for nodes that make no hierarchy.
   */
  createHierarchy(
    nodes: HierarchyNodes,
    options?: MemberHierarchyOptions,
  ): AsyncGenerator<[string, AsyncArray | AsyncGroup]> {
    return promisingEach(runAsync(createMembers(this.node, nodes, options), options));
  }
  copy(source: string, dest: string, options?: CopyMemberOptions): Promise<CopyResult> {
    return runAsync(copyMember(this.node, source, dest, options), options);
  }

  move(source: string, dest: string, options?: ProgressOptions): Promise<void> {
    return runAsync(move(this.node, source, dest, options), options);
  }

  /** A new array below this group. @deprecated `createArray` */
  array<const D extends DTypeSpec = any>(name: string, options: MemberArrayOptions<D>): Promise<AsyncArray<NameOf<D>>> {
    return this.createArray(name, options);
  }
  /** A new array below this group. @deprecated `createArray` */
  create<const D extends DTypeSpec = any>(
    name: string,
    options: MemberArrayOptions<D>,
  ): Promise<AsyncArray<NameOf<D>>> {
    return this.createArray(name, options);
  }
  /** A new array below this group. @deprecated `createArray` */
  createDataset<const D extends DTypeSpec = any>(
    name: string,
    options: MemberArrayOptions<D>,
  ): Promise<AsyncArray<NameOf<D>>> {
    return this.createArray(name, options);
  }
  /** The array `name`, made where it is missing. @deprecated `requireArray` */
  requireDataset<const D extends DTypeSpec = any>(
    name: string,
    options: RequireArrayOptions<D>,
  ): Promise<AsyncArray<NameOf<D>>> {
    return this.requireArray(name, options);
  }
  /** Adds `attributes` to those that are stored, and gives this group. @deprecated `updateAttributes` */
  updateAttributesAsync(attributes: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): Promise<this> {
    return this.updateAttributes(attributes);
  }

  override toString(): string {
    return `<AsyncGroup ${this.storePath}>`;
  }
}

/** A node as the blocking classes show it. */
export const blocking = (node: ZarrNode): ZarrArray | ZarrGroup =>
  node.kind === 'array' ? new ZarrArray(node) : new ZarrGroup(node);

/** A node as the promise classes show it. */
export const promising = (node: ZarrNode): AsyncArray | AsyncGroup =>
  node.kind === 'array' ? new AsyncArray(node) : new AsyncGroup(node);

/** Nodes as the promise classes show them. */
export async function* promisingEach(
  made: Promise<readonly Member[]>,
): AsyncGenerator<[string, AsyncArray | AsyncGroup]> {
  for (const [path, node] of await made) yield [path, promising(node)];
}
