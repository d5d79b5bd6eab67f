/**
 * NumPy's units of time, and the calendar: where a count of units since 1970 is in it. The calendar is the Gregorian one
 * at all times, days have 86400 seconds; everything is exact.
 */

/** NumPy's names of units; `generic` is none in particular. */
export type TimeUnit = 'Y' | 'M' | 'W' | 'D' | 'h' | 'm' | 's' | 'ms' | 'us' | 'ns' | 'ps' | 'fs' | 'as' | 'generic';

/** Units of the clock by their length in attoseconds. */
export const CLOCK_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['as', 1n],
  ['fs', 10n ** 3n],
  ['ps', 10n ** 6n],
  ['ns', 10n ** 9n],
  ['us', 10n ** 12n],
  ['ms', 10n ** 15n],
  ['s', 10n ** 18n],
  ['m', 60n * 10n ** 18n],
  ['h', 3_600n * 10n ** 18n],
  ['D', 86_400n * 10n ** 18n],
  ['W', 604_800n * 10n ** 18n],
]);

/** Units of the calendar by their length in months. */
export const CALENDAR_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['M', 1n],
  ['Y', 12n],
]);

/** How NumPy's `str` calls lengths of time. */
export const UNIT_WORDS: Readonly<Record<TimeUnit, string>> = Object.freeze({
  Y: 'years',
  M: 'months',
  W: 'weeks',
  D: 'days',
  h: 'hours',
  m: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  ps: 'picoseconds',
  fs: 'femtoseconds',
  as: 'attoseconds',
  generic: 'generic time units',
});

/** The unit that `name` is; Zarr has the Greek spelling of `us` too. */
export function timeUnitOf(name: unknown): TimeUnit | undefined {
  const plain = name === '\u03bcs' ? 'us' : name;
  return typeof plain === 'string' && Object.hasOwn(UNIT_WORDS, plain) ? (plain as TimeUnit) : undefined; // The table's names.
}

const DAY = 86_400n * 10n ** 18n;
const SECOND = 10n ** 18n;

/** A point in time: the day, counted from 1970, and the attoseconds since its beginning. */
interface Instant {
  readonly day: bigint;
  readonly rest: bigint;
}

function instantOf(count: bigint, unit: Exclude<TimeUnit, 'generic'>): Instant {
  const months = CALENDAR_UNITS.get(unit);
  if (months !== undefined) return { day: dayOfMonth(count * months), rest: 0n };
  const attoseconds = count * CLOCK_UNITS.get(unit)!; // Every unit is in one of the tables.
  const day = floorDivide(attoseconds, DAY);
  return { day, rest: attoseconds - day * DAY };
}

const floorDivide = (value: bigint, divisor: bigint): bigint =>
  value / divisor - (value < 0n && value % divisor !== 0n ? 1n : 0n);

/** The first day of the month that is so many months after January 1970. */
function dayOfMonth(months: bigint): bigint {
  const month = months - floorDivide(months, 12n) * 12n;
  // Years begin in March: what varies comes last.
  const year = 1970n + floorDivide(months, 12n) - (month < 2n ? 1n : 0n);
  const era = floorDivide(year, 400n);
  const yearOfEra = year - era * 400n;
  const dayOfYear = (153n * ((month + 10n) % 12n) + 2n) / 5n;
  return era * 146_097n + yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear - 719_468n;
}

/** The date of a day counted from 1970. See https://howardhinnant.github.io/date_algorithms.html. */
function dateOfDay(day: bigint): { readonly year: bigint; readonly month: bigint; readonly date: bigint } {
  const shifted = day + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = shifted - era * 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const place = (5n * dayOfYear + 2n) / 153n;
  const month = place < 10n ? place + 3n : place - 9n;
  return {
    year: yearOfEra + era * 400n + (month <= 2n ? 1n : 0n),
    month,
    date: dayOfYear - (153n * place + 2n) / 5n + 1n,
  };
}

/** Milliseconds since 1970, rounded downwards. */
export function millisecondsOf(count: bigint, unit: Exclude<TimeUnit, 'generic'>): bigint {
  const { day, rest } = instantOf(count, unit);
  return day * 86_400_000n + rest / 10n ** 15n;
}

/** How many of `unit` there are from 1970 to `milliseconds`; undefined where it is no whole number of them. */
export function countOfMilliseconds(milliseconds: bigint, unit: Exclude<TimeUnit, 'generic'>): bigint | undefined {
  const months = CALENDAR_UNITS.get(unit);
  if (months === undefined) {
    const attoseconds = milliseconds * 10n ** 15n;
    const length = CLOCK_UNITS.get(unit)!; // As in `instantOf`.
    return attoseconds % length === 0n ? attoseconds / length : undefined;
  }
  const { year, month } = dateOfDay(floorDivide(milliseconds, 86_400_000n));
  const count = floorDivide((year - 1970n) * 12n + month - 1n, months);
  return millisecondsOf(count, unit) === milliseconds ? count : undefined;
}

/** A point in time as NumPy prints it, as exact as `unit` is: `1970-01-01T00:00:05`. */
export function isoText(count: bigint, unit: Exclude<TimeUnit, 'generic'>): string {
  const { day, rest } = instantOf(count, unit);
  const { year, month, date } = dateOfDay(day);
  const sign = year < 0n ? '-' : '';
  const years = sign + String(year < 0n ? -year : year).padStart(4 - sign.length, '0');
  if (unit === 'Y') return years;
  if (unit === 'M') return `${years}-${two(month)}`;
  const days = `${years}-${two(month)}-${two(date)}`;
  if (unit === 'D' || unit === 'W') return days;
  const seconds = rest / SECOND;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(two);
  const shown = unit === 'h' ? 1 : unit === 'm' ? 2 : 3;
  return `${days}T${clock.slice(0, shown).join(':')}${fractionText(rest % SECOND, unit)}`;
}

const two = (value: bigint): string => String(value).padStart(2, '0');

/** The attoseconds of a second, with as many digits as `unit` has. */
function fractionText(attoseconds: bigint, unit: TimeUnit): string {
  const length = CLOCK_UNITS.get(unit)!; // Only units of the clock get here.
  if (length >= SECOND) return '';
  return `.${String(attoseconds)
    .padStart(18, '0')
    .slice(0, -(String(length).length - 1) || undefined)}`;
}
