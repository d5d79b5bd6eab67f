/**
 * A lock that processes and threads share: whoever creates the file has it.
 *
 * The file says who that is. Its maker deletes it after the work, which takes moments. A lock is given up as stale when
 * its process, on this host, is gone, or when it is a minute old. Only one waiter may break a stale lock: the one that
 * creates the file named after that very lock; it looks once more before it breaks it, because a lock may have been
 * broken and made anew meanwhile.
 */
import fs from 'node:fs';
import os from 'node:os';
import { StoreError } from '../../errors.js';
import { fileErrorCode, pause } from './file-error.js';
import { open, removeQuietly } from './temporary-file.js';

/** Does `work` while this thread has the lock file `path`; `StoreError` if somebody else has it for too long. */
export function withLockFile<T>(path: string, work: () => T): T {
  const owner = `${os.hostname()} ${process.pid} ${Math.random().toString(36).slice(2)}`;
  acquire(path, owner);
  try {
    return work();
  } finally {
    if (ownerOf(path) === owner) removeQuietly(path);
  }
}

const WAIT_MS = 15_000;
const STALE_MS = 60_000;

function acquire(path: string, owner: string): void {
  const endMs = performance.now() + WAIT_MS;
  for (let pauseMs = 1; !create(path, owner); pauseMs = Math.min(pauseMs * 2, 50)) {
    const holder = ownerOf(path);
    if (holder !== undefined && isStale(path, holder)) {
      breakLock(path, holder);
      continue;
    }
    if (performance.now() > endMs) {
      throw new StoreError(`"${path}" is locked by "${holder ?? 'nobody'}" for more than ${WAIT_MS} ms`);
    }
    // Waiters that wake at different times do not meet again.
    pause(pauseMs * (0.5 + Math.random()));
  }
}

/** Whether the file was created: false if it exists. */
function create(path: string, text: string): boolean {
  let descriptor: number;
  try {
    descriptor = open(path, 'wx');
  } catch (error) {
    // Windows answers EPERM while a deleted file is still open somewhere.
    const code = fileErrorCode(error);
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) return false;
    throw error;
  }
  try {
    fs.writeSync(descriptor, text);
  } catch (error) {
    removeQuietly(path);
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
  return true;
}

/** Who has the lock, `""` if that is not written yet; `undefined` if nobody has it. */
function ownerOf(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isStale(path: string, owner: string): boolean {
  const [host, id] = owner.split(' ');
  if (host === os.hostname() && id !== undefined && !isRunning(Number(id))) return true;
  const stats = fs.statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS;
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return fileErrorCode(error) !== 'ESRCH';
  }
}

function breakLock(path: string, owner: string): void {
  const right = `${path.slice(0, -'.__lock'.length)}.${nameOf(owner)}.__lock`;
  if (!create(right, '')) {
    // Its maker may have died too.
    if (isStale(right, '')) removeQuietly(right);
    pause(5);
    return;
  }
  try {
    if (ownerOf(path) === owner) removeQuietly(path);
  } finally {
    removeQuietly(right);
  }
}

/** A file name for `owner`. */
function nameOf(owner: string): string {
  return owner.replace(/[^A-Za-z0-9]+/g, '-').slice(-60) || 'unnamed';
}
