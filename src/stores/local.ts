/**
 * Values as the files of a folder.
 *
 * Atomic: a value is written to a temporary file beside its place and renamed, so that a reader sees the old value or
 * the new one, also after a crash. Durable: with `durability: "flush"` the file, then the folders that changed, are
 * flushed before the call returns; by default that is left to the operating system. Locked: with `lock: "os"` each
 * change of a value, and the comparison that `ifMatch` asks for, is made under a lock file that other processes and
 * threads of this library honour: then processes that write to parts of one chunk or shard, change attributes or append
 * lose nothing. By default `ifMatch` compares just before the change, and another process may still slip between; all
 * stores of one process share their locks, wherever their folders lie in each other. A tag is made of the file's number,
 * size and times; writers of other kinds that replace a file several times within one tick of the system's clock may
 * escape it. Lists are exact for values; a folder that has become empty stays, and `listDir` gives its name.
 * Answers at once. Deleting a value never touches what is below it, or a file that a link points to.
 *
 * Files called `*.tmp`, `*.partial` and `*.__lock` are unfinished work and locks, of this library and others: they are
 * not listed, and a value cannot be given such a name.
 */

import fs from 'node:fs';
import nodePath from 'node:path';
import { fileURLToPath } from 'node:url';
import { described } from '../described.js';
import { ArgumentError, ConflictError, InvalidKeyError, LimitError, ReadOnlyError, StoreError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import { checkOptions } from '../options.js';
import { checkChoice } from './choice.js';
import { validateKey, validatePrefix, validateWindowsKey } from './key.js';
import { fileErrorCode, fileErrorText, isFileError } from './local/file-error.js';
import { withLockFile } from './local/lock-file.js';
import {
  HOUR_MS,
  isUnfinished,
  onBusyWindows,
  open,
  placeNew,
  placeOver,
  removeQuietly,
  shortened,
  sweepTemporaries,
  writeTemporary,
} from './local/temporary-file.js';
import {
  type ByteRange,
  checkTarget,
  type DeleteOptions,
  type GetOptions,
  type GetRequest,
  inspectedStore,
  isBytes,
  locateRange,
  type PortableStore,
  type SetOptions,
  type Store,
} from './store.js';

/** What `LocalStore` takes. */
export interface LocalStoreOptions {
  /** Refuses writes. */
  readonly readOnly?: boolean | undefined;
  /** `"flush"`: what was written survives a power cut once the call has returned. */
  readonly durability?: 'none' | 'flush' | undefined;
  /** `"os"`: changes are made under lock files, for several processes that write the same values. */
  readonly lock?: 'none' | 'os' | undefined;
  /** `false`: what a link leads to must lie in the store's folder too. */
  readonly followSymlinks?: boolean | undefined;
}

/** A store whose values are the files below the folder `root`, which the first write makes. */
export class LocalStore implements Store {
  readonly readOnly: boolean;
  /** What outlives a power cut. */
  readonly durability: 'none' | 'flush';
  /** Whether changes are made under lock files. */
  readonly lock: 'none' | 'os';
  /** Whether links may lead out of the folder. */
  readonly followSymlinks: boolean;
  readonly answersAtOnce = true;
  #root: string;
  /** The root as the start of paths. */
  #rootSlash: string;
  /** `lockPrefix`, once the folder is there. */
  #lockPrefix: string | undefined;
  /**
   * Documents of nodes, by their names, and `""` for all other values: those of which what was asked for last is not there.
   * Then so may be what is asked for next.
   */
  readonly #expectedAbsent = new Set<string>();
  /** What was told of files: parts of some of them are often asked for one after another. */
  readonly #infos = new Map<string, Told>();
  /** When each folder was last searched for temporary files left behind. */
  readonly #sweptAtMs = new Map<string, number>();

  constructor(root: string | URL, options: LocalStoreOptions = {}) {
    checkOptions(options, ['readOnly', 'durability', 'lock', 'followSymlinks'], 'LocalStore');
    options ??= {};
    this.#root = absolutePath(root);
    this.#rootSlash = withSlash(this.#root);
    this.readOnly = options.readOnly ?? false;
    this.durability = checkChoice(options.durability ?? 'none', ['none', 'flush'], 'LocalStore: durability');
    this.lock = checkChoice(options.lock ?? 'none', ['none', 'os'], 'LocalStore: lock');
    this.followSymlinks = options.followSymlinks ?? true;
  }

  /** The folder, as an absolute path. */
  get root(): string {
    return this.#root;
  }

  /** One for all files: two stores share the locks of the files that are in the folders of both. */
  get lockScope(): object {
    return FILES;
  }

  /** The folder, with all links followed, without a slash at its start. */
  get lockPrefix(): string {
    if (this.#lockPrefix !== undefined) return this.#lockPrefix;
    const [path, isThere] = realPathFrom(this.#root);
    const prefix = path.split(nodePath.sep).filter(Boolean).join('/');
    if (isThere) this.#lockPrefix = prefix;
    return prefix;
  }

  /** With `lock: "os"`: what `ifMatch` asks for and the change are one step for all who use the lock. */
  get conditional(): boolean {
    return this.lock === 'os';
  }

  /** Whether `set` has done with bytes when it returns: they are in a file then, unless another `set` has taken its place. */
  get takesLent(): boolean {
    return this.set === LocalStore.prototype.set;
  }

  /** Not of what is made of this class, and may read in another way. */
  get portable(): PortableStore | undefined {
    if (this.constructor !== LocalStore || this.get !== LocalStore.prototype.get) return undefined;
    const { durability, lock, followSymlinks, readOnly } = this;
    const writesHere = this.takesLent && this.delete === LocalStore.prototype.delete;
    const writes = readOnly || !writesHere ? undefined : { durability, lock };
    return { kind: 'local', root: this.#root, followSymlinks, writes };
  }

  get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    options?.signal?.throwIfAborted();
    const path = this.#pathOf(key);
    try {
      // A file that another program cuts off while it is read is opened once more: it may be whole again.
      const value = this.#readPart(key, path, range, options) ?? this.#readPart(key, path, range, options);
      if (value === undefined) throw this.#cutOff(key);
      return value === 'absent' ? undefined : value;
    } catch (error) {
      throw this.#toldError('read', key, error);
    }
  }

  getInto(key: string, target: Uint8Array, options?: GetOptions): number | undefined {
    checkTarget(key, target);
    options?.signal?.throwIfAborted();
    const path = this.#pathOf(key);
    try {
      const size = this.#readInto(key, path, target, options) ?? this.#readInto(key, path, target, options);
      if (size === undefined) throw this.#cutOff(key);
      return size === 'absent' ? undefined : size;
    } catch (error) {
      throw this.#toldError('read', key, error);
    }
  }

  getPartInto(
    key: string,
    range: { readonly offset: number; readonly length: number },
    target: Uint8Array,
    options?: GetOptions,
  ): number | undefined {
    options?.signal?.throwIfAborted();
    const path = this.#pathOf(key);
    try {
      const count =
        this.#readPartInto(key, path, range, target, options) ?? this.#readPartInto(key, path, range, target, options);
      if (count === undefined) throw this.#cutOff(key);
      return count === 'absent' ? undefined : count;
    } catch (error) {
      throw this.#toldError('read', key, error);
    }
  }

  /** Parts of one file that follow each other in `requests` are read from it as it was opened once. */
  getMany(requests: readonly GetRequest[], options?: GetOptions): (Uint8Array | undefined)[] {
    options?.signal?.throwIfAborted();
    // What is made of this class may give other bytes than those of the files.
    const givesFiles = this.get === LocalStore.prototype.get;
    const values: (Uint8Array | undefined)[] = [];
    for (let first = 0; first < requests.length; ) {
      const { key } = requests[first]!;
      let past = first + 1;
      while (givesFiles && past < requests.length && requests[past]!.key === key) past++;
      if (past === first + 1) values.push(this.get(key, requests[first]!.range, options));
      else values.push(...this.#getParts(key, requests.slice(first, past), options));
      first = past;
    }
    return values;
  }

  head(key: string): { size: number; etag: string } | undefined {
    const path = this.#pathOf(key);
    return this.#told('read', key, () => {
      const descriptor = this.#open(key, path);
      if (descriptor === undefined) return undefined;
      try {
        const stats = fs.fstatSync(descriptor, { bigint: true });
        return this.#isValue(key, path, stats)
          ? { size: Number(stats.size), etag: this.#infoOf(key, stats).etag }
          : undefined;
      } finally {
        fs.closeSync(descriptor);
      }
    });
  }

  set(key: string, value: Uint8Array, options?: SetOptions): void {
    this.#checkWritable(key);
    const path = this.#pathOf(key);
    if (!isBytes(value)) throw new ArgumentError(`value for "${key}": expected a Uint8Array, got ${typeof value}`);
    if (isUnfinished(nodePath.basename(path))) {
      throw new InvalidKeyError(`key "${key}": a name that ends like this is kept for unfinished files`, { key });
    }
    try {
      this.#write(key, path, value, options);
    } catch (error) {
      throw this.#toldError('write', key, error);
    }
  }

  delete(key: string, options?: DeleteOptions): void {
    this.#checkWritable(key);
    const path = this.#pathOf(key);
    this.#told('delete', key, () => {
      this.#checkWayInside(key, nodePath.dirname(path));
      const ifMatch = options?.ifMatch;
      const stats = statsOf(path);
      if (ifMatch === undefined && (stats === undefined || stats.isDirectory())) return;
      this.#locked(path, () => {
        if (ifMatch !== undefined) checkTagOf(key, path, ifMatch);
        onBusyWindows(() => fs.rmSync(path, { force: true }));
      });
      this.#flushFolders(nodePath.dirname(path), undefined);
    });
  }

  deletePrefix(prefix: string): void {
    this.#checkWritable(prefix);
    const folder = this.#folderOf(prefix);
    // The root itself stays: it may be a link or a mount.
    const above = prefix === '' ? folder : nodePath.dirname(folder);
    this.#told('delete', prefix, () => {
      this.#checkWayInside(prefix, above);
      if (!isFolder(folder)) return;
      const paths = prefix === '' ? fs.readdirSync(folder).map((name) => nodePath.join(folder, name)) : [folder];
      for (const path of paths) fs.rmSync(path, { recursive: true, force: true, maxRetries: 5 });
      this.#flushFolders(above, undefined);
    });
  }

  /** Renames the folder of `source`, whatever is in it. */
  movePrefix(source: string, target: string): void {
    this.#checkWritable(source);
    const from = this.#pathOf(source);
    const to = this.#pathOf(target);
    this.#told('move', source, () => {
      this.#checkWayInside(source, nodePath.dirname(from));
      this.#checkWayInside(target, nodePath.dirname(to));
      if (isFolder(to))
        fs.rmdirSync(to); // An empty folder, else this fails.
      else if (fs.existsSync(to)) throw new StoreError(`cannot move to "${target}" of ${this}, which exists`);
      const newFolder = fs.mkdirSync(nodePath.dirname(to), { recursive: true });
      moveFolder(from, to);
      this.#flushFolders(nodePath.dirname(to), newFolder);
      this.#flushFolders(nodePath.dirname(from), undefined);
    });
  }

  *list(prefix: string): Generator<string, void, undefined> {
    yield* this.#walk(this.#folderOf(prefix), prefix === '' ? '' : `${prefix}/`, []);
  }

  *listDir(prefix: string): Generator<string, void, undefined> {
    for (const { name } of this.#entries(this.#folderOf(prefix), prefix)) yield name;
  }

  /** Moves the folder and all that is in it; the store is at `newRoot` from then on. */
  move(newRoot: string | URL): void {
    this.#checkWritable('');
    const target = absolutePath(newRoot);
    this.#told('move', '', () => {
      if (fs.existsSync(target)) throw new StoreError(`cannot move ${this} to "${target}", which exists`);
      fs.mkdirSync(nodePath.dirname(target), { recursive: true });
      moveFolder(this.#root, target);
      this.#root = target;
      this.#rootSlash = withSlash(target);
      this.#lockPrefix = undefined;
    });
  }

  withReadOnly(readOnly = false): LocalStore {
    const { durability, lock, followSymlinks } = this;
    return new LocalStore(this.#root, { readOnly, durability, lock, followSymlinks });
  }

  /** Whether `other` is a store over the same folder, and equally read-only. */
  equals(other: unknown): boolean {
    return other instanceof LocalStore && other.#root === this.#root && other.readOnly === this.readOnly;
  }

  toString(): string {
    const path = this.#root.replaceAll('\\', '/');
    return `file://${path.startsWith('/') ? '' : '/'}${path}`;
  }

  [INSPECT](): string {
    return inspectedStore('LocalStore', this);
  }

  // Places.

  #pathOf(key: string): string {
    validateKey(key);
    if (!ON_WINDOWS) return this.#rootSlash + key; // A valid key has nothing that a path could be shortened by.
    validateWindowsKey(key);
    return nodePath.join(this.#root, key);
  }

  #folderOf(prefix: string): string {
    validatePrefix(prefix);
    return prefix === '' ? this.#root : this.#pathOf(prefix);
  }

  /** Throws if links may lead astray and `path`, which exists, lies outside of the store when all are followed. */
  #checkInside(key: string, path: string): void {
    if (this.followSymlinks) return;
    const root = fs.realpathSync(this.#root);
    const real = fs.realpathSync(path);
    if (real === root || real.startsWith(root.endsWith(nodePath.sep) ? root : root + nodePath.sep)) return;
    throw new StoreError(`"${key}" of ${this} is reached by a link that leads out of the store`, { key });
  }

  /** The same for a folder that may have to be made: what is there of the way to it is looked at. */
  #checkWayInside(key: string, folder: string): void {
    if (this.followSymlinks) return;
    let path = folder;
    while (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) {
      if (path === this.#root) return; // Nothing is there yet, so no link either.
      path = nodePath.dirname(path);
    }
    this.#checkInside(key, path);
  }

  // Reading.

  #getParts(
    key: string,
    requests: readonly GetRequest[],
    options: GetOptions | undefined,
  ): readonly (Uint8Array | undefined)[] {
    const path = this.#pathOf(key);
    try {
      const parts = this.#readParts(key, path, requests, options) ?? this.#readParts(key, path, requests, options);
      if (parts === undefined) throw this.#cutOff(key);
      return parts === 'absent' ? requests.map(() => undefined) : parts;
    } catch (error) {
      throw this.#toldError('read', key, error);
    }
  }

  #cutOff(key: string): StoreError {
    return new StoreError(`"${key}" of ${this} is cut off while it is read`, { key });
  }

  /** The bytes of a range; `undefined` when the file had fewer than it said. */
  #readPart(
    key: string,
    path: string,
    range: ByteRange | undefined,
    options: GetOptions | undefined,
  ): Uint8Array | 'absent' | undefined {
    const descriptor = this.#open(key, path);
    if (descriptor === undefined) return absent(key, options);
    try {
      if (this.#needsNoStats(options) && range === undefined && documentName(key) !== '') {
        const bytes = smallFile(descriptor);
        if (bytes !== undefined) {
          checkCount(key, bytes.length, options?.maxBytes);
          return bytes;
        }
      }
      const size = this.#sizeOf(key, path, descriptor, options);
      return size === undefined ? absent(key, options) : partOf(descriptor, size, key, range, options);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Puts the bytes of a range into `target`; how many there are. */
  #readPartInto(
    key: string,
    path: string,
    range: { readonly offset: number; readonly length: number },
    target: Uint8Array,
    options: GetOptions | undefined,
  ): number | 'absent' | undefined {
    const descriptor = this.#open(key, path);
    if (descriptor === undefined) return absent(key, options);
    try {
      if (this.#needsNoStats(options) && range.offset === 0 && range.length === target.length) {
        const count = startInto(target, descriptor);
        checkCount(key, count, options?.maxBytes);
        if (count > 0) return count;
      }
      const size = this.#sizeOf(key, path, descriptor, options);
      if (size === undefined) return absent(key, options);
      const { start, end } = locateRange(range, size);
      const length = end - start;
      checkCount(key, length, options?.maxBytes);
      if (length > target.length) throw new ArgumentError(`memory for ${target.length} bytes, ${length} are asked for`);
      return isFilled(length === target.length ? target : target.subarray(0, length), descriptor, start)
        ? length
        : undefined;
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** The bytes of several ranges, all from one file. */
  #readParts(
    key: string,
    path: string,
    requests: readonly GetRequest[],
    options: GetOptions | undefined,
  ): Uint8Array[] | 'absent' | undefined {
    const descriptor = this.#open(key, path);
    if (descriptor === undefined) return absent(key, options);
    try {
      const size = this.#sizeOf(key, path, descriptor, options);
      if (size === undefined) return absent(key, options);
      const parts: Uint8Array[] = [];
      for (const { range } of requests) {
        const part = partOf(descriptor, size, key, range, options);
        if (part === undefined) return undefined;
        parts.push(part);
      }
      return parts;
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Fills `target` with a file of its length; the length of the file. */
  #readInto(
    key: string,
    path: string,
    target: Uint8Array,
    options: GetOptions | undefined,
  ): number | 'absent' | undefined {
    const descriptor = this.#open(key, path);
    if (descriptor === undefined) return absent(key, options);
    try {
      if (this.#needsNoStats(options) && isExactlyFilled(target, descriptor)) {
        checkCount(key, target.length, options?.maxBytes);
        return target.length;
      }
      const size = this.#sizeOf(key, path, descriptor, options);
      if (size === undefined) return absent(key, options);
      checkCount(key, size, options?.maxBytes);
      return size !== target.length || isFilled(target, descriptor, 0) ? size : undefined;
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Whether a file that can be read is what is asked for, whatever else is known of it. */
  #needsNoStats(options: GetOptions | undefined): boolean {
    return this.followSymlinks && options?.ifMatch === undefined && options?.onInfo === undefined;
  }

  /** Bytes of an open file, which has to be of the generation that is asked for; `undefined` when it is no value. */
  #sizeOf(key: string, path: string, descriptor: number, options: GetOptions | undefined): number | undefined {
    if (options?.ifMatch === undefined && options?.onInfo === undefined) {
      const stats = fs.fstatSync(descriptor);
      return this.#isValue(key, path, stats) ? stats.size : undefined;
    }
    const stats = fs.fstatSync(descriptor, { bigint: true });
    if (!this.#isValue(key, path, stats)) return undefined;
    const info = this.#infoOf(key, stats);
    if (options.ifMatch !== undefined && options.ifMatch !== info.etag) throw changed(key);
    options.onInfo?.(info);
    return info.size;
  }

  #infoOf(key: string, stats: fs.BigIntStats): FileInfo {
    const told = this.#infos.get(key);
    // A tag that may be another file's too may be enough a moment later.
    if (told !== undefined && !told.info.isWeak && isSameFile(told.stats, stats)) return told.info;
    const info = Object.freeze({ size: Number(stats.size), etag: tagOf(stats), isWeak: mayChangeUnseen(stats) });
    if (this.#infos.size >= MOST_INFOS) this.#infos.clear();
    this.#infos.set(key, { stats, info });
    return info;
  }

  /** A descriptor of what is at `path`; `undefined` when nothing is. */
  #open(key: string, path: string): number | undefined {
    const name = documentName(key);
    const expectsNothing = this.#expectedAbsent.has(name);
    if (expectsNothing && isSurelyAbsent(path)) return undefined;
    try {
      const descriptor = open(path, READ_WITHOUT_WAITING);
      if (expectsNothing) this.#expectedAbsent.delete(name);
      return descriptor;
    } catch (error) {
      const code = fileErrorCode(error);
      if (code === 'ENOENT') {
        if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
          this.#expectedAbsent.add(name);
          return undefined;
        }
        throw new StoreError(`"${key}" of ${this} is a link that leads nowhere`, { key, cause: error });
      }
      if (code === 'EISDIR') return undefined;
      if (code === 'ENOTDIR' && this.#isProbe(key)) return undefined;
      throw error;
    }
  }

  /**
   * Whether `key`, which has a file where a folder should be, is only asked for to see if a node is there. Every name
   * that a listing gives may be asked for these documents, a stray file's too: that there is none is certain then. A
   * file in the way of other values is damage, and so is a root that is a file.
   */
  #isProbe(key: string): boolean {
    return documentName(key) !== '' && isFolder(this.#root);
  }

  /** Whether a file is there and no folder, which only begins other keys; a FIFO or a device is an error. */
  #isValue(key: string, path: string, stats: fs.Stats | fs.BigIntStats): boolean {
    if (stats.isDirectory()) return false;
    if (!stats.isFile()) throw new StoreError(`"${key}" of ${this} is neither a file nor a folder`, { key });
    this.#checkInside(key, path);
    return true;
  }

  // Writing.

  #checkWritable(key: string): void {
    if (this.readOnly) throw new ReadOnlyError(`${this} is read-only`, { key });
  }

  #write(key: string, path: string, value: Uint8Array, options: SetOptions | undefined): void {
    const folder = nodePath.dirname(path);
    this.#checkWayInside(key, folder);
    this.#sweep(folder);
    const writing = { flush: this.durability === 'flush' };
    const { temporary, newFolder } = writeTemporary(path, value, writing);
    try {
      if (options?.ifNoneMatch === '*') placeNew(temporary, path, key, writing);
      else this.#replace(key, temporary, path, options?.ifMatch);
    } catch (error) {
      removeQuietly(temporary);
      throw error;
    }
    this.#flushFolders(folder, newFolder);
  }

  #sweep(folder: string): void {
    const nowMs = Date.now();
    if (nowMs - (this.#sweptAtMs.get(folder) ?? 0) < HOUR_MS) return;
    if (this.#sweptAtMs.size >= 4096) this.#sweptAtMs.clear();
    this.#sweptAtMs.set(folder, nowMs);
    sweepTemporaries(folder);
  }

  #replace(key: string, temporary: string, path: string, ifMatch: string | undefined): void {
    this.#locked(path, () => {
      if (ifMatch !== undefined) checkTagOf(key, path, ifMatch);
      placeOver(temporary, path);
    });
  }

  #locked(path: string, work: () => void): void {
    if (this.lock === 'none') work();
    else withLockFile(nodePath.join(nodePath.dirname(path), `.${shortened(nodePath.basename(path))}.__lock`), work);
  }

  /** Flushes `folder`, and the folders above it up to the one that `newFolder` was made in. */
  #flushFolders(folder: string, newFolder: string | undefined): void {
    if (this.durability === 'none' || ON_WINDOWS) return; // Windows flushes a folder's entries with the file.
    const last = newFolder === undefined ? folder : nodePath.dirname(newFolder);
    for (let path = folder; ; path = nodePath.dirname(path)) {
      const descriptor = open(path, 'r');
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      if (path === last || path === nodePath.dirname(path)) return;
    }
  }

  // Listing.

  /** `above` has the real folders on the way: a link back to one of them would have no end. */
  *#walk(folder: string, start: string, above: readonly string[]): Generator<string, void, undefined> {
    const entries = this.#entries(folder, start.slice(0, -1));
    if (entries.length === 0) return;
    const here = realPath(folder);
    if (above.includes(here)) return;
    for (const { name, isFolder } of entries) {
      if (isFolder) yield* this.#walk(nodePath.join(folder, name), `${start}${name}/`, [...above, here]);
      else yield start + name;
    }
  }

  /** The files and folders in `folder` that belong to the store; none when it is not a folder. */
  #entries(folder: string, prefix: string): { readonly name: string; readonly isFolder: boolean }[] {
    return this.#told('list', prefix, () => {
      let entries: fs.Dirent[];
      try {
        entries = fs.readdirSync(folder, { withFileTypes: true });
      } catch (error) {
        const code = fileErrorCode(error);
        if (code === 'ENOENT' || (code === 'ENOTDIR' && folder !== this.#root)) return [];
        throw error;
      }
      this.#checkInside(prefix, folder);
      const found: { name: string; isFolder: boolean }[] = [];
      for (const entry of entries) {
        const target = entry.isFile() || entry.isDirectory() ? entry : this.#target(nodePath.join(folder, entry.name));
        if (target?.isDirectory()) found.push({ name: entry.name, isFolder: true });
        else if (target?.isFile() && !isUnfinished(entry.name)) found.push({ name: entry.name, isFolder: false });
      }
      return found;
    });
  }

  /** What a link leads to; `undefined` when that is nothing, or not of this store. */
  #target(path: string): fs.Stats | undefined {
    try {
      this.#checkInside('', path);
      return fs.statSync(path);
    } catch (error) {
      if (error instanceof StoreError || LEADS_NOWHERE.has(fileErrorCode(error))) return undefined;
      throw error;
    }
  }

  /** Does `action`; what the operating system refuses is told as a `StoreError` with the key. */
  #told<T>(verb: string, key: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.#toldError(verb, key, error);
    }
  }

  #toldError(verb: string, key: string, error: unknown): unknown {
    if (!isFileError(error)) return error;
    return new StoreError(`cannot ${verb} "${key}" of ${this}: ${fileErrorText(error)}`, { key, cause: error });
  }
}

