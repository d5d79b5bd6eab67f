/**
 * Points in time and lengths of time: counts of a unit, 64-bit integers of which the least is NaT, "not a time".
 * https://github.com/zarr-developers/zarr-extensions/tree/main/data-types/numpy.datetime64
 */
import { described } from '../described.js';
import { ArgumentError, CastError, MetadataValidationError } from '../errors.js';
import { jsonExcerpt } from '../json/format.js';
import { type Json, JsonNumber, type JsonObject, jsonInteger, jsonObject } from '../json/model.js';
import { castError, realValue } from './cast.js';
import type { DTypeDefinition } from './definition.js';
import { type Casting, DType, type Endianness, type EndiannessOptions, endiannessOf } from './dtype.js';
import { fillValueError, parseIntegerFill } from './fill-value.js';
import type { NumpyType } from './numpy-type.js';
import { type PackedStorage, type Storage, storageOfView, typedArrayName } from './storage.js';
import {
  CALENDAR_UNITS,
  CLOCK_UNITS,
  countOfMilliseconds,
  isoText,
  millisecondsOf,
  type TimeUnit,
  timeUnitOf,
  UNIT_WORDS,
} from './time-unit.js';
import type { DataOf, ScalarOf } from './types.js';

/** What the constructors of times take. */
export interface TimeOptions extends EndiannessOptions {
  /** What is counted; `'generic'`, nothing in particular, unless said. */
  readonly unit?: TimeUnit | undefined;
  /** How many units one count stands for; 1 unless said. */
  readonly scaleFactor?: number | undefined;
}

const NOT_A_TIME = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/** Storage keeps the bits of NaT as a number without sign. */
const NOT_A_TIME_BITS = 2n ** 63n;

/** What the two types have in common. */
export abstract class TimeType<D extends 'numpy.datetime64' | 'numpy.timedelta64' = any> extends DType<D> {
  readonly itemSize = 8;
  readonly storageUnit = 8;
  /** The unit that is counted. */
  readonly unit: TimeUnit;
  /** How many units one step is. */
  readonly scaleFactor: number;
  /** zarr-python's class, and NumPy's letter. */
  protected abstract readonly form: { readonly className: string; readonly letter: string };

  constructor(options: TimeOptions = {}) {
    super(endiannessOf(options, ['unit', 'scaleFactor']));
    const { unit = 'generic', scaleFactor = 1 } = options;
    const known = timeUnitOf(unit);
    if (known === undefined) {
      throw new ArgumentError(`unit: expected one of ${Object.keys(UNIT_WORDS).join(', ')}, got ${described(unit)}`);
    }
    if (!Number.isInteger(scaleFactor) || scaleFactor < 1 || scaleFactor >= 2 ** 31) {
      throw new ArgumentError(
        `scaleFactor: expected an integer from 1 to ${2 ** 31 - 1}, got ${described(scaleFactor)}`,
      );
    }
    this.unit = known;
    this.scaleFactor = scaleFactor;
  }

  wrap(storage: Storage): DataOf<D> {
    const { buffer, byteOffset, length } = storage as PackedStorage; // Numbers are never in lists.
    return new BigInt64Array(buffer, byteOffset, length) as DataOf<D>; // The data of both names.
  }

  unwrap(data: unknown): Storage | undefined {
    return typedArrayName(data) === 'BigInt64Array' ? storageOfView(8, data as BigInt64Array) : undefined;
  }

  get(storage: Storage, index: number): ScalarOf<D> {
    return this.countAt(storage, index) as ScalarOf<D>; // A bigint for both names.
  }

  protected countAt(storage: Storage, index: number): bigint {
    return BigInt.asIntN(64, (storage as BigUint64Array)[index]!);
  }

