import { JsonNumber } from '../../../json/model.js';
import type { Options } from '../../options.js';

/** The number that `name` is, at least `minimum`; undefined where it is not given. */
export function floatOption(given: Options, name: string, minimum = Number.NEGATIVE_INFINITY): number | undefined {
  const option = given.get(name);
  if (option === undefined) return undefined;
  const value = option instanceof JsonNumber ? option.toNumber() : option;
  if (typeof value === 'number' && value >= minimum) return value;
  throw given.expected(name, Number.isFinite(minimum) ? `a number of at least ${minimum}` : 'a number', option);
}
