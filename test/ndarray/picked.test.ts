import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateStorage, type StorageUnit } from '../../src/dtypes/storage.js';
import { ArgumentError } from '../../src/errors.js';
import { copy } from '../../src/ndarray/copy.js';
import { fill } from '../../src/ndarray/fill.js';
import { type AxisPick, Picked, type Picks, partOf, type View } from '../../src/ndarray/picked.js';
import { sizeOf, stridesOf } from '../../src/ndarray/shape.js';
import type { Strided } from '../../src/ndarray/strided.js';

const units: readonly StorageUnit[] = [1, 2, 4, 8, 'object'];

/** Storage in which every unit has a value of its own. */
function packed(unit: StorageUnit, itemUnits: number, shape: readonly number[], first: number): Strided {
  const storage = allocateStorage(unit, sizeOf(shape) * itemUnits);
  for (let at = 0; at < storage.length; at++) storage[at] = (unit === 8 ? BigInt(first + at) : first + at) as never;
  return { storage, itemUnits, shape, strides: stridesOf(shape), offset: 0 };
}

/** A pick of `count` places of an axis of `length`, none twice unless it may repeat. */
function pickOf(length: number, count: number, mayRepeat: boolean): fc.Arbitrary<AxisPick> {
  const place = fc.integer({ min: 0, max: length - 1 });
  const list = mayRepeat
    ? fc.array(place, { minLength: count, maxLength: count })
    : fc.uniqueArray(place, { minLength: count, maxLength: count });
  const lists = list.map((places) => Float64Array.from(places));
  const runs = fc
    .boolean()
    .chain((isBackwards) =>
      fc
        .integer({ min: 0, max: length - count })
        .map((start) => (isBackwards ? { start: start + count - 1, step: -1, count } : { start, step: 1, count })),
    );
  return fc.oneof(lists, runs);
}

/** Picks of one shape from two arrays, the second without repeats. */
const cases = fc
  .record({
    unit: fc.constantFrom(...units),
    itemUnits: fc.integer({ min: 1, max: 2 }),
    shape: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
    extra: fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
  })
  .chain(({ unit, itemUnits, shape, extra }) => {
    const sourceShape = shape.map((length, axis) => length + extra[axis]!);
    const targetShape = shape.map((length, axis) => length + extra[axis + 4]!);
    return fc.record({
      unit: fc.constant(unit),
      itemUnits: fc.constant(unit === 'object' ? 1 : itemUnits),
      sourceShape: fc.constant(sourceShape),
      targetShape: fc.constant(targetShape),
      from: fc.tuple(...shape.map((count, axis) => pickOf(sourceShape[axis]!, count, true))),
      to: fc.tuple(...shape.map((count, axis) => pickOf(targetShape[axis]!, count, false))),
    });
  });

const placeOn = (pick: AxisPick, i: number): number =>
  pick instanceof Float64Array ? pick[i]! : pick.start + i * pick.step;

const countOf = (pick: AxisPick): number => (pick instanceof Float64Array ? pick.length : pick.count);

/** Where the picked elements of a packed array are, in C order. */
function positions(shape: readonly number[], picks: readonly AxisPick[]): number[] {
  let at = [0];
  picks.forEach((pick, axis) => {
    const places = Array.from({ length: countOf(pick) }, (_, i) => placeOn(pick, i));
    at = at.flatMap((base) => places.map((place) => base * shape[axis]! + place));
  });
  return at;
}

const itemAt = ({ storage, itemUnits }: Strided, at: number): unknown[] =>
  Array.from(storage.slice(at * itemUnits, (at + 1) * itemUnits));

test('copy moves what lists and runs pick, and touches nothing else', () => {
  fc.assert(
    fc.property(cases, ({ unit, itemUnits, sourceShape, targetShape, from, to }) => {
      const source = packed(unit, itemUnits, sourceShape, 1);
      const target = packed(unit, itemUnits, targetShape, 100_000);
      const expected = Array.from({ length: sizeOf(targetShape) }, (_, at) => itemAt(target, at));
      const read = positions(sourceShape, from);
      positions(targetShape, to).forEach((at, i) => {
        expected[at] = itemAt(source, read[i]!);
      });
      copy(partOf(source, from), partOf(target, to));
      expect(expected.map((_, at) => itemAt(target, at))).toEqual(expected);
    }),
    { numRuns: 600 },
  );
});