  /** Takes counts, and `'NaT'`. */
  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    storage[index] = BigInt.asUintN(64, this.countOf(value, casting));
  }

  protected countOf(value: unknown, casting: Casting): bigint {
    if (value === 'NaT') return NOT_A_TIME;
    const number = realValue(value, this, casting);
    if (casting === 'unsafe' && typeof number === 'number') {
      return Number.isFinite(number) ? BigInt(Math.trunc(number)) : NOT_A_TIME;
    }
    if (typeof number === 'number' && !Number.isInteger(number)) throw this.#countError(value);
    const count = BigInt(number);
    if (casting === 'exact' && (count < NOT_A_TIME || count > GREATEST)) throw this.#countError(value);
    return count;
  }

  #countError(value: unknown): CastError {
    return castError(value, this, `an integer from ${NOT_A_TIME}, which is NaT, to ${GREATEST}`);
  }

  /** Whether each step of `other` is a whole number of steps of this type. */
  countsStepsOf(other: TimeType): boolean {
    const table = [CLOCK_UNITS, CALENDAR_UNITS].find((units) => units.has(this.unit) && units.has(other.unit));
    if (table === undefined) return false;
    const step = ({ unit, scaleFactor }: TimeType): bigint => table.get(unit)! * BigInt(scaleFactor); // Both are in it.
    return step(other) % step(this) === 0n;
  }

  /** NaT. */
  override defaultFillValue(): Storage {
    return BigUint64Array.of(NOT_A_TIME_BITS);
  }

  parseFillValue(json: Json): Storage {
    // A number in a string might as well be a year.
    if (typeof json === 'string' && json !== 'NaT') throw fillValueError(json, 'an integer, or "NaT"');
    const count = json === 'NaT' ? NOT_A_TIME : parseIntegerFill(json, NOT_A_TIME, GREATEST);
    return BigUint64Array.of(BigInt.asUintN(64, count));
  }

  fillValueToJson(fillValue: Storage): Json {
    return jsonInteger(this.countAt(fillValue, 0));
  }

  toMetadata(format: 2 | 3): Json {
    const { unit, scaleFactor } = this;
    if (format === 2) {
      const order = this.endianness === 'big' ? '>' : '<';
      const isBare = unit === 'generic' && scaleFactor === 1;
      return `${order}${this.form.letter}8${isBare ? '' : `[${scaleFactor === 1 ? '' : scaleFactor}${unit}]`}`;
    }
    return jsonObject({
      name: this.name,
      configuration: jsonObject({ unit, scale_factor: jsonInteger(scaleFactor) }),
    });
  }

  repr(): string {
    const { endianness, scaleFactor, unit } = this;
    return `${this.form.className}(endianness='${endianness}', scale_factor=${scaleFactor}, unit='${unit}')`;
  }
}

/**
 * Points in time, counted from 1970 in a unit; scalars are `bigint`s of counts.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { DateTime64 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new DateTime64({ unit: 's' }) });
 * array.set(':', [86400n, 'NaT']);
 * array.get().data; // BigInt64Array.of(86400n, -(2n ** 63n))
 */
export class DateTime64 extends TimeType<'numpy.datetime64'> {
  readonly name = 'numpy.datetime64';
  readonly kind = 'datetime';
  protected readonly form = Object.freeze({ className: 'DateTime64', letter: 'M' });

  /**
   * The point in time that `count` is, rounded down to milliseconds; of NaT the invalid `Date`.
   *
   * @throws CastError for what a `Date` cannot hold, ArgumentError for counts of no unit in particular.
   * @example
   * import { DateTime64 } from 'zarr-ts/dtype';
   * const days = new DateTime64({ unit: 'D' });
   * days.toDate(365n).toISOString(); // '1971-01-01T00:00:00.000Z'
   */
  toDate(count: bigint): Date {
    if (count === NOT_A_TIME) return new Date(Number.NaN);
    if (this.unit === 'generic') throw new ArgumentError(`${this.name}: counts of the unit "generic" are no times`);
    const date = new Date(Number(millisecondsOf(count * BigInt(this.scaleFactor), this.unit)));
    if (!Number.isNaN(date.getTime())) return date;
    throw new CastError(
      `${this.name}: expected a time within the range of Date, got ${isoText(count * BigInt(this.scaleFactor), this.unit)}`,
    );
  }

  /** Takes `Date`s too. */
  protected override countOf(value: unknown, casting: Casting): bigint {
    return value instanceof Date ? this.#countOfDate(value, casting) : super.countOf(value, casting);
  }

