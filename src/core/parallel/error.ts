/** Errors on their way from one thread to another: class, message, fields and causes arrive; the stack is a new one. */
import * as errors from '../../errors.js';
import { type ErrorDetails, ZarrError } from '../../errors.js';

/** An error as it is posted. */
export interface ErrorMessage {
  /** The name of its class. */
  readonly name: string;
  readonly message: string;
  /** Fields: where it arose; of the system's errors, what it calls them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly isZarr: boolean;
  readonly cause: ErrorMessage | undefined;
}

const PLACE = Object.freeze(['path', 'key', 'coords', 'codec', 'axis']);
const SYSTEM = Object.freeze(['code', 'errno', 'syscall', 'path', 'dest']);

/** What is posted of `error`. */
export function messageOf(error: unknown): ErrorMessage {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), fields: {}, isZarr: false, cause: undefined };
  }
  const isZarr = error instanceof ZarrError;
  const all = error as unknown as Readonly<Record<string, unknown>>; // Any object may be asked for members.
  const names = (isZarr ? PLACE : SYSTEM).filter((name) => isPlain(all[name]));
  const fields = Object.fromEntries(names.map((name) => [name, all[name]]));
  const { name, message, cause } = error;
  return { name, message, fields, isZarr, cause: cause === undefined ? undefined : messageOf(cause) };
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || Array.isArray(value);

/** The error that was posted. */
export function errorOf({ name, message, fields, isZarr, cause }: ErrorMessage): Error {
  const options = cause === undefined ? {} : { cause: errorOf(cause) };
  if (isZarr) return new (classCalled(name))(message, { ...fields, ...options });
  const Native = NATIVE.find((type) => type.name === name) ?? Error;
  const error = new Native(message, options);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  return Object.assign(error, fields);
}

const NATIVE: readonly (typeof Error)[] = Object.freeze([RangeError, TypeError, SyntaxError]);

type ZarrErrorClass = new (message: string, details?: ErrorDetails) => ZarrError;

function classCalled(name: string): ZarrErrorClass {
  const known = Object.values(errors).find(
    (value): value is typeof ZarrError => 'errorName' in value && value.errorName === name,
  );
  return known ?? ZarrError;
}
