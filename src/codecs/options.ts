/**
 * The options of one codec, as a constructor's argument or as a configuration from a document, checked while they are
 * read. Every failure is a `MetadataValidationError` whose text begins with the name of the member, so that whoever
 * knows where it stands can put the place before it: `codecs[1].configuration.level: expected 0 to 9, got 12`.
 */
import { MetadataValidationError } from '../errors.js';
import { JsonNumber, type JsonObject } from '../json/model.js';
import { didYouMean } from '../options.js';

/** The members of an options object or of a JSON object; one that is `undefined` is not given. */
export class Options {
  readonly #codec: string;
  readonly #members: ReadonlyMap<string, unknown>;

  /** Throws if `given` has a member that is not in `known`. */
  constructor(codec: string, given: object | JsonObject | undefined, known: readonly string[]) {
    this.#codec = codec;
    this.#members = given instanceof Map ? given : new Map(Object.entries(given ?? {}));
    for (const name of this.#members.keys()) {
      if (!known.includes(name)) throw this.#error(name, `unknown option of "${codec}"${didYouMean(name, known)}`);
    }
  }

  /**
   * A format 3 configuration as the options of a constructor, which checks each of them: their names are the same but
   * where a codec's `parse` says otherwise.
   */
  static given<Given extends object>(configuration: JsonObject | undefined): Given {
    return Object.fromEntries(configuration ?? []) as Given;
  }

  /** The same of a format 2 document. */
  static givenV2<Given extends object>(document: JsonObject): Given {
    return Object.fromEntries([...document].filter(([name]) => name !== 'id')) as Given;
  }

  get(name: string): unknown {
    return this.#members.get(name);
  }

  integer(name: string, range: { readonly minimum?: number; readonly maximum?: number }): number | undefined {
    const given = this.#members.get(name);
    if (given === undefined) return undefined;
    const value = integerOf(given);
    const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = range;
    if (value !== undefined && value >= minimum && value <= maximum) return value;
    throw this.expected(name, rangeText(range), given);
  }

  boolean(name: string): boolean | undefined {
    const given = this.#members.get(name);
    if (given === undefined || typeof given === 'boolean') return given;
    throw this.expected(name, 'true or false', given);
  }

  /** One of the strings `choices`. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const given = this.#members.get(name);
    if (given === undefined) return undefined;
    const found = choices.find((choice) => choice === given);
    if (found === undefined) throw this.expected(name, choices.map((choice) => `"${choice}"`).join(', '), given);
    return found;
  }

  /** A list of integers; no element is checked for its range but `minimum`. */
  integers(name: string, minimum: number): readonly number[] | undefined {
    const given = this.#members.get(name);
    if (given === undefined) return undefined;
    if (!Array.isArray(given)) throw this.expected(name, 'a list of integers', given);
    return given.map((item: unknown, index) => {
      const value = integerOf(item);
      if (value !== undefined && value >= minimum) return value;
      throw this.expected(`${name}[${index}]`, rangeText({ minimum }), item);
    });
  }

  expected(name: string, expected: string, got: unknown): MetadataValidationError {
    return this.#error(name, `expected ${expected}, got ${valueText(got)}`);
  }

  missing(name: string): MetadataValidationError {
    return this.#error(name, `missing; "${this.#codec}" needs it`);
  }

  #error(name: string, text: string): MetadataValidationError {
    return new MetadataValidationError(`${name}: ${text}`, { codec: this.#codec });
  }
}

/** Runs `check`; what it finds wrong in metadata is told at which `place` it is. */
export function at<Result>(place: string, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof MetadataValidationError)) throw error;
    const separator = /^\w+[.:[]/.test(error.message) ? '.' : ': ';
    throw new MetadataValidationError(place + separator + error.message, { codec: error.codec, cause: error.cause });
  }
}

function integerOf(value: unknown): number | undefined {
  if (value instanceof JsonNumber) return value.isInteger ? integerOf(value.toNumber()) : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function rangeText({ minimum, maximum }: { readonly minimum?: number; readonly maximum?: number }): string {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `an integer of at least ${minimum}`;
  return maximum === undefined ? 'an integer' : `an integer up to ${maximum}`;
}

/** A value for a message: short, on one line. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null && !(value instanceof JsonNumber)) return 'an object';
  return String(value);
}
