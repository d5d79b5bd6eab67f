import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../src/core/open.js';
import { LocalStore } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as sync from '../../src/sync.js';

/**
 * zarr-python's table of modes: what each call gives for what is there: `A` an array, `G` a group, `+` made anew, else
 * the error.
 */
const HEAD = ['nothing', 'array', 'group', 'other'] as const;
const TABLE: Readonly<Record<string, readonly [string, string, string, string]>> = {
  'open r': ['GroupNotFoundError', 'A', 'G', 'GroupNotFoundError'],
  'open r+': ['GroupNotFoundError', 'A', 'G', 'GroupNotFoundError'],
  'open r shape': ['ArrayNotFoundError', 'A', 'NodeTypeValidationError', 'ArrayNotFoundError'],
  'open a': ['G+', 'A', 'G', 'G+'],
  'open a shape': ['A+', 'A', 'NodeTypeValidationError', 'A+'],
  'open w': ['G+', 'G+', 'G+', 'G+'],
  'open w shape': ['A+', 'A+', 'A+', 'A+'],
  'open w-': ['G+', 'ContainsArrayError', 'ContainsGroupError', 'ContainsGroupError'],
  'open w- shape': ['A+', 'ContainsArrayError', 'ContainsGroupError', 'ContainsGroupError'],
  open: ['G+', 'A', 'G', 'G+'],
  'openArray r': ['ArrayNotFoundError', 'A', 'NodeTypeValidationError', 'ArrayNotFoundError'],
  'openArray r+': ['ArrayNotFoundError', 'A', 'NodeTypeValidationError', 'ArrayNotFoundError'],
  'openArray a': ['ArgumentError', 'A', 'NodeTypeValidationError', 'ArgumentError'],
  'openArray a shape': ['A+', 'A', 'NodeTypeValidationError', 'A+'],
  'openArray w': ['ArgumentError', 'ArgumentError', 'ArgumentError', 'ArgumentError'],
  'openArray w shape': ['A+', 'A+', 'A+', 'A+'],
  'openArray w-': ['ArgumentError', 'ContainsArrayError', 'ContainsGroupError', 'ContainsGroupError'],
  'openArray w- shape': ['A+', 'ContainsArrayError', 'ContainsGroupError', 'ContainsGroupError'],
  openArray: ['ArrayNotFoundError', 'A', 'NodeTypeValidationError', 'ArrayNotFoundError'],
  'openGroup r': ['GroupNotFoundError', 'ContainsArrayError', 'G', 'GroupNotFoundError'],
  'openGroup r+': ['GroupNotFoundError', 'ContainsArrayError', 'G', 'GroupNotFoundError'],
  'openGroup a': ['G+', 'ContainsArrayError', 'G', 'G+'],
  'openGroup w': ['G+', 'G+', 'G+', 'G+'],
  'openGroup w-': ['G+', 'ContainsArrayError', 'ContainsGroupError', 'ContainsGroupError'],
  createArray: ['A+', 'ContainsArrayError', 'ContainsGroupError', 'A+'],
  'createArray overwrite': ['A+', 'A+', 'A+', 'A+'],
  createGroup: ['G+', 'ContainsArrayError', 'ContainsGroupError', 'G+'],
  'createGroup overwrite': ['G+', 'G+', 'G+', 'G+'],
  group: ['G+', 'ContainsArrayError', 'G', 'G+'],
  'group overwrite': ['G+', 'G+', 'G+', 'G+'],
  saveArray: ['A+', 'ContainsArrayError', 'ContainsGroupError', 'A+'],
  saveGroup: ['G+', 'G+', 'G+', 'G+'],
  load: ['NodeNotFoundError', 'A', 'G', 'NodeNotFoundError'],
};

const PATH = 'here';
const OLD = { old: true };

function prepared(store: Store, what: (typeof HEAD)[number]): Store {
  if (what === 'array') sync.createArray(store, { name: PATH, shape: [2], dtype: 'int8', attributes: OLD });
  if (what === 'group') sync.createGroup(store, { path: PATH, attributes: OLD });
  if (what === 'other') store.set!(`${PATH}/notes.txt`, new Uint8Array([1]));
  return store;
}

