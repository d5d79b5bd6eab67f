/**
 * Files on their way to their place: `.<name>.<process id>-<random>.tmp` beside it.
 */
import fs from 'node:fs';
import nodePath from 'node:path';
import { ConflictError, StoreError } from '../../errors.js';
import { fileErrorCode, patiently } from './file-error.js';

/** How the bytes of a file are brought to the disk. */
export interface WriteOptions {
  /** They survive a power cut once the call has returned. */
  readonly flush: boolean;
}

/**
 * A new file beside `file` with the bytes of `value`: its path, and the first folder that had to be made for it. Nothing
 * is left of the file if that fails.
 */
export function writeTemporary(
  file: string,
  value: Uint8Array,
  options: WriteOptions,
): { readonly temporary: string; readonly newFolder: string | undefined } {
  const folder = nodePath.dirname(file);
  const random = Math.random().toString(36).slice(2) || '0';
  const temporary = `${folder}${nodePath.sep}.${shortened(nodePath.basename(file))}.${process.pid}-${random}.tmp`;
  const { descriptor, newFolder } = create(temporary, folder);
  try {
    writeAndClose(descriptor, value, options);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  return { temporary, newFolder };
}

/** Gives `temporary` the name `file`, which must not exist; `ConflictError` otherwise. */
export function placeNew(temporary: string, file: string, key: string, options: WriteOptions): void {
  try {
    fs.linkSync(temporary, file);
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === 'EEXIST') throw occupied(file, key);
    if (!WITHOUT_LINKS.has(code)) throw error;
    // A file system without hard links: not atomic for readers, but still only one writer can win.
    copyNew(temporary, file, key, options);
  }
  removeQuietly(temporary);
}

/** Gives `temporary` the name `file`, in place of what has it. */
export function placeOver(temporary: string, file: string): void {
  onBusyWindows(() => fs.renameSync(temporary, file));
}

/** Does `action`, for up to two seconds, while Windows refuses because somebody else has the file open. */
export function onBusyWindows(action: () => void): void {
  if (process.platform !== 'win32') action();
  else patiently(['EPERM', 'EBUSY', 'EACCES'], 2000, action);
}

/** Opens files, waiting a moment when too many are open. */
export function open(path: string, flags: string | number): number {
  try {
    return fs.openSync(path, flags);
  } catch (error) {
    if (!TOO_MANY_OPEN.has(fileErrorCode(error))) throw error;
    return patiently([...TOO_MANY_OPEN], 500, () => fs.openSync(path, flags));
  }
}

const TOO_MANY_OPEN: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);

/** Deletes the temporary files of writers that died an hour ago or more. */
export function sweepTemporaries(folder: string): void {
  let names: string[];
  try {
    names = fs.readdirSync(folder);
  } catch {
    return; // Not there yet, or not ours to read: the write that comes next tells.
  }
  for (const name of names) {
    if (!OWN_TEMPORARY.test(name)) continue;
    const path = nodePath.join(folder, name);
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() && stats.mtimeMs < Date.now() - HOUR_MS) removeQuietly(path);
  }
}

/** Whether a file called `name` is unfinished work of this or another library, or a lock. */
export function isUnfinished(name: string): boolean {
  return /\.(?:tmp|partial|__lock)$/.test(name);
}

/** `name`, short enough that more can be put before and behind it. */
export function shortened(name: string): string {
  return name.slice(0, 40);
}

/** Deletes a file that is not needed any more, as far as that can be done: an earlier error matters more. */
export function removeQuietly(path: string): void {
  try {
    fs.rmSync(path, { force: true });
  } catch {
    // It is hidden from lists, and swept later.
  }
}

export const HOUR_MS = 3_600_000;
const OWN_TEMPORARY = /^\..*\.\d+-[0-9a-z]+\.tmp$/s;
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);
const WRITE_BYTES = 2 ** 30; // One call takes less than 2 GiB.

/** Opens a new file; most often its folder is there, which is so found out for nothing. */
function create(path: string, folder: string): { readonly descriptor: number; readonly newFolder: string | undefined } {
  try {
    return { descriptor: open(path, 'wx'), newFolder: undefined };
  } catch (error) {
    if (fileErrorCode(error) !== 'ENOENT') throw error;
  }
  const newFolder = fs.mkdirSync(folder, { recursive: true });
  try {
    return { descriptor: open(path, 'wx'), newFolder };
  } catch (error) {
    // Somebody deleted the folder since it was made.
    if (fileErrorCode(error) !== 'ENOENT') throw error;
  }
  return { newFolder: fs.mkdirSync(folder, { recursive: true }) ?? newFolder, descriptor: open(path, 'wx') };
}

/** An error of the last step, closing, counts too: some disks report there that the bytes were not stored. */
function writeAndClose(descriptor: number, value: Uint8Array, { flush }: WriteOptions): void {
  try {
    for (let written = 0; written < value.length; ) {
      const count = fs.writeSync(descriptor, value, written, Math.min(value.length - written, WRITE_BYTES));
      if (count === 0) throw new StoreError(`the disk took ${written} of ${value.length} bytes`);
      written += count;
    }
    stamp(descriptor);
    if (flush) fs.fsyncSync(descriptor);
  } catch (error) {
    try {
      fs.closeSync(descriptor);
    } catch {
      // The first error is the one to tell.
    }
    throw error;
  }
  fs.closeSync(descriptor);
}

/** Gives a file the time of the clock, not of the system's coarser tick: later writes have later times. */
function stamp(descriptor: number): void {
  const nowSeconds = (performance.timeOrigin + performance.now()) / 1000;
  try {
    fs.futimesSync(descriptor, nowSeconds, nowSeconds);
  } catch {
    // A file system that does not let us keeps its own time; the number of the file and its size tell more.
  }
}

function copyNew(temporary: string, file: string, key: string, options: WriteOptions): void {
  let descriptor: number;
  try {
    descriptor = open(file, 'wx');
  } catch (error) {
    throw fileErrorCode(error) === 'EEXIST' ? occupied(file, key) : error;
  }
  try {
    writeAndClose(descriptor, fs.readFileSync(temporary), options);
  } catch (error) {
    removeQuietly(file);
    throw error;
  }
}

function occupied(file: string, key: string): StoreError {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    return new StoreError(`"${key}": a folder is in the way`, { key });
  }
  return new ConflictError(`"${key}" has a value already`, { key });
}