test('parts of parts pick what they say', () => {
  fc.assert(
    fc.property(cases, fc.infiniteStream(fc.nat()), ({ sourceShape, from }, numbers) => {
      const source = packed(4, 1, sourceShape, 0);
      const part = partOf(source, from);
      const next = (): number => numbers.next().value;
      const again = part.shape.map((length): AxisPick => {
        if (next() % 2 === 0) return Float64Array.from({ length: 1 + (next() % 4) }, () => next() % length);
        const start = next() % length;
        return { start, step: -1, count: 1 + (next() % (start + 1)) };
      });
      const composed = from.map((pick, axis) =>
        Float64Array.from({ length: countOf(again[axis]!) }, (_, i) => placeOn(pick, placeOn(again[axis]!, i))),
      );
      expect(valuesOf(partOf(part, again))).toEqual(positions(sourceShape, composed));
    }),
    { numRuns: 300 },
  );
});

test('points pick one element each, of strided views and of parts', () => {
  const source = packed(4, 1, [4, 5], 0);
  const points = (...coords: number[][]): Picks => ({
    count: coords[0]!.length,
    coords: coords.map((places) => Float64Array.from(places)),
  });
  expect(valuesOf(partOf(source, points([3, 0, 3], [4, 1, 4])))).toEqual([19, 1, 19]);
  const part = partOf(source, [Float64Array.of(3, 1), { start: 4, step: -2, count: 3 }]);
  expect(valuesOf(partOf(part, points([0, 1, 1], [0, 2, 1])))).toEqual([19, 5, 7]);
  expect(valuesOf(partOf(packed(4, 1, [], 7), { count: 3, coords: [] }))).toEqual([7, 7, 7]);
  expect(() => partOf(source, points([1]))).toThrow(ArgumentError);
});

/** The values of a view of 4-byte units. */
function valuesOf(view: View): number[] {
  const target = packed(4, 1, view.shape, 0);
  copy(view, target);
  return Array.from(target.storage as Uint32Array);
}

test('fill sets what lists pick, and nothing else', () => {
  for (const itemUnits of [1, 2]) {
    const target = packed(4, itemUnits, [3, 4], 0);
    const value = Uint32Array.of(77, 88).subarray(0, itemUnits);
    fill(partOf(target, [{ start: 0, step: 1, count: 3 }, Float64Array.of(3, 1)]), value);
    for (let at = 0; at < 12; at++) {
      const isPicked = at % 4 === 3 || at % 4 === 1;
      expect(itemAt(target, at)).toEqual(
        isPicked ? [...value] : [...Array(itemUnits).keys()].map((i) => at * itemUnits + i),
      );
    }
  }
});

test('where a place is listed twice, the later element stays', () => {
  const target = packed(4, 1, [3, 3], 0);
  const twice = Float64Array.of(1, 0, 1);
  copy(packed(4, 1, [3, 3], 100), partOf(target, [twice, twice]));
  expect(Array.from(target.storage as Uint32Array)).toEqual([104, 105, 2, 107, 108, 5, 6, 7, 8]);
});

test('wrong lists are refused before anything moves', () => {
  const target = packed(4, 1, [4], 0);
  const before = Array.from(target.storage as Uint32Array);
  const source = packed(4, 1, [2], 50);
  for (const places of [
    [0, 4],
    [-1, 2],
    [2 ** 40, 0],
  ]) {
    const part = new Picked(target.storage, 1, [2], [Float64Array.from(places)], 0);
    expect(() => copy(source, part)).toThrow(ArgumentError);
    expect(() => copy(part, source)).toThrow(ArgumentError);
  }
  expect(() => copy(packed(4, 1, [3], 0), partOf(target, [Float64Array.of(0, 1)]))).toThrow(ArgumentError);
  expect(() => copy(packed(2, 1, [2], 0), partOf(target, [Float64Array.of(0, 1)]))).toThrow(
    'Uint16Array to Uint32Array',
  );
  expect(Array.from(target.storage as Uint32Array)).toEqual(before);
});
