/**
 * Every error that the library throws on purpose. The classes carry zarr-python's names where it has one; `code` is the
 * class name in kebab case without "error", for `switch`. Fields say where: `path` of the node, `key` in the store,
 * `coords` of the chunk, `codec`, `axis`.
 */

/** Where an error arose. */
export interface ErrorPlace {
  /** Path of the array or group, without a leading slash; `""` is the root. */
  readonly path?: string | undefined;
  /** Key in the store. */
  readonly key?: string | undefined;
  /** Coordinates of the chunk in its grid. */
  readonly coords?: readonly number[] | undefined;
  /** Name of the codec. */
  readonly codec?: string | undefined;
  /** The axis of a selection or shape. */
  readonly axis?: number | undefined;
}

/** What an error is made of besides its message. */
export interface ErrorDetails extends ErrorPlace {
  /** What it follows from. */
  readonly cause?: unknown;
}

/** The parent of all errors of this library. */
export class ZarrError extends Error {
  /** The class's name, kept apart from the identifier because minifiers rename classes. */
  static readonly errorName: string = 'ZarrError';
  /** The class's name in kebab case without "error": `'codec'`, `'array-not-found'`. */
  readonly code: string;
  /** Path of the array or group, without a leading slash. */
  readonly path: string | undefined;
  /** Key in the store. */
  readonly key: string | undefined;
  /** Coordinates of the chunk in its grid. */
  readonly coords: readonly number[] | undefined;
  /** Name of the codec. */
  readonly codec: string | undefined;
  /** The axis of a selection or shape. */
  readonly axis: number | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { errorName } = new.target;
    Object.defineProperty(this, 'name', { value: errorName, configurable: true, writable: true });
    this.code = kebab(errorName.replace(/Error$/, ''));
    this.path = details.path;
    this.key = details.key;
    this.coords = details.coords;
    this.codec = details.codec;
    this.axis = details.axis;
  }
}

/** zarr-python's name for the parent of all errors. */
export { ZarrError as BaseZarrError };

const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter, at: number) => (at > 0 ? '-' : '') + letter.toLowerCase());

/**
 * `error`, told where it arose: an error of the same class whose message ends with the place. What is known already
 * stays; an error that is not ours becomes the `cause` of a `fallback`.
 */
export function located(
  error: unknown,
  place: ErrorPlace,
  fallback: new (message: string, details?: ErrorDetails) => ZarrError,
): unknown {
  if (!(error instanceof ZarrError)) {
    const text = error instanceof Error ? error.message : String(error);
    return new fallback(`${text}${placeText(place)}`, { ...place, cause: error });
  }
  if (error.key !== undefined || error.path !== undefined) return error;
  const { coords, codec, axis } = error;
  const sameClass = error.constructor as new (message: string, details?: ErrorDetails) => ZarrError;
  return new sameClass(`${error.message}${placeText(place)}`, {
    ...place,
    coords: coords ?? place.coords,
    codec: codec ?? place.codec,
    axis: axis ?? place.axis,
    cause: error,
  });
}

