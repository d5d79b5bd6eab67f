/** What users may give as `chunks`, and how it cuts the axes. */
import { ArgumentError } from '../errors.js';
import type { Shape } from '../ndarray/shape.js';
import { type AxisChunks, joinRuns, reachOf } from './edges.js';
import { guessChunks } from './guess.js';

/**
 * `"auto"`; `false` or `-1` for one chunk; one edge for all axes; or one per axis, where `-1` spans the axis and a list
 * of edges, which reach its end, makes the grid rectilinear.
 */
export type ChunksOption = 'auto' | false | number | bigint | readonly (number | bigint | readonly number[])[] | null;

/** The edge of one chunk that spans an axis of `length`: the smallest positive multiple of `unit` that covers it. */
export const spanningEdge = (length: number, unit = 1): number => unit * Math.max(1, Math.ceil(length / unit));

/** How `chunks` cuts the axes; `"auto"` guesses a chunk shape of at most `maxBytes`. */
export function normalizeChunks(
  chunks: ChunksOption | undefined,
  shape: Shape,
  itemSize: number | undefined,
  maxBytes?: number,
): AxisChunks[] {
  if (chunks === undefined || chunks === null || chunks === 'auto') return guessChunks(shape, itemSize ?? 1, maxBytes);
  return normalizeEdges(chunks, shape, { name: 'chunks' });
}

/** What edges are called in messages, and per axis what they must be multiples of. */
export interface EdgeRules {
  readonly name: string;
  readonly unit?: Shape;
}

/** Edges per axis from `false`, one integer, or a list; `-1` is the whole axis, rounded up to the unit. */
export function normalizeEdges(edges: unknown, shape: Shape, rules: EdgeRules): AxisChunks[] {
  const { name, unit } = rules;
  const list = listOf(edges, shape.length, name);
  if (list.length !== shape.length) {
    throw new ArgumentError(
      `${name}: expected one edge for each of the ${shape.length} dimensions of shape [${shape.join(', ')}], ` +
        `got ${list.length}`,
    );
  }
  return list.map((entry, axis) => {
    if (isList(entry)) return listedEdges(entry, shape[axis]!, `${name}[${axis}]`, axis);
    const edge = integerOf(entry, `${name}[${axis}]`);
    if (edge === -1) return spanningEdge(shape[axis]!, unit?.[axis]);
    if (edge < 1)
      throw new ArgumentError(`${name}[${axis}]: expected a positive integer, or -1, got ${edge}`, { axis });
    return edge;
  });
}

/** The edges of one axis. An empty axis keeps edges that it may grow into; any other they fill exactly. */
function listedEdges(list: Iterable<unknown>, length: number, where: string, axis: number): AxisChunks {
  const edges = Array.from(list, (entry, at) => {
    const edge = integerOf(entry, `${where}[${at}]`);
    if (edge < 1) throw new ArgumentError(`${where}[${at}]: expected a positive integer, got ${edge}`, { axis });
    return { edge, count: 1 };
  });
  if (edges.length === 0) throw new ArgumentError(`${where}: expected at least one edge, got an empty list`, { axis });
  const runs = joinRuns(edges);
  const reach = reachOf(runs);
  if (length > 0 && reach !== length) {
    throw new ArgumentError(`${where}: expected edges whose sum is the length ${length} of the axis, got ${reach}`, {
      axis,
    });
  }
  return runs;
}

function listOf(edges: unknown, rank: number, name: string): readonly unknown[] {
  if (edges === false) return new Array<number>(rank).fill(-1);
  if (typeof edges === 'number' || typeof edges === 'bigint') return new Array<unknown>(rank).fill(edges);
  if (isList(edges)) return Array.from(edges);
  throw new ArgumentError(`${name}: expected "auto", false, an integer, or a list of integers, got ${describe(edges)}`);
}

/** A list, or a typed array, which iterates over numbers or bigints; every view but DataView is one. */
const isList = (value: unknown): value is Iterable<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

function integerOf(entry: unknown, where: string): number {
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