/** What stands for all files, as `lockScope`. */
const FILES: object = /* @__PURE__ */ Object.freeze({});
const ON_WINDOWS = process.platform === 'win32';
/** Opening a FIFO would otherwise wait for somebody to write to it. Windows has neither. */
const READ_WITHOUT_WAITING = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);
const READ_BYTES = 2 ** 30; // One call reads less than 2 GiB.
const NODE_DOCUMENTS: ReadonlySet<string> = new Set(['zarr.json', '.zarray', '.zgroup', '.zattrs', '.zmetadata']);

/** The name of the document of a node that `key` is; `""` for all other keys, most of which end with a digit. */
function documentName(key: string): string {
  if (key.charCodeAt(key.length - 1) <= 0x39) return '';
  const name = key.slice(key.lastIndexOf('/') + 1);
  return NODE_DOCUMENTS.has(name) ? name : '';
}

const LEADS_NOWHERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

function absolutePath(root: string | URL): string {
  if (root instanceof URL) {
    if (root.protocol !== 'file:') throw new ArgumentError(`LocalStore: expected a file URL, got "${root.protocol}"`);
    return nodePath.resolve(fileURLToPath(root));
  }
  if (typeof root !== 'string')
    throw new ArgumentError(`LocalStore: expected a path or a file URL, got ${typeof root}`);
  if (root === '' || root.includes('\0')) {
    throw new ArgumentError(`LocalStore: expected the path of a folder, got ${described(root)}`);
  }
  // Node would put U+FFFD in its place, and so find another folder.
  if (/\p{Cs}/u.test(root)) {
    throw new ArgumentError(`LocalStore: half of a surrogate pair has no UTF-8, got the path ${JSON.stringify(root)}`);
  }
  return nodePath.resolve(root);
}

