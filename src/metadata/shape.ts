/** Shapes: of arrays and chunks in documents, and as users give them. */
import { described } from '../described.js';
import type { DType } from '../dtypes/dtype.js';
import { ArgumentError, LimitError, MetadataValidationError } from '../errors.js';
import type { Json } from '../json/model.js';
import type { Shape } from '../ndarray/shape.js';
import { inspected } from '../options.js';
import { expectInteger, expectList } from './expect.js';
import type { MetadataLimits } from './limits.js';

/** The `shape` of a document. */
export function parseShape(json: Json | undefined, limits: MetadataLimits): Shape {
  const lengths = expectList(json, 'shape');
  checkRank(lengths.length, limits);
  return Object.freeze(lengths.map((length, axis) => expectInteger(length, 0, `shape[${axis}]`)));
}

/**
 * The chunk shape of a document, for an array of `shape`. A chunk of 0, which old writers gave to an empty axis, is read
 * as 1; anywhere else it means nothing.
 */
export function parseChunkShape(json: Json | undefined, shape: Shape, where: string): Shape {
  const edges = expectList(json, where);
  if (edges.length !== shape.length) {
    throw new MetadataValidationError(
      `${where}: expected ${shape.length} integers, one for each dimension of shape, got ${edges.length}`,
    );
  }
  return Object.freeze(
    edges.map((edge, axis) => Math.max(1, expectInteger(edge, shape[axis] === 0 ? 0 : 1, `${where}[${axis}]`))),
  );
}

/** The shape a user gives: one length, or a list of them. */
export function normalizeShape(shape: unknown, limits: MetadataLimits): Shape {
  const lengths = typeof shape === 'number' || typeof shape === 'bigint' ? [shape] : shape;
  const isTyped = ArrayBuffer.isView(lengths) && !(lengths instanceof DataView);
  if (!Array.isArray(lengths) && !isTyped) {
    throw new ArgumentError(`shape: expected an integer or a list of integers, got ${described(shape)}`);
  }
  // A list, or a typed array, which iterates too.
  const list = inspected('shape', () => Array.from(lengths as Iterable<unknown>));
  checkRank(list.length, limits);
  return Object.freeze(list.map(normalizeLength));
}

function normalizeLength(length: unknown, axis: number): number {
  const value = typeof length === 'bigint' ? Number(length) : length;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new ArgumentError(`shape[${axis}]: expected an integer from 0 to 2^53 - 1, got ${described(length)}`, {
      axis,
    });
  }
  return value + 0; // Not -0.
}

function checkRank(rank: number, limits: MetadataLimits): void {
  if (rank > limits.rank) {
    throw new LimitError(`shape: ${rank} dimensions are more than limits.rank (${limits.rank}) allows`);
  }
}

/** The most bytes of one element. Opening an array makes one, its fill value, before anything tells how large chunks are. */
const MAX_ELEMENT_BYTES = 2 ** 26;

/** Throws for a data type, the member `member` of a document, whose elements are larger than anyone's. */
export function checkElement({ name, itemSize }: DType, member: string): void {
  if (itemSize === undefined || itemSize <= MAX_ELEMENT_BYTES) return;
  throw new LimitError(`${member}: elements of ${itemSize} bytes of "${name}", allowed ${MAX_ELEMENT_BYTES}`);
}
