/**
 * Keys of stores, and paths and names of nodes.
 *
 * A key is a list of segments between slashes: `a/b/c/0/1`. Every store refuses a key that could alias another one or
 * leave the store, before it asks anybody: names are never decoded, cleaned or guessed. A path is the place of a node,
 * `""` for the root. Rules of names: https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html#node-names
 */
import { ArgumentError, InvalidKeyError } from '../errors.js';

/** Throws `InvalidKeyError` unless `key` names exactly one value in every store. */
export function validateKey(key: string): void {
  if (typeof key === 'string' && PLAIN_KEY.test(key)) return;
  if (key === '') throw new InvalidKeyError('a key is empty: expected one or more segments between slashes');
  checkText(key, 'key');
  if (FORBIDDEN_SEGMENT.test(key)) throw new InvalidKeyError(`key ${JSON.stringify(key)}: ${segmentFault(key)}`);
}

/** Throws `InvalidKeyError` unless `prefix` is a key or `""`, the whole store. */
export function validatePrefix(prefix: string): void {
  if (prefix !== '') validateKey(prefix);
}

/**
 * `path` as the library keeps paths: no slash at its ends, single slashes, backslashes taken for slashes, as zarr-python
 * does. `""` is the root.
 */
export function normalizePath(path: string | null | undefined): string {
  if (path === undefined || path === null) return '';
  if (typeof path !== 'string') throw new ArgumentError(`path: expected a string, got ${typeof path}`);
  if (PLAIN_KEY.test(path)) return path;
  const normal = path
    .split(/[\\/]/)
    .filter((segment) => segment !== '')
    .join('/');
  validatePrefix(normal);
  return normal;
}

/** The parts, each normalized, one below the other. */
export function joinPath(...parts: readonly (string | null | undefined)[]): string {
  let path = '';
  for (const part of parts) {
    const normal = normalizePath(part);
    if (normal !== '') path = path === '' ? normal : `${path}/${normal}`;
  }
  return path;
}

/** Throws `InvalidKeyError` unless a new array or group may be called `name`. */
export function validateNodeName(name: string): void {
  const shown = JSON.stringify(name);
  if (name === '') throw new InvalidKeyError('a node name is empty');
  checkText(name, 'node name');
  if (name.includes('/')) throw new InvalidKeyError(`node name ${shown}: expected a name without "/"`);
  if (/^\.+$/.test(name)) throw new InvalidKeyError(`node name ${shown}: expected more than periods`);
  if (name === 'zarr.json') throw new InvalidKeyError(`node name ${shown}: the name of the metadata document`);
  if (name.startsWith('__')) throw new InvalidKeyError(`node name ${shown}: names that begin with "__" are reserved`);
}

/** Throws `InvalidKeyError` unless a new array or group may be at `path`, normalized; `""` is the root. */
export function validateNodePath(path: string): void {
  if (path !== '') for (const name of path.split('/')) validateNodeName(name);
}

/** Throws `InvalidKeyError` unless Windows keeps a file of its own for `key`, which is valid elsewhere. */
export function validateWindowsKey(key: string): void {
  for (const segment of key.split('/')) {
    const fault = windowsFault(segment);
    if (fault) throw new InvalidKeyError(`key ${JSON.stringify(key)}: ${fault} has no file of its own on Windows`);
  }
}

/** What most keys look like, told by one glance: letters, digits, and periods inside names. */
const PLAIN_KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
/** An empty segment, or one of one or two periods. */
const FORBIDDEN_SEGMENT = /(?:^|\/)\.{0,2}(?:\/|$)/;
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:[.:]|$)/i;

function segmentFault(key: string): string {
  if (key.startsWith('/') || key.endsWith('/')) return 'expected no slash at either end';
  if (key.includes('//')) return 'expected no empty segment';
  return 'expected no "." or ".." segment';
}

function checkText(text: string, what: string): void {
  if (typeof text !== 'string') throw new ArgumentError(`${what}: expected a string, got ${typeof text}`);
  if (text.includes('\0')) throw new InvalidKeyError(`${what} ${JSON.stringify(text)}: expected no NUL`);
  if (LONE_SURROGATE.test(text)) {
    throw new InvalidKeyError(`${what} ${JSON.stringify(text)}: half of a surrogate pair has no UTF-8`);
  }
}

function windowsFault(segment: string): string | undefined {
  const forbidden = [...segment].find((letter) => letter < ' ' || '<>:"|?*\\'.includes(letter));
  if (forbidden !== undefined) return `a name with ${JSON.stringify(forbidden)}`;
  if (/[. ]$/.test(segment)) return 'a name that ends with a period or a space';
  if (WINDOWS_DEVICE.test(segment)) return `the device name ${JSON.stringify(segment)}`;
  return undefined;
}