const withSlash = (path: string): string => (path.endsWith(nodePath.sep) ? path : path + nodePath.sep);

/** Renames a folder; copies it where the new place is on another device. */
function moveFolder(source: string, target: string): void {
  try {
    onBusyWindows(() => fs.renameSync(source, target));
  } catch (error) {
    if (fileErrorCode(error) !== 'EXDEV') throw error;
    fs.cpSync(source, target, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    fs.rmSync(source, { recursive: true });
  }
}

function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() ?? false;
}

/** What is at `path`; `undefined` for nothing, also where a file is in the way. */
function statsOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (fileErrorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** `folder` with all links followed; as it is when it has gone meanwhile. */
function realPath(folder: string): string {
  try {
    return fs.realpathSync(folder);
  } catch {
    return folder;
  }
}

/** `folder` with all links followed, as far as there is something yet; and whether all of it is there. */
function realPathFrom(folder: string): [path: string, isThere: boolean] {
  try {
    return [fs.realpathSync(folder), true];
  } catch {
    const above = nodePath.dirname(folder);
    return [above === folder ? folder : nodePath.join(realPathFrom(above)[0], nodePath.basename(folder)), false];
  }
}

/** What is told of a file. */
interface FileInfo {
  readonly size: number;
  readonly etag: string;
  readonly isWeak: boolean;
}

/** The file that something was told of. */
interface Told {
  readonly stats: fs.BigIntStats;
  readonly info: FileInfo;
}

/** Files of which is kept what was told; then they are forgotten. */
const MOST_INFOS = 256;

/** What tells one writing of a file from another: the time alone may be too coarse, or go backwards. */
function tagOf({ ino, size, mtimeNs, ctimeNs }: fs.BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('-');
}

/** The coarsest that system clocks are, and those of file systems that count whole seconds, or every other one. */
const TICK_MS = 20;
const TICK_OF_SECONDS_MS = 2000;

/**
 * Whether the file may become another one that has the same tag, because the clock that its times are from has not moved
 * on. What was replaced after its last change has both times from one tick; our own writes set one of them more finely.
 */
function mayChangeUnseen({ mtimeNs, ctimeNs }: fs.BigIntStats): boolean {
  if (mtimeNs !== ctimeNs) return false;
  const tickMs = ctimeNs % 1_000_000_000n === 0n ? TICK_OF_SECONDS_MS : TICK_MS;
  return Date.now() - Number(ctimeNs / 1_000_000n) <= tickMs;
}

const isSameFile = (one: fs.BigIntStats, other: fs.BigIntStats): boolean =>
  one.mtimeNs === other.mtimeNs && one.ctimeNs === other.ctimeNs && one.ino === other.ino && one.size === other.size;

const changed = (key: string): ConflictError => new ConflictError(`"${key}" was changed by another writer`, { key });

/** Throws `ConflictError` unless the file at `path` has the tag `expected`. */
function checkTagOf(key: string, path: string, expected: string): void {
  const stats = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) throw new ConflictError(`"${key}" is gone`, { key });
  if (tagOf(stats) !== expected) throw changed(key);
}

