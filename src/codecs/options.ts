/**
 * The options of one codec, as a constructor's argument or as a configuration from a document, checked while they are
 * read. In a document, every failure is a `MetadataValidationError` whose text begins with the name of the member, so
 * that whoever knows where it stands can put the place before it: `codecs[1].configuration.level: expected 0 to 9, got
 * 12`. In a constructor it is an `ArgumentError` that begins with the class, `GzipCodec: level: expected …`, and has the
 * other error for its cause: a document is read by way of the constructor, and `fromDocument` takes it out again.
 */
import { described } from '../described.js';
import { ArgumentError, MetadataValidationError, type ZarrError } from '../errors.js';
import { JsonNumber, type JsonObject } from '../json/model.js';
import { didYouMean } from '../options.js';

/** The members of an options object or of a JSON object; one that is `undefined` is not given. */
export class Options {
  readonly #codec: string;
  readonly #className: string | undefined;
  readonly #members: ReadonlyMap<string, unknown>;

  /**
   * Throws if `given` is no object, or has a member that is not in `known`. `className` is the class whose constructor
   * was given them; without it they are a document's.
   */
  constructor(codec: string, given: object | JsonObject | undefined, known: readonly string[], className?: string) {
    this.#codec = codec;
    this.#className = className;
    checkOptionsObject(codec, given, className);
    this.#members = given instanceof Map ? given : new Map(Object.entries(given ?? {}));
    for (const name of this.#members.keys()) {
      if (!known.includes(name)) throw this.wrong(name, `unknown option of "${codec}"${didYouMean(name, known)}`);
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

  /** The same options, where those of `names` whose value is `value` are not given. */
  without(value: unknown, names: readonly string[]): Options {
    const members = [...this.#members].filter(([name, given]) => given !== value || !names.includes(name));
    return new Options(this.#codec, new Map(members), [...this.#members.keys()], this.#className);
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

  expected(name: string, expected: string, got: unknown): ZarrError {
    return this.wrong(name, `expected ${expected}, got ${valueText(got)}`);
  }

  missing(name: string): ZarrError {
    return this.wrong(name, `missing; "${this.#codec}" needs it`);
  }

  /** The error for the member `name`, of which `text` says what is wrong. */
  wrong(name: string, text: string): ZarrError {
    return this.failure(`${name}: ${text}`);
  }

  /** The error that says `text`. */
  failure(text: string): ZarrError {
    return optionError(this.#codec, this.#className, text);
  }

  /** Runs `check`; what it finds wrong in metadata is, in a constructor, a wrong argument. */
  checked<Result>(check: () => Result): Result {
    try {
      return check();
    } catch (error) {
      if (this.#className === undefined || !(error instanceof MetadataValidationError)) throw error;
      throw asArgument(error, this.#codec, this.#className);
    }
  }
}

/** Throws unless `given`, the argument of the constructor of `className`, is an object, or not given. */
export function checkOptionsObject(codec: string, given: unknown, className: string | undefined): void {
  if (given === undefined || (typeof given === 'object' && given !== null && !Array.isArray(given))) return;
  throw optionError(codec, className, `expected an object of options, got ${valueText(given)}`);
}

function optionError(codec: string, className: string | undefined, text: string): ZarrError {
  const error = new MetadataValidationError(text, { codec });
  return className === undefined ? error : asArgument(error, codec, className);
}

const asArgument = (error: MetadataValidationError, codec: string, className: string): ArgumentError =>
  new ArgumentError(`${className}: ${error.message}`, { codec, cause: error });

/** Runs `parse`, which makes a codec of a document: what its constructor finds wrong is wrong in the document. */
export function fromDocument<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    if (error.cause instanceof MetadataValidationError) throw error.cause;
    throw new MetadataValidationError(error.message, { codec: error.codec, cause: error });
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

/** A value for a message: short, on one line; a number of a document by its token. */
export const valueText = (value: unknown): string => (value instanceof JsonNumber ? value.token : described(value));
