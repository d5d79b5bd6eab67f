/** What the rules of selecting take and refuse, and what a selection costs. */
import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  BoundsCheckError,
  CastError,
  LimitError,
  SelectionError,
  VindexInvalidSelectionError,
} from '../../../src/errors.js';
import { NdArray } from '../../../src/ndarray/ndarray.js';
import type { ByteRange } from '../../../src/stores/store.js';
import * as sync from '../../../src/sync.js';

/** A memory store that lists the requests it gets. */
class Counted extends sync.MemoryStore {
  readonly requests: string[] = [];
  override get(key: string, range?: ByteRange): Uint8Array | undefined {
    this.requests.push(`get ${key}${range === undefined ? '' : 'suffixLength' in range ? ' index' : ' cell'}`);
    return super.get(key, range);
  }
  override set(...args: Parameters<sync.MemoryStore['set']>): void {
    this.requests.push(`set ${args[0]}`);
    super.set(...args);
  }
  taken(): string[] {
    return this.requests.splice(0).sort();
  }
}

const shards = [6, 14];

/** 10 by 20, counted up, in chunks of 3 by 7. */
function grid(options: object = {}): { array: sync.Array<'int32'>; store: Counted } {
  const store = new Counted();
  const array = sync.createArray(store, { shape: [10, 20], chunks: [3, 7], dtype: 'int32', ...options });
  array.set('...', sync.ndarray([...Array(200).keys()], { shape: [10, 20], dtype: 'int32' }));
  store.taken();
  return { array, store };
}

const nested = (result: unknown): unknown => (result instanceof NdArray ? result.toNested() : result);
const even = [...Array(10).keys()].map((i) => i % 2 === 0);
const mask = sync.ndarray(even, { dtype: 'bool' });
const mask2d = sync.ndarray(
  [...Array(200).keys()].map((i) => i % 67 === 0),
  { shape: [10, 20] },
);

describe('a scalar', () => {
  it('comes from indices for every axis, by get and basic selection alone', () => {
    const { array } = grid();
    expect(array.get([1, -1])).toBe(39);
    expect(array.get('1, -1')).toBe(39);
    expect(array.getBasicSelection([1n, 2])).toBe(22);
    expect(array.oindex.get([1, 2])).toMatchObject({ shape: [] });
    expect(array.oindex.get([1, 2]).item()).toBe(22);
    expect(array.vindex.get([1, 2])).toMatchObject({ shape: [1] });
    expect(nested(array.blocks.get([3, 2]))).toEqual([[194, 195, 196, 197, 198, 199]]);
    expect(sync.zeros([], { dtype: 'int8' }).get()).toMatchObject({ shape: [] });
  });
});

describe('get and set', () => {
  it('take a mask of one axis as the list does, whatever it is held in', () => {
    const { array } = grid();
    const rows = nested(array.get([even]));
    expect(nested(array.get(mask))).toEqual(rows);
    expect(nested(array.get([mask]))).toEqual(rows);
    expect(nested(array.get([mask, ':']))).toEqual(rows);
    expect(() => array.get(sync.ndarray([true, false]))).toThrow(SelectionError);
    array.set(mask, -1);
    expect(nested(array.get([even, 3]))).toEqual([-1, -1, -1, -1, -1]);
    expect(array.get([1, 3])).toBe(23);
  });

  it('take a mask of the array, alone or as the only entry', () => {
    const { array } = grid();
    expect(nested(array.get(mask2d))).toEqual([0, 67, 134]);
    expect(nested(array.get([mask2d]))).toEqual([0, 67, 134]);
    array.set(mask2d, [-1, -2, -3]);
    expect(nested(array.vindex.get(mask2d))).toEqual([-1, -2, -3]);
    expect(() => array.get(sync.ndarray([[true]]))).toThrow(VindexInvalidSelectionError);
  });

  it('take typed arrays of every integer type, and leave them alone', () => {
    const { array } = grid();
    for (const list of [
      ...[Int8Array, Int16Array, Int32Array].map((Class) => Class.of(2, -1)),
      ...[Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array].map((Class) => Class.of(2, 9)),
      BigInt64Array.of(2n, -1n),
      BigUint64Array.of(2n, 9n),
    ]) {
      const before = list.slice();
      expect(nested(array.get([list, 0]))).toEqual([40, 180]);
      expect(array.get(list)).toMatchObject({ shape: [2, 20] });
      expect(list).toEqual(before);
    }
    expect(() => array.get([BigUint64Array.of(2n ** 64n - 1n)])).toThrow(BoundsCheckError);
    expect(() => array.get([BigInt64Array.of(-(2n ** 63n))])).toThrow(BoundsCheckError);
    expect(() => array.get([Float64Array.of(1) as never])).toThrow('a Float64Array');
  });

  it('take lists in a text', () => {
    const { array } = grid();
    expect(nested(array.get('[0, 2, -1], 1'))).toEqual([1, 41, 181]);
    expect(array.get('[0, 2], ::-4')).toMatchObject({ shape: [2, 5] });
    expect(nested(array.oindex.get('[1, 0], [2, 3]'))).toEqual([
      [22, 23],
      [2, 3],
    ]);
    expect(nested(array.vindex.get('[1, 0], [2, 3]'))).toEqual([22, 3]);
  });

  it('take negative steps beside lists', () => {
    const { array } = grid({ shards });
    expect(nested(array.oindex.get([[7, 2], sync.slice(null, null, -9)]))).toEqual([
      [159, 150, 141],
      [59, 50, 41],
    ]);
    array.set([[7, 2], sync.slice(null, null, -9)], [[1, 2, 3]]);
    expect(
      nested(
        array.get([
          [2, 7],
          [1, 10],
        ]),
      ),
    ).toEqual([3, 2]);
  });

  it('refuse lists where it is not said how they go together', () => {
    const array = sync.zeros([3, 4, 5], { dtype: 'int8' });
    expect(() => array.get([[0, 2], ':', [1, 3]])).toThrow(/entry 0.*oindex.*vindex/);
    expect(() => array.get(['...', [0, 2]])).toThrow(SelectionError);
    expect(array.oindex.get([[0, 2], ':', [1, 3]])).toMatchObject({ shape: [2, 4, 2] });
  });
});

