/**
 * What the operating system says when a file cannot be had.
 */
import os from 'node:os';

/** An error of a file operation. */
export interface FileError extends Error {
  readonly code: string;
  readonly errno?: number | undefined;
}

/** Whether `error` comes from the operating system. */
export function isFileError(error: unknown): error is FileError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

/** Its name, like `ENOENT`; `""` for other errors. Node has no name for some numbers, so those are looked up. */
export function fileErrorCode(error: unknown): string {
  if (!isFileError(error)) return '';
  if (/^E[A-Z0-9]+$/.test(error.code)) return error.code;
  const named = Object.entries(os.constants.errno).find(([, number]) => number === Math.abs(error.errno ?? 0));
  return named ? named[0] : error.code;
}

/** What it says, with its name. */
export function fileErrorText(error: FileError): string {
  const code = fileErrorCode(error);
  return error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}

/**
 * Does `action` again, waiting longer each time, while it fails with one of `codes` and `limitMs` have not passed. It
 * blocks the thread: what it waits for is done by other threads and processes.
 */
export function patiently<T>(codes: readonly string[], limitMs: number, action: () => T): T {
  const endMs = performance.now() + limitMs;
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      return action();
    } catch (error) {
      if (!codes.includes(fileErrorCode(error)) || performance.now() + pauseMs > endMs) throw error;
    }
    pause(pauseMs);
  }
}

/** Blocks the thread for `milliseconds`. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
