/** A data type that is known as a literal decides what a read gives. Compiled, never run. */
import * as zarr from 'zarr-ts';
import type { FixedElements, SmallComplexElements } from 'zarr-ts/dtype';
import * as zarrSync from 'zarr-ts/sync';
import { expectType } from './expect.js';

export async function createdWithLiteral(): Promise<void> {
  const floats = await zarr.createArray(undefined, { shape: [4], dtype: 'float32' });
  expectType<zarr.AsyncArray<'float32'>>()(floats);
  // A selection of integers alone gives a scalar; nothing selected gives an array.
  expectType<Float32Array>()((await floats.get()).data);

  const longs = zarrSync.createArray(undefined, { shape: [4], dtype: 'int64' });
  expectType<zarrSync.Array<'int64'>>()(longs);
  expectType<BigInt64Array>()(longs.get().data);

  const texts = await zarr.zeros([2, 2], { dtype: 'string' });
  expectType<string[]>()((await texts.get()).data);

  const like = await zarr.zerosLike(floats, { dtype: 'int16' });
  expectType<zarr.AsyncArray<'int16'>>()(like);

  const flags = await zarr.full([3], true, { dtype: 'bool' });
  expectType<Uint8Array>()((await flags.get()).data);
}

export async function columnsOfData(): Promise<void> {
  const any = await zarr.openArray('data.zarr');
  expectType<Int8Array>()((await any.as('int8').get()).data);
  expectType<Uint16Array>()((await any.as('uint16').get()).data);
  expectType<Int32Array>()((await any.as('int32').get()).data);
  expectType<Float64Array>()((await any.as('float64').get()).data);
  expectType<BigUint64Array>()((await any.as('uint64').get()).data);
}

export async function columnsOfScalars(): Promise<void> {
  const any = await zarr.openArray('data.zarr');
  expectType<number>()((await any.as('float32').get()).item());
  expectType<bigint>()((await any.as('uint64').get()).item());
  expectType<boolean>()((await any.as('bool').get()).item());
  expectType<string>()((await any.as('string').get()).item());
}

/** Only indices for every axis give a scalar, and only by `get`; how many axes there are is not known. */
export async function columnsOfSelections(array: zarr.AsyncArray<'int16'>, index: number): Promise<void> {
  type Column = zarr.NdArray<'int16'>;
  expectType<Column>()(await array.get([0, zarr.slice(2)]));
  expectType<Column>()(await array.get([[0, 2], index]));
  expectType<Column>()(await array.get([index, Int32Array.of(1)]));
  expectType<Column>()(await array.get([zarr.ndarray([true])]));
  expectType<Column>()(await array.get(BigInt64Array.of(1n)));
  expectType<Column>()(await array.get(zarr.ndarray([true])));
  expectType<Column | number>()(await array.get([0, index]));
  expectType<Column | number>()(await array.get('0, 1'));
  const entries: zarr.AxisSelection[] = [0, 1];
  expectType<Column | number>()(await array.get(entries));
  const slices: (zarr.Slice | null)[] = [null];
  expectType<Column>()(await array.get(slices));
  expectType<Column>()(await array.oindex.get([0, 0]));
  expectType<Column>()(await array.vindex.get([0, 0]));
  expectType<Column>()(await array.blocks.get(0));
  expectType<Column>()(await array.getMaskSelection([true]));
  const blocking = zarrSync.openArray('data.zarr').as('int16');
  expectType<Column>()(blocking.vindex.get([[0], [1]]));
  expectType<void>()(blocking.oindex.set([[0], ':'], 1));
  expectType<Promise<void>>()(array.oindex.set([[0], ':'], 1));
  expectType<Column>()(
    await array
      .view('1:3')
      .view([zarr.slice(2)])
      .get(),
  );
  expectType<Column | number>()(blocking.view([0, index]).get());
  expectType<Column>()(blocking.oindex.view([0, 0]).get());
  expectType<Promise<void>>()(array.view().set(1));
}

export async function narrowed(): Promise<void> {
  const array = await zarr.openArray('data.zarr');
  if (array.is('float32')) expectType<Float32Array>()((await array.get()).data);
  const blocking = zarrSync.openArray('data.zarr');
  if (blocking.is('int64')) expectType<BigInt64Array>()(blocking.get().data);
}

export function inMemory(): void {
  const floats = zarr.ndarray([1, 2, 3], { dtype: 'float32' });
  expectType<zarr.NdArray<'float32'>>()(floats);
  expectType<Float32Array>()(floats.data);
  expectType<number>()(floats.get(0));
  expectType<BigInt64Array>()(floats.astype('int64').data);
  expectType<zarr.NdArray<'float32'>>()(floats.slice([zarr.slice(2)]));
}

export async function smallNumbers(): Promise<void> {
  const halves = await zarr.zeros([2], { dtype: 'bfloat16' });
  expectType<zarr.AsyncArray<'bfloat16'>>()(halves);
  expectType<number>()((await halves.get()).item());
  expectType<FixedElements<number>>()((await halves.get()).data);
  expectType<number>()(zarr.ndarray([1], { dtype: 'int4' }).item());
  expectType<number>()(zarr.ndarray([1], { dtype: 'float8_e4m3fn' }).data.at(0) ?? 0);
  expectType<zarr.Complex>()(zarr.ndarray([1], { dtype: 'complex_bfloat16' }).item());
  expectType<SmallComplexElements>()(zarr.ndarray([1], { dtype: 'complex_float8_e5m2' }).data);
  expectType<zarr.Complex>()(zarr.ndarray([1], { dtype: 'complex_float32' }).item());
  expectType<Uint8Array>()(zarr.ndarray([Uint8Array.of(1)], { dtype: 'r8' }).item());
  const opened = zarrSync.openArray('data.zarr');
  if (opened.is('number')) expectType<number>()(opened.get().item());
  expectType<FixedElements<Uint8Array>>()(opened.as('r24').get().data);
}

export async function wrongNames(): Promise<void> {
  const array = await zarr.openArray('data.zarr');
  // @ts-expect-error There is no data type of this name.
  array.as('float23');
  const floats = array.as('float32');
  // @ts-expect-error Another array's data.
  const data: Int8Array = (await floats.get()).data;
  // @ts-expect-error The shape is read-only.
  array.shape[0] = 1;
  expectType<Int8Array>()(data);
}