describe('basic selection', () => {
  it('takes no lists', () => {
    const { array } = grid();
    for (const selection of [[[0, 2]], [mask, 0], [Int8Array.of(1)], '[0]'] as const) {
      expect(() => array.getBasicSelection(selection)).toThrow(SelectionError);
      expect(() => array.setBasicSelection(selection, 0)).toThrow(SelectionError);
    }
  });
});

describe('an index outside its axis', () => {
  it('is a BoundsCheckError that says which and where', () => {
    const { array } = grid();
    const message = 'index 20 (item 2 of the list) is out of bounds for axis 1 of length 20';
    expect(() =>
      array.vindex.get([
        [0, 1, 2],
        [0, 1, 20],
      ]),
    ).toThrow(message);
    expect(() => array.oindex.get('[0], [0, 1, 20]')).toThrow(message);
    expect(() => array.oindex.set([[0, -11]], 1)).toThrow(BoundsCheckError);
    expect(() => array.blocks.get(4)).toThrow('block 4 is out of bounds for axis 0 of 4 blocks');
  });
});

describe('a mask selection', () => {
  it('takes booleans in lists, and nothing of another shape', () => {
    const array = sync.array([[1, 2]]);
    expect(nested(array.getMaskSelection([[true, false]]))).toEqual([1]);
    expect(nested(array.getMaskSelection([sync.ndarray([[false, true]])]))).toEqual([2]);
    const line = sync.array([5, 6, 7]);
    expect(nested(line.getMaskSelection([true, false, true]))).toEqual([5, 7]);
    expect(nested(line.getMaskSelection([[true, false, true]]))).toEqual([5, 7]);
    expect(nested(sync.array([5]).getMaskSelection([true]))).toEqual([5]);
    line.setMaskSelection([true, false, true], [1, 2]);
    expect(nested(line.get())).toEqual([1, 6, 2]);
    for (const wrong of [[true], [[[true]]], [1, 0, 1], 'a', null, Uint8Array.of(1, 0, 1), undefined, []]) {
      expect(() => line.getMaskSelection(wrong as never)).toThrow(SelectionError);
    }
    expect(() => line.getMaskSelection([true])).toThrow('booleans of shape (3,), got shape (1,)');
  });

  it('of an array without axes is one boolean', () => {
    const array = sync.full([], 7, { dtype: 'int8' });
    const yes = sync.ndarray(true as never);
    expect(nested(array.getMaskSelection(yes))).toEqual([7]);
    expect(nested(array.vindex.get(yes))).toEqual([7]);
    expect(nested(array.getMaskSelection(sync.ndarray(false as never)))).toEqual([]);
    expect(() => array.vindex.get([])).toThrow(VindexInvalidSelectionError);
    expect(() => array.vindex.get('...')).toThrow(VindexInvalidSelectionError);
    expect(() => array.getCoordinateSelection([])).toThrow(SelectionError);
    expect(nested(array.oindex.get())).toBe(7);
    expect(nested(array.blocks.get('...'))).toBe(7);
  });
});

describe('blocks', () => {
  it('of an empty axis are none', () => {
    const array = sync.zeros([0, 4], { chunks: [2, 2], dtype: 'int8' });
    expect(array.blocks.get()).toMatchObject({ shape: [0, 4] });
    expect(() => array.blocks.get(0)).toThrow(BoundsCheckError);
  });

  it('are whole chunks, written without reading', () => {
    const { array, store } = grid();
    array.blocks.set([0, sync.slice(0, 2)], 7);
    expect(store.taken()).toEqual(['set c/0/0', 'set c/0/1']);
  });
});

