/**
 * Between JSON that keeps its tokens and the plain values that users read and write.
 */
import { described } from '../described.js';
import { ArgumentError, LimitError } from '../errors.js';
import { inspected } from '../options.js';
import { pythonFloat } from './format.js';
import { isJsonArray, type Json, JsonNumber, type JsonObject, jsonInteger } from './model.js';

/**
 * `json` as plain JavaScript, frozen in depth. Numbers are numbers, but integers beyond ±(2^53 - 1) bigints; objects are
 * ordinary ones, where even a member called `__proto__` is an own property like any other.
 */
export function toPlain(json: Json): unknown {
  if (json instanceof JsonNumber) return plainNumber(json);
  if (json === null || typeof json !== 'object') return json;
  if (isJsonArray(json)) return Object.freeze(json.map(toPlain));
  const plain: Record<string, unknown> = {};
  for (const [name, member] of json) defineMember(plain, name, toPlain(member));
  return Object.freeze(plain);
}

function plainNumber(json: JsonNumber): number | bigint {
  const value = json.toNumber();
  if (!json.isInteger) return value;
  return Number.isSafeInteger(value) ? value + 0 : json.toBigInt(); // `-0 + 0` is 0: an integer has no sign of zero.
}

function defineMember(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') {
    target[name] = value;
    return;
  }
  // An assignment would set the prototype.
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

export interface FromPlainOptions {
  /** Levels of nesting that are taken. */
  readonly maxDepth?: number;
}

/**
 * A user's value as JSON. Safe integers become integers, other numbers what Python's `repr` of the float is; a `Map`
 * keeps its order; typed arrays are lists; what has `toJSON()` is asked. Everything else, and a value that contains
 * itself, is an `ArgumentError` that says where: `attributes.a[3]`.
 */
export function fromPlain(value: unknown, where = 'value', options: FromPlainOptions = {}): Json {
  return inspected(where, () => new Converter(options.maxDepth ?? 256).convert(value, where, ''));
}

class Converter {
  readonly #maxDepth: number;
  /** The objects that enclose the value at hand. */
  readonly #enclosing: object[] = [];

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** `key` is what the value is called by what contains it; `toJSON` is told. */
  convert(value: unknown, where: string, key: string): Json {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'bigint':
        return jsonInteger(value);
      case 'number':
        return numberToken(value);
      case 'object':
        return value === null ? null : this.#object(value, where, key);
      default:
        throw new ArgumentError(
          `${where}: expected a value that JSON has, got ${value === undefined ? '' : 'a '}${typeof value}`,
        );
    }
  }

  #object(value: object, where: string, key: string): Json {
    if (value instanceof JsonNumber) return value;
    if (this.#enclosing.includes(value))
      throw new ArgumentError(`${where}: expected a value that JSON has, got a cycle`);
    if (this.#enclosing.length >= this.#maxDepth) {
      throw new LimitError(
        `limits.jsonDepth: expected at most ${this.#maxDepth} levels of nesting, got more in ${where}`,
      );
    }
    this.#enclosing.push(value);
    const json = this.#members(value, where, key);
    this.#enclosing.pop();
    return json;
  }

  #members(value: object, where: string, key: string): Json {
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      return this.convert(value.toJSON(key), where, key);
    }
    if (Array.isArray(value)) return this.#list(value, where);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      // Every view that is not a DataView is a typed array.
      return this.#list(value as unknown as ArrayLike<number | bigint>, where);
    }
    if (value instanceof Map) return this.#objectOf(value, where);
    if (isPlain(value)) return this.#objectOf(Object.entries(value), where);
    const { name = 'an object' } = (value.constructor ?? {}) as { name?: string }; // A class; or whatever is called so.
    throw new ArgumentError(`${where}: expected a value that JSON has, got ${name}`);
  }

  #list(items: ArrayLike<unknown>, where: string): Json {
    const list: Json[] = [];
    for (let i = 0; i < items.length; i++) list.push(this.convert(items[i], `${where}[${i}]`, String(i)));
    return list;
  }

  #objectOf(entries: Iterable<[unknown, unknown]>, where: string): Json {
    const members = new Map<string, Json>();
    for (const [name, member] of entries) {
      if (typeof name !== 'string')
        throw new ArgumentError(`${where}: expected names that are strings, got ${described(name)}`);
      if (member !== undefined) members.set(name, this.convert(member, memberPath(where, name), name));
    }
    return members;
  }
}

function numberToken(value: number): JsonNumber {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? jsonInteger(value) : new JsonNumber(pythonFloat(value));
}

/** Whether `value` is an object literal, of this realm or another, or has no prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const memberPath = (where: string, name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `${where}.${name}` : `${where}[${JSON.stringify(name)}]`;

/** `base` with `changes`, as Python's `dict.update`: a member that exists keeps its place, new ones come last. */
export function mergeMembers(base: JsonObject, changes: JsonObject): JsonObject {
  return new Map([...base, ...changes]);
}
