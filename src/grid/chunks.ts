/** What users may give as `chunks`, and the chunk shape it stands for. */
import { ArgumentError } from '../errors.js';
import type { Shape } from '../ndarray/shape.js';
import { guessChunks } from './guess.js';

/** `"auto"`; `false` or `-1` for one chunk; one edge for all axes; or one per axis, where `-1` spans the axis. */
export type ChunksOption = 'auto' | false | number | bigint | readonly (number | bigint | readonly number[])[] | null;

/** The edge of one chunk that spans an axis of `length`: the smallest positive multiple of `unit` that covers it. */
export const spanningEdge = (length: number, unit = 1): number => unit * Math.max(1, Math.ceil(length / unit));

/** The chunk shape that `chunks` stands for; `"auto"` guesses one of at most `maxBytes`. */
export function normalizeChunks(
  chunks: ChunksOption | undefined,
  shape: Shape,
  itemSize: number | undefined,
  maxBytes?: number,
): number[] {
  if (chunks === undefined || chunks === null || chunks === 'auto') return guessChunks(shape, itemSize ?? 1, maxBytes);
  return normalizeEdges(chunks, shape, { name: 'chunks' });
}

/** What edges are called in messages, and per axis what they must be multiples of. */
export interface EdgeRules {
  readonly name: string;
  readonly unit?: Shape;
}

/** Edges per axis from `false`, one integer, or a list; `-1` is the whole axis, rounded up to the unit. */
export function normalizeEdges(edges: unknown, shape: Shape, rules: EdgeRules): number[] {
  const { name, unit } = rules;
  const list = listOf(edges, shape.length, name);
  if (list.length !== shape.length) {
    throw new ArgumentError(
      `${name}: expected one edge for each of the ${shape.length} dimensions of shape [${shape.join(', ')}], ` +
        `got ${list.length}`,
    );
  }
  return list.map((entry, axis) => {
    const edge = integerOf(entry, `${name}[${axis}]`);
    if (edge === -1) return spanningEdge(shape[axis]!, unit?.[axis]);
    if (edge < 1)
      throw new ArgumentError(`${name}[${axis}]: expected a positive integer, or -1, got ${edge}`, { axis });
    return edge;
  });
}

function listOf(edges: unknown, rank: number, name: string): readonly unknown[] {
  if (edges === false) return new Array<number>(rank).fill(-1);
  if (typeof edges === 'number' || typeof edges === 'bigint') return new Array<unknown>(rank).fill(edges);
  if (Array.isArray(edges)) return edges;
  if (ArrayBuffer.isView(edges) && !(edges instanceof DataView)) {
    // Every view but DataView is a typed array, and those iterate over numbers or bigints.
    return Array.from(edges as unknown as Iterable<number | bigint>);
  }
  throw new ArgumentError(`${name}: expected "auto", false, an integer, or a list of integers, got ${describe(edges)}`);
}

function integerOf(entry: unknown, where: string): number {
  if (Array.isArray(entry)) {
    throw new ArgumentError(
      `${where}: a list of edges makes a rectilinear chunk grid, which this version does not write; ` +
        'give one integer per axis',
    );
  }
  const edge = typeof entry === 'bigint' ? Number(entry) : entry;
  if (typeof edge !== 'number' || !Number.isSafeInteger(edge)) {
    throw new ArgumentError(`${where}: expected an integer, got ${describe(entry)}`);
  }
  return edge;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