function placeText({ path, key }: ErrorPlace): string {
  const parts: string[] = [];
  if (path !== undefined) parts.push(`in "/${path}"`);
  if (key !== undefined) parts.push(`key "${key}"`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

// What is or is not there.

/** No array or group at a path; also Python's KeyError. */
export class NodeNotFoundError extends ZarrError {
  static override readonly errorName: string = 'NodeNotFoundError';
}

/** No array at a path. */
export class ArrayNotFoundError extends NodeNotFoundError {
  static override readonly errorName: string = 'ArrayNotFoundError';
}

/** No group at a path. */
export class GroupNotFoundError extends NodeNotFoundError {
  static override readonly errorName: string = 'GroupNotFoundError';
}

/** An array is in the way. */
export class ContainsArrayError extends ZarrError {
  static override readonly errorName: string = 'ContainsArrayError';
}

/** A group is in the way. */
export class ContainsGroupError extends ZarrError {
  static override readonly errorName: string = 'ContainsGroupError';
}

/** A format 2 array and a group at one path. */
export class ContainsArrayAndGroupError extends ZarrError {
  static override readonly errorName: string = 'ContainsArrayAndGroupError';
}

/** A chunk is absent and `readMissingChunks` is false. */
export class ChunkNotFoundError extends ZarrError {
  static override readonly errorName: string = 'ChunkNotFoundError';
}

// Metadata.

/** A metadata document that the format forbids. */
export class MetadataValidationError extends ZarrError {
  static override readonly errorName: string = 'MetadataValidationError';
}

/** A document of another kind of node than was asked for. */
export class NodeTypeValidationError extends MetadataValidationError {
  static override readonly errorName: string = 'NodeTypeValidationError';
}

/** A codec that is not registered. */
export class UnknownCodecError extends ZarrError {
  static override readonly errorName: string = 'UnknownCodecError';
}

/** A data type that is not registered. */
export class UnknownDataTypeError extends ZarrError {
  static override readonly errorName: string = 'UnknownDataTypeError';
}

/** A data type that cannot be what was asked. */
export class DataTypeValidationError extends ZarrError {
  static override readonly errorName: string = 'DataTypeValidationError';
}

/** Python pickles are never decoded. */
export class PickleCodecDisabledError extends ZarrError {
  static override readonly errorName: string = 'PickleCodecDisabledError';
}

// Selections.

/** A selection that means nothing for this array; Python's IndexError. */
export class SelectionError extends ZarrError {
  static override readonly errorName: string = 'SelectionError';
}

/** An index outside its axis. */
export class BoundsCheckError extends SelectionError {
  static override readonly errorName: string = 'BoundsCheckError';
}

/** A negative step where none is possible. */
export class NegativeStepError extends SelectionError {
  static override readonly errorName: string = 'NegativeStepError';
}

/** A list of indices that cannot be used. Nothing throws it, as nothing in zarr-python does that has it too. */
export class ArrayIndexError extends SelectionError {
  static override readonly errorName: string = 'ArrayIndexError';
}

/** A selection that `vindex` does not take. */
export class VindexInvalidSelectionError extends SelectionError {
  static override readonly errorName: string = 'VindexInvalidSelectionError';
}

// Use.

/** A wrong argument: Python's bare ValueError, TypeError and OverflowError. */
export class ArgumentError extends ZarrError {
  static override readonly errorName: string = 'ArgumentError';
}

/** A value that the data type cannot hold exactly. */
export class CastError extends ZarrError {
  static override readonly errorName: string = 'CastError';
}

/** A blocking call met a store or codec that answers with a promise. */
export class SyncError extends ZarrError {
  static override readonly errorName: string = 'SyncError';
}

/** A configuration that cannot be. */
export class BadConfigError extends ZarrError {
  static override readonly errorName: string = 'BadConfigError';
}

/** A write to what was opened for reading. */
export class ReadOnlyError extends ZarrError {
  static override readonly errorName: string = 'ReadOnlyError';
}

/** More than a limit of `config.limits` allows. */
export class LimitError extends ZarrError {
  static override readonly errorName: string = 'LimitError';
}

/** A key or node name that stores cannot hold or that would escape. */
export class InvalidKeyError extends ZarrError {
  static override readonly errorName: string = 'InvalidKeyError';
}

// Bytes.

/** Bytes that a codec cannot decode, or values that it cannot encode. */
export class CodecError extends ZarrError {
  static override readonly errorName: string = 'CodecError';
}

/** Bytes that differ from their checksum. */
export class ChecksumError extends CodecError {
  static override readonly errorName: string = 'ChecksumError';
}

/** A store failed; nothing is known of the value. */
export class StoreError extends ZarrError {
  static override readonly errorName: string = 'StoreError';
}

/** Another writer was first. */
export class ConflictError extends StoreError {
  static override readonly errorName: string = 'ConflictError';
}