describe('written values', () => {
  it('are broadcast to the shape of the selection', () => {
    for (const options of [{}, { shards }]) {
      const { array } = grid(options);
      array.oindex.set(
        [
          [9, 0, 4],
          [1, 19],
        ],
        [[-1], [-2], [-3]],
      );
      expect(nested(array.oindex.get('[0, 4, 9], [1, 19]'))).toEqual([
        [-2, -2],
        [-3, -3],
        [-1, -1],
      ]);
      array.vindex.set([sync.ndarray([[0], [9]], { dtype: 'int8' }), [2, 3, 4]], [[7], [8]]);
      expect(nested(array.oindex.get('[0, 9], [2, 3, 4]'))).toEqual([
        [7, 7, 7],
        [8, 8, 8],
      ]);
      array.vindex.set(
        [
          [[0], [9]],
          [2, 3, 4],
        ] as never,
        [1, 2, 3],
      );
      expect(nested(array.oindex.get('[0, 9], [2, 3, 4]'))).toEqual([
        [1, 2, 3],
        [1, 2, 3],
      ]);
    }
  });

  it('are checked before the first chunk is touched', () => {
    const { array, store } = grid();
    const points = [
      [0, 9, 4],
      [1, 19, 7],
    ] as const;
    expect(() => array.vindex.set(points, [1, 2])).toThrow(ArgumentError);
    expect(() => array.vindex.set(points, [1, 2, 2.5])).toThrow(CastError);
    expect(() => array.oindex.set([[0, 1]], [1, 2])).toThrow(ArgumentError);
    expect(() => array.setMaskSelection(mask2d, [1, 2])).toThrow(ArgumentError);
    expect(() => array.vindex.set([[0, 10], 0], 1)).toThrow(BoundsCheckError);
    expect(() =>
      array.vindex.set(
        [
          [0, 1],
          [0, 1, 2],
        ],
        1,
      ),
    ).toThrow(ArgumentError);
    expect(store.taken()).toEqual([]);
    array.vindex.set(points, [1, 2, 2.5], { casting: 'unsafe' });
    expect(nested(array.vindex.get(points))).toEqual([1, 2, 2]);
  });

  it('for an element that is named twice: the last stays', () => {
    for (const options of [{}, { shards }, { chunks: [10, 20] }]) {
      const { array } = grid(options);
      array.vindex.set(
        [
          [9, 0, 9, 9],
          [19, 0, 19, 19],
        ],
        [1, 2, 3, 4],
      );
      expect(
        nested(
          array.vindex.get([
            [9, 0],
            [19, 0],
          ]),
        ),
      ).toEqual([4, 2]);
      array.oindex.set(
        [
          [3, 5, 3],
          [1, 8, 1],
        ],
        sync.ndarray(new Int32Array([1, 2, 3, 4, 5, 6, 7, 8, 9]), { shape: [3, 3] }),
      );
      expect(nested(array.oindex.get('[3, 5], [1, 8]'))).toEqual([
        [9, 8],
        [6, 5],
      ]);
    }
  });
});

describe('out', () => {
  it('takes what lists and points select, whatever its strides', () => {
    const { array } = grid();
    const out = sync.ndarray(new Int32Array(12), { shape: [3, 4] }).transpose();
    expect(
      array.vindex.get(
        [
          [[0], [1], [2], [3]],
          [5, 6, 7],
        ] as never,
        { out },
      ),
    ).toBe(out);
    expect(nested(out)).toEqual([
      [5, 6, 7],
      [25, 26, 27],
      [45, 46, 47],
      [65, 66, 67],
    ]);
    const flat = new Int32Array(2);
    array.get([[9, 0], 3], { out: flat });
    expect([...flat]).toEqual([183, 3]);
    expect(() => array.vindex.get([[0], [1]], { out: flat })).toThrow(ArgumentError);
  });

  it('is in the order of the handle where none is given', () => {
    const array = grid().array.withConfig({ order: 'F' });
    const result = array.vindex.get([
      [[0], [1]],
      [5, 6, 7],
    ] as never);
    expect(result.strides).toEqual([1, 2]);
    expect(nested(result)).toEqual([
      [5, 6, 7],
      [25, 26, 27],
    ]);
    expect(nested(array.oindex.get('[1, 0], [7, 5]'))).toEqual([
      [27, 25],
      [7, 5],
    ]);
  });
});

