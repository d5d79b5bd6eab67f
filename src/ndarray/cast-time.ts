/**
 * Casting times between units. Elements count multiples of a unit, so a cast that kept the counts would change the times.
 * See the Zarr extensions `numpy.datetime64` and `numpy.timedelta64`.
 */
import type { Casting, DType } from '../dtypes/dtype.js';
import { CALENDAR_UNITS, CLOCK_UNITS } from '../dtypes/time-unit.js';
import { CastError } from '../errors.js';

const timeNames: readonly string[] = Object.freeze(['numpy.datetime64', 'numpy.timedelta64']);

/** Whether elements of `dtype` count units of time. */
export const isTime = (dtype: DType): boolean => timeNames.includes(dtype.name);

/** NaT. */
const notATime = -(2n ** 63n);

/** What turns counts of `from` into counts of `to`, both types of time; throws `CastError` where nothing can. */
export function timeCast(from: DType, to: DType, casting: Casting): (count: bigint) => bigint {
  const fail = (reason: string): CastError =>
    new CastError(`cannot cast ${JSON.stringify(from.toJSON())} to ${JSON.stringify(to.toJSON())}: ${reason}`);
  if (from.name !== to.name) throw fail('points in time are not lengths of time');
  const [source, target] = [stepOf(from), stepOf(to)];
  const table = [CLOCK_UNITS, CALENDAR_UNITS].find((units) => units.has(source.unit) && units.has(target.unit));
  if (table === undefined) throw fail('there is no fixed ratio of their units');
  const numerator = table.get(source.unit)! * source.factor;
  const denominator = table.get(target.unit)! * target.factor;
  return (count) => {
    if (count === notATime) return count;
    const product = count * numerator;
    const remainder = product % denominator;
    if (remainder !== 0n && casting === 'exact') throw fail(`${count} is not a whole number of steps of the latter`);
    // NumPy rounds downwards.
    const steps = product / denominator - (remainder < 0n ? 1n : 0n);
    if (casting === 'exact' && (steps <= notATime || steps >= -notATime)) throw fail(`${count} is out of range`);
    return BigInt.asIntN(64, steps);
  };
}

/** What elements count. The document of the type says so, under the names of its specification. */
function stepOf(dtype: DType): { readonly unit: string; readonly factor: bigint } {
  const { configuration } = dtype.toJSON() as { configuration: { unit: string; scale_factor: number } }; // Types of time.
  return { unit: configuration.unit, factor: BigInt(configuration.scale_factor) };
}