/**
 * Whether nothing is at `path`, below a folder that is there: without an error of the operating system being made, which
 * takes longer than finding out. Where anything is in doubt the answer is no, and opening the file tells.
 */
function isSurelyAbsent(path: string): boolean {
  try {
    if (fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
    for (let folder = nodePath.dirname(path); ; folder = nodePath.dirname(folder)) {
      const stats = fs.statSync(folder, { throwIfNoEntry: false });
      if (stats !== undefined) return stats.isDirectory();
      if (folder === nodePath.dirname(folder)) return false;
    }
  } catch {
    return false;
  }
}

function absent(key: string, options: GetOptions | undefined): 'absent' {
  if (options?.ifMatch !== undefined) throw new ConflictError(`"${key}" is gone`, { key });
  return 'absent';
}

/** The part of an open file of `size` bytes that `range` names; `undefined` when it had fewer. */
function partOf(
  descriptor: number,
  size: number,
  key: string,
  range: ByteRange | undefined,
  options: GetOptions | undefined,
): Uint8Array | undefined {
  const { start, end } = locateRange(range, size);
  checkCount(key, end - start, options?.maxBytes);
  const bytes = allocate(key, end - start);
  return isFilled(bytes, descriptor, start) ? bytes : undefined;
}

function checkCount(key: string, length: number, maxBytes = Number.POSITIVE_INFINITY): void {
  if (length <= maxBytes) return;
  throw new LimitError(`"${key}" has ${length} bytes, more than the ${maxBytes} allowed`, { key });
}

/** Bytes of their own, with nothing else in their buffer; whoever asks for them fills them all, so they need not be 0. */
function allocate(key: string, length: number): Uint8Array {
  try {
    return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  } catch (cause) {
    throw new LimitError(`"${key}" has ${length} bytes, more than there is memory for`, { key, cause });
  }
}

/** Takes the byte behind the end, if there is one. */
const BEYOND = /* @__PURE__ */ new Uint8Array(1);

/**
 * Whether one read has filled `target` and found the file to end there. Otherwise nothing is known: what cannot be read
 * so may be a folder or longer, and what stops a read early may go on.
 */
function isExactlyFilled(target: Uint8Array, descriptor: number): boolean {
  if (target.length >= READ_BYTES) return false;
  try {
    return fs.readvSync(descriptor, [target, BEYOND], 0) === target.length;
  } catch {
    return false;
  }
}

/**
 * Puts the beginning of a file into `target`: how many bytes, less than all of `target` if it ends there. 0 where nothing
 * is known: what has no byte to read may be a folder, or no file.
 */
function startInto(target: Uint8Array, descriptor: number): number {
  try {
    for (let found = 0; ; ) {
      const count = fs.readSync(descriptor, target, found, Math.min(target.length - found, READ_BYTES), found);
      found += count;
      if (count === 0 || found === target.length) return found;
    }
  } catch {
    return 0;
  }
}

/** Memory that small files are read into, to find out how long they are. */
const SMALL = /* @__PURE__ */ new Uint8Array(2 ** 13);

/** All bytes of an open file that is not empty and short: asking for the size first would take longer. */
function smallFile(descriptor: number): Uint8Array | undefined {
  const length = startInto(SMALL, descriptor);
  return length === 0 || length === SMALL.length ? undefined : SMALL.slice(0, length);
}

/** Whether the file has a byte from `start` on for each of `bytes`, which it is given. */
function isFilled(bytes: Uint8Array, descriptor: number, start: number): boolean {
  for (let found = 0; found < bytes.length; ) {
    const count = fs.readSync(descriptor, bytes, found, Math.min(bytes.length - found, READ_BYTES), start + found);
    if (count === 0) return false;
    found += count;
  }
  return true;
}