describe('the number of requests', () => {
  const points = [
    [9, 0, 9, 1, 0, 4],
    [19, 0, 19, 1, 8, 0],
  ] as const;

  it('is one for each chunk to read points, two to write them, in any order', () => {
    const { array, store } = grid();
    const keys = ['c/0/0', 'c/0/1', 'c/1/0', 'c/3/2'];
    array.vindex.get(points);
    expect(store.taken()).toEqual(keys.map((key) => `get ${key}`));
    array.vindex.set(points, 1);
    expect(store.taken()).toEqual([...keys.map((key) => `get ${key}`), ...keys.map((key) => `set ${key}`)]);
  });

  it('is one for each chunk to read lists, two to write them', () => {
    const { array, store } = grid();
    array.oindex.get('[9, 0, 9, 1], [8, 0, 8]');
    const keys = ['c/0/0', 'c/0/1', 'c/3/0', 'c/3/1'];
    expect(store.taken()).toEqual(keys.map((key) => `get ${key}`));
    array.oindex.set(
      [
        [9, 0, 9, 1],
        [8, 0, 8],
      ],
      1,
    );
    expect(store.taken()).toEqual([...keys.map((key) => `get ${key}`), ...keys.map((key) => `set ${key}`)]);
  });

  it('is one index for each shard and one range for the chunks inside that lie together', () => {
    const { array, store } = grid({ shards });
    array.vindex.get(points);
    expect(store.taken()).toEqual([...['get c/0/0 cell', 'get c/0/0 index'], ...['get c/1/1 cell', 'get c/1/1 index']]);
    array.vindex.set(points, 1);
    expect(store.taken()).toEqual(['get c/0/0', 'get c/1/1', 'set c/0/0', 'set c/1/1']);
  });

  it('is one for each chunk that a list covers, in any order, without reading what is overwritten', () => {
    const { array, store } = grid();
    array.oindex.set(
      [
        [5, 3, 4, 2, 1, 0],
        [0, 1, 2, 3, 4, 5, 6],
      ],
      1,
    );
    expect(store.taken()).toEqual(['get c/1/0', 'set c/0/0', 'set c/1/0']);
    array.setMaskSelection(sync.ndarray(new Uint8Array(200).fill(1), { shape: [10, 20], dtype: 'bool' }), 1);
    expect(store.taken().filter((request) => request.startsWith('set')).length).toBe(12);
  });

  it('is none for nothing', () => {
    const { array, store } = grid();
    expect(array.get([new Int32Array(0)])).toMatchObject({ shape: [0, 20] });
    expect(array.vindex.get([new Int32Array(0), 3])).toMatchObject({ shape: [0] });
    expect(array.getMaskSelection(sync.ndarray(new Uint8Array(200), { shape: [10, 20], dtype: 'bool' }))).toMatchObject(
      {
        shape: [0],
      },
    );
    array.vindex.set([new Int32Array(0), 3], 1);
    array.oindex.set([Array(10).fill(false)], 1);
    expect(store.taken()).toEqual([]);
  });

  it('is told by onProgress', () => {
    const { array } = grid();
    const steps: string[] = [];
    const onProgress = (done: number, total: number): void => void steps.push(`${done}/${total}`);
    array.vindex.get(points, { onProgress });
    array.oindex.get([[9, 0, 9]], { onProgress });
    expect(steps).toEqual(['1/4', '2/4', '3/4', '4/4', '1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
  });
});

describe('axes beyond 2^32', () => {
  it('have points and lists anywhere', () => {
    const length = 2 ** 53 - 1;
    const array = sync.zeros([length, length], { chunks: [1, 3], dtype: 'int8' });
    const last = length - 1;
    const points = [
      [last, 0, 2 ** 40, -1, last],
      [last, 2 ** 52, 5, 0, -2],
    ] as const;
    array.vindex.set(points, [1, 2, 3, 4, 5]);
    expect(nested(array.vindex.get(points))).toEqual([1, 2, 3, 4, 5]);
    expect(
      nested(
        array.oindex.get([
          [0, -1, 2 ** 40],
          [5, last, 2 ** 52],
        ]),
      ),
    ).toEqual([
      [0, 0, 2],
      [0, 1, 0],
      [3, 0, 0],
    ]);
    expect(array.get([last, last])).toBe(1);
  });
});

describe('limits', () => {
  it('hold for lists and points, before a chunk is touched', () => {
    const { array, store } = grid();
    const limited = array.withConfig({ limits: { chunksPerCall: 2 } as never });
    expect(() => limited.vindex.get([[0, 4, 9], 0])).toThrow(LimitError);
    expect(() => limited.oindex.set([[0, 4, 9], 0], 1)).toThrow(LimitError);
    expect(nested(limited.vindex.get([[0, 1, 9], 0]))).toEqual([0, 20, 180]);
    const small = array.withConfig({ limits: { outputBytes: 8 } as never });
    expect(() => small.vindex.get([[0, 4, 9], 0])).toThrow(LimitError);
    expect(store.taken()).toEqual(['get c/0/0', 'get c/3/0']);
  });
});
