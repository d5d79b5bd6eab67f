/**
 * Arrays like other ones: their shape, data type and chunks, and of zarr arrays the codecs where the format stays.
 */

import { type ArrayData, CREATE, type CreateOptions, create, givenFormat, modelOptions, openArray } from './api.js';
import { formatFor } from './core/create.js';
import { keptOptions } from './core/keep.js';
import { type ArrayNode, arrayNodeOf } from './core/node.js';
import { described } from './described.js';
import { parseDtype } from './dtypes/registry.js';
import type { DTypeSpec } from './dtypes/types.js';
import { ArgumentError } from './errors.js';
import type { ArrayOptions } from './metadata/create.js';
import type { ZarrFormat } from './metadata/model.js';
import { isSameType } from './ndarray/cast.js';
import { ndarray } from './ndarray/infer.js';
import { checkOptions, inspected } from './options.js';
import type { Task } from './task.js';

/** What gives a shape and a data type: a zarr array of either API, values in memory, or just the two. */
export type ArrayLikeSource =
  | ArrayData
  | {
      readonly shape: readonly number[];
      readonly dtype?: DTypeSpec | undefined;
      readonly chunks?: ArrayOptions['chunks'] | undefined;
    };

/** What the `…Like` functions take: the options of `create`, each in the place of what the source has. */
export interface LikeOptions<D = DTypeSpec> extends CreateOptions<D> {
  /** Lengths of the axes; those of the source where they are not given. */
  readonly shape?: number | readonly number[] | undefined;
}

/** The functions that make an array like another one. */
export type LikeKind = 'emptyLike' | 'zerosLike' | 'onesLike' | 'fullLike';

/** What the options of these functions may be called. */
const LIKE: readonly string[] = [...CREATE, 'shape'];

export function* createLike(kind: LikeKind, source: ArrayLikeSource, options: LikeOptions = {}): Task<ArrayNode> {
  checkOptions(options, LIKE, kind);
  const { shape, ...like } = likeOptions(kind, source, options ?? {});
  return yield* create(shape, like);
}

/** The options that make the array. */
export function likeOptions(kind: LikeKind, source: ArrayLikeSource, options: LikeOptions): Like {
  const node = arrayNodeOf(source);
  const format = node?.model.format;
  switch (kind) {
    case 'emptyLike':
      return optionsLike(source, options, kind, format);
    case 'zerosLike':
      return optionsLike(source, { ...options, fillValue: 0 }, kind, format);
    case 'onesLike':
      return optionsLike(source, { ...options, fillValue: 1 }, kind, format);
    case 'fullLike':
      if (options.fillValue !== undefined || node !== undefined) return optionsLike(source, options, kind, format);
      throw new ArgumentError('fullLike: expected fillValue, which only a zarr array has by itself');
    default:
      return kind satisfies never;
  }
}

/** What `openLike` takes. */
export interface OpenLikeOptions<D = DTypeSpec> extends Omit<LikeOptions<D>, 'path' | 'overwrite'> {}

export function* openLike(source: ArrayLikeSource, path: string, given: OpenLikeOptions = {}): Task<ArrayNode> {
  checkOptions(given, LIKE, 'openLike');
  const { store, ...options } = given ?? {};
  if (typeof path !== 'string') throw new ArgumentError(`openLike: expected a path, got ${described(path)}`);
  // What is there may be of either format; what is made is of the format that new nodes get.
  const { zarrFormat: _, ...like } = optionsLike(source, options, 'openLike', undefined);
  const format = givenFormat(options);
  return yield* openArray(store, { ...like, mode: options.mode ?? 'a', path, ...(format && { zarrFormat: format }) });
}

type Like = Omit<CreateOptions, 'dtype'> & { readonly shape: number | readonly number[]; readonly dtype: DTypeSpec };

/** The options of `create` for an array like `source`; those that are given take the places of what it has. */
function optionsLike(
  source: ArrayLikeSource,
  options: LikeOptions,
  caller: string,
  formatOfSource: ZarrFormat | undefined,
): Like {
  const node = arrayNodeOf(source);
  const { zarrVersion: _, chunkShape, ...given } = options;
  const chosen = { ...given, ...(chunkShape !== undefined && { chunks: chunkShape }) };
  const format = formatFor(givenFormat(options) ?? formatOfSource);
  const like = node === undefined ? fieldsOf(source, caller) : likeNode(node, format, chosen);
  const present = Object.entries(chosen).filter(([, value]) => value !== undefined);
  return { ...like, ...Object.fromEntries(present), zarrFormat: format };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Not attributes, names and keys: what an array means is its own. */
function likeNode(node: ArrayNode, format: ZarrFormat, given: LikeOptions): Like {
  const isOther = given.dtype !== undefined && !isSameType(parseDtype(given.dtype), node.model.dtype);
  // The serializer that is kept may fit the data type of the source alone.
  const byDefault = isOther && given.codecs === undefined ? { serializer: 'auto' as const } : {};
  const options = keptOptions(node, format, { ...byDefault, ...modelOptions(given) });
  const { attributes, dimensionNames, chunkKeyEncoding, ...kept }: Writable<typeof options> = options;
  // Format 2 has no shards; nobody asked for those of the source.
  if (format === 2 && given.shards === undefined) delete kept.shards;
  return kept as Like; // Its codecs may be read-only lists all the same.
}

/** Shape and data type of values in memory, or of whatever says them. */
function fieldsOf(source: unknown, caller: string): Like {
  if (hasShape(source) && !('data' in source) && !ArrayBuffer.isView(source)) {
    const { shape, dtype = 'float64', chunks } = source;
    return { shape, dtype, ...(chunks !== undefined && { chunks }) };
  }
  if (!ArrayBuffer.isView(source) && !hasShape(source)) {
    const expected = 'expected a zarr array, an NdArray, a typed array or { shape, dtype }';
    throw new ArgumentError(`${caller}: ${expected}, got ${described(source)}`);
  }
  const { shape, dtype } = ndarray(source);
  return { shape, dtype };
}

type Shaped = Extract<ArrayLikeSource, { readonly dtype?: DTypeSpec | undefined }>;

const hasShape = (value: unknown): value is Shaped =>
  typeof value === 'object' &&
  value !== null &&
  inspected('source', () => 'shape' in value && Array.isArray(value.shape));
