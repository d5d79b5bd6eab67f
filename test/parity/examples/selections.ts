/** Reading and writing by selections. */
import { ndarray, slice } from '../../../src/index.js';
import type { Example, Zarr } from '../example.js';
import { arange, arangeOf, maskOf, maskOfPoints } from './values.js';

const hundred = (zarr: Zarr, chunks: readonly number[]) =>
  zarr.array(ndarray(Uint16Array.from({ length: 100 }, (_, i) => i)).reshape([10, 10]), { chunks });

const zeros = (zarr: Zarr, side: number, chunk: number) =>
  zarr.zeros([side, side], { store: new zarr.MemoryStore(), chunkShape: [chunk, chunk], dtype: 'int32' });

export const selections: Readonly<Record<string, Example>> = {
  'Array.get_basic_selection': {
    run: async (zarr, show) => {
      const data = Uint16Array.from({ length: 100 }, (_, i) => i);
      const line = await zarr.createArray(new zarr.MemoryStore(), { shape: [100], chunks: [3], dtype: 'uint16' });
      await line.set(':', data);
      await show(() => line.getBasicSelection(5));
      await show(() => line.getBasicSelection(slice(5)));
      await show(() => line.getBasicSelection(slice(-5, null)));
      await show(() => line.getBasicSelection(slice(5, 10)));
      await show(() => line.getBasicSelection(slice(5, 10, 2)));
      await show(() => line.getBasicSelection(slice(null, null, 2)));
      const cube = await zarr.createArray(new zarr.MemoryStore(), {
        shape: [10, 10, 10],
        chunks: [5, 5, 5],
        dtype: 'int64',
      });
      await cube.set(':', arangeOf([10, 10, 10]));
      await show(() => cube.getBasicSelection([1, 2, 3]));
      await show(() => cube.getBasicSelection([slice(1, 3), slice(1, 3), 0]));
      // The page gives two selections, where one is taken.
      await show(() => cube.getBasicSelection(0, [slice(1, 3), null] as object));
      await show(() => cube.getBasicSelection([0, slice(1, 3), null]));
      await show(() => cube.getBasicSelection(['...', 5]));
    },
  },
  'Array.get_block_selection': {
    run: async (zarr, show) => {
      const array = await hundred(zarr, [3, 3]);
      await show(() => array.blocks.get([0, slice(1, 3)]));
      await show(() => array.getBlockSelection([1, null]));
      await show(() => array.get('3:6, :'));
      await show(() => array.blocks.get(1));
    },
  },
  'Array.get_coordinate_selection': {
    run: async (zarr, show) => {
      const array = await hundred(zarr, [3, 3]);
      await show(() =>
        array.getCoordinateSelection([
          [1, 4],
          [1, 4],
        ]),
      );
      await show(() =>
        array.vindex.get([
          [1, 4],
          [1, 4],
        ]),
      );
    },
  },
  'Array.get_mask_selection': {
    run: async (zarr, show) => {
      const array = await zarr.array(arangeOf([10, 10]), { chunks: [10, 10] });
      const mask = maskOfPoints(10, [
        [1, 1],
        [4, 4],
      ]);
      await show(() => array.getMaskSelection(mask));
      await show(() => array.vindex.get(ndarray(mask)));
    },
  },
  'Array.get_orthogonal_selection': {
    run: async (zarr, show) => {
      const array = await zarr.array(arangeOf([10, 10]), { chunks: [10, 10] });
      const pair = [1, 4];
      const mask = maskOf(10, pair);
      await show(() => array.getOrthogonalSelection([pair, null]));
      await show(() => array.getOrthogonalSelection([null, pair]));
      await show(() => array.getOrthogonalSelection([pair, pair]));
      await show(() => array.getOrthogonalSelection([mask, mask]));
      await show(() => array.oindex.get([pair, ':']));
      await show(() => array.oindex.get([':', pair]));
      await show(() => array.oindex.get([pair, pair]));
      await show(() => array.oindex.get([mask, mask]));
    },
  },
  'Array.set_basic_selection': {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const line = await zarr.zeros([100], { store, chunkShape: [100], dtype: 'int32' });
      await line.setBasicSelection('...', 42);
      await show(() => line.get('...'));
      await line.setBasicSelection(slice(10), arange(10));
      await line.setBasicSelection(slice(-10, null), arange(10).reverse());
      await show(() => line.get('...'));
      const square = await zeros(zarr, 5, 5);
      await square.setBasicSelection('...', 42);
      await square.setBasicSelection([0, null], arange(5));
      await square.setBasicSelection([null, 0], arange(5));
      await show(() => square.get('...'));
    },
  },
  'Array.set_block_selection': {
    run: async (zarr, show) => {
      const array = await zeros(zarr, 6, 2);
      await array.setBlockSelection([1, 0], 1);
      await show(() => array.get('...'));
      await array.blocks.set([2, 1], 4);
      await show(() => array.get('...'));
      await array.blocks.set([':', 2], 7);
      await show(() => array.get('...'));
    },
  },
  'Array.set_coordinate_selection': {
    run: async (zarr, show) => {
      const array = await zeros(zarr, 5, 5);
      const pair = [1, 4];
      await array.setCoordinateSelection([pair, pair], 1);
      await show(() => array.get('...'));
      await array.vindex.set([pair, pair], 2);
      await show(() => array.get('...'));
    },
  },
  'Array.set_mask_selection': {
    run: async (zarr, show) => {
      const array = await zeros(zarr, 5, 5);
      const mask = maskOfPoints(5, [
        [1, 1],
        [4, 4],
      ]);
      await array.setMaskSelection(mask, 1);
      await show(() => array.get('...'));
      await array.vindex.set(ndarray(mask), 2);
      await show(() => array.get('...'));
    },
  },
  'Array.set_orthogonal_selection': {
    run: async (zarr, show) => {
      const array = await zeros(zarr, 5, 5);
      const pair = [1, 4];
      await array.setOrthogonalSelection([pair, null], 1);
      await show(() => array.get('...'));
      await array.setOrthogonalSelection([null, pair], 2);
      await show(() => array.get('...'));
      await array.setOrthogonalSelection([pair, pair], 3);
      await show(() => array.get('...'));
      await array.setOrthogonalSelection([[0, 3], '...'], arangeOf([2, 5]));
      await show(() => array.get('...'));
      await array.oindex.set([pair, pair], 4);
      await show(() => array.get('...'));
    },
  },
  'Array.fields': {
    run: async (zarr, show) => {
      const array = await zarr.createArray(undefined, {
        shape: [3],
        dtype: [
          ['x', '<i4'],
          ['y', '<f8'],
        ],
        chunks: [2],
      });
      await array.set(':', [
        { x: 1, y: 2.5 },
        { x: 3, y: 4.5 },
        { x: 5, y: 6.5 },
      ]);
      await show(async () => (await array.get(':')).field('x'));
      await show(async () => (await array.get('1:')).field('y'));
      await show(() => array.getBasicSelection(slice(1, 3), { fields: 'x' }));
      await show(() => array.getOrthogonalSelection([[0, 2]], { fields: 'y' }));
    },
    differences: {
      2: {
        ours: { array: { dtype: 'int32', shape: [2], values: [3, 5] } },
        reason: 'zarr-python casts the whole struct to the type of the field, which fails',
      },
      3: {
        ours: { array: { dtype: 'float64', shape: [2], values: [2.5, 6.5] } },
        reason: 'zarr-python casts the whole struct to the type of the field, which fails',
      },
    },
  },
};