  #countOfDate(date: Date, casting: Casting): bigint {
    if (Number.isNaN(date.getTime())) return NOT_A_TIME;
    const milliseconds = BigInt(date.getTime());
    const count = this.unit === 'generic' ? undefined : countOfMilliseconds(milliseconds, this.unit);
    if (count === undefined || count % BigInt(this.scaleFactor) !== 0n) {
      throw castError(
        date.toISOString(),
        this,
        `a whole number of steps of ${this.scaleFactor} ${UNIT_WORDS[this.unit]}`,
      );
    }
    return super.countOf(count / BigInt(this.scaleFactor), casting);
  }

  format(storage: Storage, index: number): string {
    return `'${this.pythonScalar(storage, index)}'`;
  }

  override pythonScalar(storage: Storage, index = 0): string {
    const count = this.countAt(storage, index);
    if (count === NOT_A_TIME) return 'NaT';
    return this.unit === 'generic' ? String(count) : isoText(count * BigInt(this.scaleFactor), this.unit);
  }
}

/**
 * Lengths of time in a unit; scalars are `bigint`s of counts.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { TimeDelta64 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new TimeDelta64({ unit: 'h' }) });
 * array.set(':', [36n, -1n]);
 * array.get().data; // BigInt64Array.of(36n, -1n)
 */
export class TimeDelta64 extends TimeType<'numpy.timedelta64'> {
  readonly name = 'numpy.timedelta64';
  readonly kind = 'timedelta';
  protected readonly form = Object.freeze({ className: 'TimeDelta64', letter: 'm' });

  format(storage: Storage, index: number): string {
    const count = this.countAt(storage, index);
    return count === NOT_A_TIME ? "'NaT'" : String(count);
  }

  override pythonScalar(storage: Storage, index = 0): string {
    const count = this.countAt(storage, index);
    return count === NOT_A_TIME ? 'NaT' : `${count * BigInt(this.scaleFactor)} ${UNIT_WORDS[this.unit]}`;
  }
}

type TimeClass = new (options: TimeOptions) => DType;

function defineTime(name: string, kind: string, Type: TimeClass): DTypeDefinition {
  return Object.freeze<DTypeDefinition>({
    names: [name],
    parse: (_, configuration) => new Type(configurationOf(name, configuration)),
    parseNumpy: (numpy) => (numpy.kind === kind ? new Type(numpyOptions(numpy)) : undefined),
  });
}

function configurationOf(name: string, configuration: JsonObject | undefined): TimeOptions {
  const unit = timeUnitOf(configuration?.get('unit'));
  const factor = configuration?.get('scale_factor');
  const scaleFactor = factor instanceof JsonNumber && factor.isInteger ? factor.toNumber() : 0;
  if (configuration?.size === 2 && unit !== undefined && isFactor(scaleFactor)) return { unit, scaleFactor };
  const found = configuration === undefined ? 'none' : jsonExcerpt(configuration);
  throw new MetadataValidationError(
    `data_type: expected "${name}" with a configuration of unit, one of ${Object.keys(UNIT_WORDS).join(', ')}, ` +
      `and scale_factor, from 1 to ${2 ** 31 - 1}, got ${found}`,
  );
}

function numpyOptions({
  text,
  unit: brackets = 'generic',
  endianness,
}: NumpyType): TimeOptions & { endianness?: Endianness } {
  const [, digits = '', name] = /^(\d*)(.*)$/.exec(brackets) ?? [];
  const unit = timeUnitOf(name);
  const scaleFactor = digits === '' ? 1 : Number(digits);
  if (unit !== undefined && isFactor(scaleFactor)) return { unit, scaleFactor, ...(endianness && { endianness }) };
  throw new MetadataValidationError(
    `dtype: expected a unit of time and a factor from 1 to ${2 ** 31 - 1}, got "${text}"`,
  );
}

const isFactor = (factor: number): boolean => factor >= 1 && factor < 2 ** 31;

export const timeDefinitions: readonly DTypeDefinition[] = Object.freeze([
  defineTime('numpy.datetime64', 'M', DateTime64),
  defineTime('numpy.timedelta64', 'm', TimeDelta64),
]);
