import { expect, test } from 'vitest';
import type { DType } from '../../src/dtypes/dtype.js';
import { CastError } from '../../src/errors.js';
import { timeCast } from '../../src/ndarray/cast-time.js';

/** As much of a type of time as casting looks at. */
function time(name: 'datetime64' | 'timedelta64', unit: string, factor = 1): DType {
  const document = { name: `numpy.${name}`, configuration: { unit, scale_factor: factor } };
  return { name: document.name, toJSON: () => document } as unknown as DType;
}

// As NumPy's `astype` has them.
test.each([
  ['s', 1, 'ms', 1, 5n, 5000n],
  ['ms', 1, 's', 1, -1500n, -2n],
  ['ms', 10, 's', 1, 250n, 2n],
  ['D', 1, 'h', 6, 1n, 4n],
  ['Y', 1, 'M', 1, 2n, 24n],
  ['ns', 1, 'W', 1, -(2n ** 63n), -(2n ** 63n)],
])('%s * %i to %s * %i', (unit, factor, otherUnit, otherFactor, count, expected) => {
  const cast = timeCast(time('datetime64', unit, factor), time('datetime64', otherUnit, otherFactor), 'unsafe');
  expect(cast(count)).toBe(expected);
});

test('what is lost, out of range or without a fixed ratio is a CastError', () => {
  const [s, ms, month] = [time('datetime64', 's'), time('datetime64', 'ms'), time('datetime64', 'M')];
  expect(timeCast(ms, s, 'exact')(2000n)).toBe(2n);
  expect(() => timeCast(ms, s, 'exact')(1500n)).toThrow(CastError);
  expect(() => timeCast(s, ms, 'exact')(2n ** 62n)).toThrow('is out of range');
  expect(() => timeCast(month, s, 'unsafe')).toThrow('no fixed ratio');
  expect(() => timeCast(s, time('timedelta64', 's'), 'unsafe')).toThrow(CastError);
});
