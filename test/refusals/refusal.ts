/** What a refused call is, and what it is made on: a store with arrays and groups that must stay as they are. */
import * as errors from '../../src/errors.js';
import type * as promises from '../../src/index.js';
import * as sync from '../../src/sync.js';

/** What no type allows: the functions of either API, and their handles. */
export type Untyped = any;

export interface World {
  /** The functions of one API. */
  readonly zarr: Untyped;
  readonly files: Map<string, Uint8Array>;
  /** `a`: int32, 2 by 3, in chunks of 1 by 2; 1 to 6. */
  readonly array: Untyped;
  /** `s`: uint8, 8 long, in chunks of 2 and shards of 4; 0 to 7. */
  readonly sharded: Untyped;
  /** `p`: structs of x (int32) and y (float64), 3 long. */
  readonly points: Untyped;
  /** `t`: strings, 2 long. */
  readonly texts: Untyped;
  /** `z`: float64, without axes. */
  readonly scalar: Untyped;
  /** The group at the root. */
  readonly group: Untyped;
  /** The same array and group, opened for reading. */
  readonly frozenArray: Untyped;
  readonly frozenGroup: Untyped;
}

export type ErrorName = keyof typeof errors & `${string}Error`;

/** What is done, the call, the class of its error, and what the message has to say. */
export type Refusal = readonly [
  what: string,
  call: (world: World) => unknown,
  error: ErrorName,
  ...parts: (string | RegExp)[],
];

export const errorClass = (name: ErrorName): unknown => (errors as Readonly<Record<string, unknown>>)[name];

/** A store with something in it. */
export function filesWithData(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const root = sync.createGroup(files, { attributes: { title: 'kept' } });
  const attributes = { units: 'm' };
  root.createArray('a', {
    data: sync.ndarray(Int32Array.of(1, 2, 3, 4, 5, 6)).reshape([2, 3]),
    chunks: [1, 2],
    attributes,
  });
  root.createArray('s', { data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), chunks: [2], shards: [4] });
  root
    .createArray('p', {
      shape: [3],
      dtype: [
        ['x', '<i4'],
        ['y', '<f8'],
      ],
    })
    .set(':', { x: 1, y: 2.5 });
  root.createArray('t', { shape: [2], dtype: 'string' }).set(':', ['one', 'two']);
  root.createArray('z', { shape: [], dtype: 'float64' }).set('...', 7);
  root.createArray('g/deep', { data: Float64Array.of(1, 2, 3, 4) });
  sync.createArray(files, { name: 'old', shape: [4], dtype: 'int16', zarrFormat: 2, fillValue: 3 }).set(':2', 5);
  return files;
}

type Zarr = typeof promises;

/** The store, and handles of one API. */
export async function worldOf(zarr: Zarr): Promise<World> {
  const files = filesWithData();
  const open = (path: string, mode: 'r' | 'r+') => zarr.openArray(files, { path, mode });
  return {
    zarr,
    files,
    array: await open('a', 'r+'),
    sharded: await open('s', 'r+'),
    points: await open('p', 'r+'),
    texts: await open('t', 'r+'),
    scalar: await open('z', 'r+'),
    group: await zarr.openGroup(files, { mode: 'r+' }),
    frozenArray: await open('a', 'r'),
    frozenGroup: await zarr.openGroup(files, { mode: 'r' }),
  };
}

// Things that nobody should pass.

const fail = (): never => {
  throw new RangeError('the caller ran');
};

/** An object that fails when it is made a text or a number. */
export const untold = (): object => ({ toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail });

/** An object without prototype, which no template takes. */
export const bare = (): object => Object.create(null) as object;

/** An object whose members fail when they are read. */
export const failing = (...names: readonly string[]): object =>
  Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { get: fail, enumerable: true }])));

/** An object that has no members, of which any fails when it is read. */
export const trap = (): object => new Proxy({}, { get: (_, name) => (typeof name === 'string' ? fail() : undefined) });

/** A proxy that is no longer one of anything. */
export function revoked(target: object = {}): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** A typed array whose memory was given away. */
export function detached(): Int32Array {
  const array = new Int32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** A list that holds itself. */
export function cyclic(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

/** Walks over what a call gives, as a loop does. */
export async function walked(given: unknown): Promise<void> {
  for await (const _ of (await given) as AsyncIterable<unknown>);
}
