/** The attributes of a blocking `Array` or `Group`: a mapping whose changes are stored at once. */
import { runBlocking } from './blocking.js';
import { changeAttributes, merging, plainAttributes, removing, replacing } from './core/attributes.js';
import type { ZarrNode } from './core/node.js';
import { ArgumentError } from './errors.js';

type Values = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

/**
 * A mapping of names to JSON values; numbers beyond 2^53 are bigints.
 *
 * @example
 * const group = zarr.group();
 * group.attrs.set('units', 'K');
 * group.attrs.get('units'); // "K"
 */
export class Attributes implements Iterable<[string, unknown]> {
  readonly #node: ZarrNode;
  constructor(node: ZarrNode) {
    this.#node = node;
  }

  /** The value of an attribute; undefined where there is none. */
  get(name: string): unknown {
    return this.has(name) ? this.asDict()[name] : undefined;
  }

  /** Whether there is such an attribute. */
  has(name: string): boolean {
    return this.#node.model.attributes.has(name);
  }

  /**
   * Stores an attribute, and gives this mapping.
   *
   * @throws ArgumentError for a value that JSON has not, `undefined` among them: `delete` removes an attribute.
   */
  set(name: string, value: unknown): this {
    if (value === undefined) throw new ArgumentError(`attributes: expected a value for "${name}", got undefined`);
    runBlocking(changeAttributes(this.#node, merging(new Map([[name, value]]))));
    return this;
  }

  /** Removes an attribute; whether there was one. */
  delete(name: string): boolean {
    if (!this.has(name)) return false;
    runBlocking(changeAttributes(this.#node, removing(name)));
    return true;
  }

  /** Adds or replaces several, in one write. */
  update(values: Values): void {
    runBlocking(changeAttributes(this.#node, merging(values)));
  }

  /** Puts `values` in place of all attributes. */
  put(values: Values): void {
    runBlocking(changeAttributes(this.#node, replacing(values)));
  }

  /** How many attributes there are. */
  get size(): number {
    return this.#node.model.attributes.size;
  }

  /** The names, in the order in which they are stored. */
  keys(): IterableIterator<string> {
    return this.#node.model.attributes.keys();
  }

  /** The values, in the order in which they are stored. */
  *values(): IterableIterator<unknown> {
    for (const [, value] of this.entries()) yield value;
  }

  /** `[name, value]` of each, in the order in which they are stored. */
  entries(): IterableIterator<[string, unknown]> {
    return [...this.keys()].map((name): [string, unknown] => [name, this.get(name)])[Symbol.iterator]();
  }

  [Symbol.iterator](): IterableIterator<[string, unknown]> {
    return this.entries();
  }

  /** All of them as a frozen plain object. */
  asDict(): Readonly<Record<string, unknown>> {
    return plainAttributes(this.#node);
  }

  /** What `console.log` prints on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): unknown {
    return this.asDict();
  }

  /** All of them as a frozen plain object. */
  toJSON(): unknown {
    return this.asDict();
  }
}