/** `A`, `G`, with `+` when it is not the node that was there; or the error's name. */
function outcome(call: string, store: Store): string {
  const [name, mode, shape] = call.split(' ') as [string, Mode | undefined, string | undefined];
  const made = shape === 'shape' ? { shape: [3], dtype: 'int8' } : {};
  try {
    const node = act();
    const found = sync.open(store, { path: PATH, mode: 'r' });
    expect(node === undefined || node.kind === found.kind).toBe(true);
    const kind = found.kind === 'array' ? 'A' : 'G';
    return found.attrs.has('old') ? kind : `${kind}+`;
  } catch (error) {
    return (error as Error).name;
  }
  function act(): sync.Array | sync.Group | undefined {
    const place = { path: PATH, ...(mode === undefined ? {} : { mode }) };
    const overwrite = mode === ('overwrite' as string);
    switch (name) {
      case 'open':
        return sync.open(store, { ...place, ...made });
      case 'openArray':
        return sync.openArray(store, { ...place, ...made });
      case 'openGroup':
        return sync.openGroup(store, place);
      case 'createArray':
        return sync.createArray(store, { name: PATH, shape: [3], dtype: 'int8', overwrite });
      case 'createGroup':
        return sync.createGroup(store, { path: PATH, overwrite });
      case 'group':
        return sync.group(store, { path: PATH, overwrite });
      case 'saveArray':
        sync.save(store, new Int8Array(2), { path: PATH });
        return undefined;
      case 'saveGroup':
        sync.save(store, [new Int8Array(2), new Int8Array(2)], { path: PATH });
        return undefined;
      default:
        sync.load(store, { path: PATH });
        return undefined;
    }
  }
}

describe.each(['MemoryStore', 'LocalStore'])('modes, on a %s', (kind) => {
  for (const [call, expected] of Object.entries(TABLE)) {
    it(`${call}: ${expected.join(', ')}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'zarr-modes-'));
      const found = HEAD.map((what, i) => {
        const store = kind === 'MemoryStore' ? new sync.MemoryStore() : new LocalStore(join(folder, String(i)));
        return outcome(call, prepared(store, what));
      });
      rmSync(folder, { recursive: true });
      expect(found).toEqual(expected);
    });
  }
});

describe('what was there', () => {
  it('survives mode "w-" with overwrite', () => {
    const store = new sync.MemoryStore();
    sync.createArray(store, { shape: [4], dtype: 'int8' });
    expect(() => sync.create([5], { store, mode: 'w-', overwrite: true })).toThrow(
      expect.objectContaining({ code: 'contains-array' }),
    );
    expect(sync.openArray(store).shape).toEqual([4]);
    expect(sync.create([5], { store, mode: 'a', overwrite: true }).shape).toEqual([5]);
  });

  it('survives a call that fails, whatever the mode', () => {
    const store = new sync.MemoryStore();
    const array = sync.createArray(store, { shape: [4], dtype: 'int8', chunks: [2] });
    array.set('...', 5);
    const wrong = [
      { chunks: [0] },
      { dtype: 'float99' },
      { fillValue: 300 },
      { compressors: [{ name: 'zstd', configuration: { level: 99 } }] },
      { dimensionNames: ['a', 'b'] },
      { attributes: { f: () => 1 } },
      { shape: [-1] },
      { filters: [{ name: 'transpose', configuration: { order: [1] } }] },
      { config: { ordr: 'C' } },
      { overwrit: true },
    ];
    for (const options of wrong) {
      const all = { shape: [4], dtype: 'int8', overwrite: true, ...options } as Parameters<typeof sync.createArray>[1];
      expect(() => sync.createArray(store, all), JSON.stringify(options)).toThrow();
      const { overwrite: _, ...rest } = all;
      expect(() => sync.open(store, { ...rest, mode: 'w' } as object), JSON.stringify(options)).toThrow();
    }
    expect(sync.openArray(store).get().toNested()).toEqual([5, 5, 5, 5]);
  });

  it('is not changed through a read-only store', () => {
    const files = new Map<string, Uint8Array>();
    sync.createArray(files, { shape: [4], dtype: 'int8' });
    const before = [...files.keys()];
    const store = new sync.MemoryStore(files, { readOnly: true });
    const array = sync.openArray(store);
    expect(() => array.set(0, 1)).toThrow('read-only');
    expect(() => array.attrs.set('a', 1)).toThrow('read-only');
    expect(() => sync.createArray(store, { shape: [4], dtype: 'int8', overwrite: true })).toThrow('read-only');
    expect(() => sync.openArray(store, { mode: 'a' })).toThrow('read-only');
    const opened = sync.openArray(new sync.MemoryStore(files), { mode: 'r' });
    expect(() => opened.set(0, 1)).toThrow('read-only');
    expect([...files.keys()]).toEqual(before);
  });
});
