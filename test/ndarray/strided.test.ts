import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateStorage, type Storage, type StorageUnit } from '../../src/dtypes/storage.js';
import { ArgumentError } from '../../src/errors.js';
import { copy } from '../../src/ndarray/copy.js';
import { fill, isAll } from '../../src/ndarray/fill.js';
import { type Shape, sizeOf, stridesOf } from '../../src/ndarray/shape.js';
import { isContiguous, type Strided } from '../../src/ndarray/strided.js';

const units: readonly StorageUnit[] = [1, 2, 4, 8, 'object'];

/** Where an array lies: its axes in any order, gaps between elements, backwards or forwards. */
interface Layout {
  readonly order: readonly number[];
  readonly gaps: readonly number[];
  readonly backwards: readonly boolean[];
  readonly repeated: readonly boolean[];
  readonly before: number;
}

const layouts = (rank: number, mayRepeat: boolean): fc.Arbitrary<Layout> => {
  const perAxis = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: rank, maxLength: rank });
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return fc.record({
    order: fc.oneof(fc.constant(axes), fc.shuffledSubarray(axes, { minLength: rank, maxLength: rank })),
    gaps: fc.oneof(fc.constant(axes.map(() => 1)), perAxis(fc.integer({ min: 1, max: 3 }))),
    backwards: fc.oneof(fc.constant(axes.map(() => false)), perAxis(fc.boolean())),
    repeated: mayRepeat ? perAxis(fc.boolean()) : fc.constant(axes.map(() => false)),
    before: fc.integer({ min: 0, max: 3 }),
  });
};

const cases = fc
  .tuple(
    fc.constantFrom(...units),
    fc.integer({ min: 1, max: 3 }),
    fc.oneof(
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 2 }),
    ),
  )
  .chain(([unit, itemUnits, shape]) =>
    fc.record({
      unit: fc.constant(unit),
      itemUnits: fc.constant(unit === 'object' ? 1 : itemUnits),
      shape: fc.constant(shape),
      source: layouts(shape.length, true),
      target: layouts(shape.length, false),
    }),
  );

let counter = 0;

/** A value that no other unit has. */
function nextValue(unit: StorageUnit): never {
  counter++;
  return (unit === 'object' ? `v${counter}` : unit === 8 ? BigInt(counter) << 32n : counter) as never;
}

function arrayOf(unit: StorageUnit, itemUnits: number, shape: Shape, layout: Layout): Strided {
  const strides = shape.map(() => 0);
  let extent = 1;
  let { before: offset } = layout;
  for (const axis of [...layout.order].reverse()) {
    if (layout.repeated[axis]) continue;
    strides[axis] = extent * layout.gaps[axis]!;
    extent = strides[axis]! * Math.max(shape[axis]!, 1);
    if (layout.backwards[axis] && shape[axis]! > 0) {
      offset += strides[axis]! * (shape[axis]! - 1);
      strides[axis] = -strides[axis]!;
    }
  }
  const storage = allocateStorage(unit, (layout.before + extent + 2) * itemUnits);
  for (let at = 0; at < storage.length; at++) storage[at] = nextValue(unit);
  return { storage, itemUnits, shape, strides, offset };
}

/** The positions, in units, of all elements in C order. */
function* positions({ shape, strides, offset, itemUnits }: Strided): Generator<number> {
  const steps = stridesOf(shape);
  for (let index = 0; index < sizeOf(shape); index++) {
    let position = offset;
    for (let axis = 0; axis < shape.length; axis++) {
      position += (Math.floor(index / steps[axis]!) % shape[axis]!) * strides[axis]!;
    }
    for (let unit = 0; unit < itemUnits; unit++) yield position * itemUnits + unit;
  }
}

const unitsIn = (array: Strided): unknown[] => Array.from(positions(array), (at) => array.storage[at]);

test('copy moves every element to its place and touches nothing else', () => {
  fc.assert(
    fc.property(cases, ({ unit, itemUnits, shape, source: from, target: to }) => {
      const source = arrayOf(unit, itemUnits, shape, from);
      const target = arrayOf(unit, itemUnits, shape, to);
      const expected = Array.from(target.storage);
      const values = unitsIn(source);
      let next = 0;
      for (const at of positions(target)) expected[at] = values[next++] as never;
      copy(source, target);
      expect(Array.from(target.storage)).toEqual(expected);
    }),
    { numRuns: 600 },
  );
});

test('fill sets every element and touches nothing else; isAll finds it so', () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ unit, itemUnits, shape, target: layout }, isUniform) => {
      const target = arrayOf(unit, itemUnits, shape, layout);
      const value = allocateStorage(unit, itemUnits);
      for (let at = 0; at < value.length; at++) value[at] = isUniform && at > 0 ? value[0]! : nextValue(unit);
      const expected = Array.from(target.storage);
      let next = 0;
      for (const at of positions(target)) expected[at] = value[next++ % itemUnits] as never;
      expect(isAll(target, value)).toBe(sizeOf(shape) === 0);
      fill(target, value);
      expect(Array.from(target.storage)).toEqual(expected);
      expect(isAll(target, value)).toBe(true);
      for (const at of [...positions(target)].slice(-1)) {
        target.storage[at] = nextValue(unit);
        expect(isAll(target, value)).toBe(false);
      }
    }),
    { numRuns: 400 },
  );
});

test('a copy to packed storage is contiguous, and other layouts are not', () => {
  fc.assert(
    fc.property(cases, ({ unit, itemUnits, shape, target: layout }) => {
      const array = arrayOf(unit, itemUnits, shape, layout);
      const places = [...positions(array)];
      expect(isContiguous(array)).toBe(places.every((at, index) => index === 0 || at === places[index - 1]! + 1));
    }),
  );
});

test('a large transpose goes by tiles and leaves no edge out', () => {
  for (const unit of units) {
    const [rows, columns] = [70, 101];
    const source = arrayOf(unit, 1, [columns, rows], {
      order: [0, 1],
      gaps: [1, 1],
      backwards: [false, false],
      repeated: [false, false],
      before: 1,
    });
    const [columnStride, rowStride] = source.strides as [number, number];
    const turned = { ...source, shape: [rows, columns], strides: [rowStride, columnStride] };
    const storage = allocateStorage(unit, rows * columns);
    const target = { storage, itemUnits: 1, shape: [rows, columns], strides: [columns, 1], offset: 0 };
    copy(turned, target);
    expect(Array.from(storage as unknown[])).toEqual(unitsIn(turned));
  }
});

test('rank 64 and zero-size arrays are copied', () => {
  const shape = new Array<number>(64).fill(1);
  shape[5] = 2;
  shape[60] = 3;
  const source = {
    storage: Uint8Array.of(1, 2, 3, 4, 5, 6),
    itemUnits: 1,
    shape,
    strides: stridesOf(shape),
    offset: 0,
  };
  const target = { ...source, storage: new Uint8Array(6) };
  copy(source, target);
  expect(target.storage).toEqual(source.storage);
  const empty = { storage: new Uint8Array(0), itemUnits: 1, shape: [3, 0, 2], strides: [0, 2, 1], offset: 0 };
  copy(empty, empty);
  fill(empty, Uint8Array.of(1));
  expect(isAll(empty, Uint8Array.of(1))).toBe(true);
});

test('isAll compares bits: -0 is not 0, and a NaN is itself; bytes are compared bytewise', () => {
  const bits = (...values: number[]): Storage => new Uint32Array(Float32Array.from(values).buffer);
  const array = (storage: Storage): Strided => ({ storage, itemUnits: 1, shape: [2], strides: [1], offset: 0 });
  expect(isAll(array(bits(0, -0)), bits(0))).toBe(false);
  expect(isAll(array(bits(Number.NaN, Number.NaN)), bits(Number.NaN))).toBe(true);
  expect(isAll(array([Uint8Array.of(1, 2), Uint8Array.of(1, 2)]), [Uint8Array.of(1, 2)])).toBe(true);
  expect(isAll(array([Uint8Array.of(1, 2), Uint8Array.of(1, 3)]), [Uint8Array.of(1, 2)])).toBe(false);
  expect(isAll(array(['a', 'a']), ['a'])).toBe(true);
});

test('wrong views are refused before anything moves', () => {
  const target = { storage: new Uint8Array(4), itemUnits: 1, shape: [4], strides: [1], offset: 0 };
  const source = { ...target, storage: Uint8Array.of(1, 2, 3, 4) };
  expect(() => copy({ ...source, shape: [3] }, target)).toThrow(ArgumentError);
  expect(() => copy({ ...source, shape: [2, 2], strides: [2, 1] }, target)).toThrow(ArgumentError);
  expect(() => copy({ ...source, offset: 1 }, target)).toThrow('beyond its 4 elements');
  expect(() => copy({ ...source, strides: [-1] }, target)).toThrow(ArgumentError);
  expect(() => copy({ ...source, storage: new Uint16Array(4) }, target)).toThrow('Uint16Array to Uint8Array');
  expect(() => fill(target, Uint8Array.of(1, 2))).toThrow(ArgumentError);
  expect(() => isAll(target, [1])).toThrow(ArgumentError);
  expect(target.storage).toEqual(new Uint8Array(4));
});

test('the loops for the four units are one text but for the type', () => {
  const body = (name: string): string => {
    const text = readFileSync(new URL(`../../src/ndarray/${name}.ts`, import.meta.url), 'utf8');
    return text
      .slice(text.indexOf('import'))
      .replace(/\b(Uint8|Uint16|Uint32|BigUint64)Array\b/g, 'Units')
      .replace(/\b(copyRows|copyListed)\d+/g, '$1')
      .replace(/,?\s+/g, ' ')
      .replace(/\( | \)/g, (bracket) => bracket.trim());
  };
  for (const twin of ['rows16', 'rows32', 'rows64']) expect(body(twin)).toBe(body('rows8'));
});
