/**
 * The `chunk_grid` of a format 3 document: regular, one chunk shape; or rectilinear, which gives each axis one edge or a
 * list of edges, `[edge, count]` for a run of equal ones.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/chunk-grids/rectilinear
 *
 * Two more are read, as zarrs writes them: `rectangular`, an early draft of rectilinear; and `zarrs.regular_bounded`, which
 * is regular but that the chunks at the ends of axes reach no further than these.
 */
import { config } from '../config.js';
import { MetadataValidationError } from '../errors.js';
import { type AxisChunks, commonShape, type EdgeRun, joinRuns, reachOf } from '../grid/edges.js';
import { isJsonArray, type Json, type JsonObject, jsonInteger, jsonObject } from '../json/model.js';
import type { Shape } from '../ndarray/shape.js';
import { expectInteger, expectList, expectOnly, mismatch } from './expect.js';
import { parseExtension } from './extension.js';
import { parseChunkShape } from './shape.js';

/** How the grid `json` cuts the axes of an array of `shape`. */
export function parseChunkGrid(json: Json | undefined, shape: Shape): readonly AxisChunks[] {
  const { name, configuration } = parseExtension(json, 'chunk_grid');
  switch (name) {
    case 'regular':
      return parseRegular(configuration, shape);
    case 'rectilinear':
      return parseRectilinear(configuration, shape);
    case 'rectangular':
      return parseRectangular(configuration, shape);
    default: {
      const bounded = boundedChunkShape(json, shape);
      if (bounded !== undefined) return Object.freeze(bounded.map((edge, axis) => boundedBy(shape[axis]!, edge)));
      throw mismatch('chunk_grid.name', 'the grid "regular" or "rectilinear"', name);
    }
  }
}

const BOUNDED = 'zarrs.regular_bounded';

/** The chunk shape of a grid whose last chunks end where the array of `shape` does; undefined for any other grid. */
export function boundedChunkShape(json: Json | undefined, shape: Shape): Shape | undefined {
  const { name, configuration } = parseExtension(json, 'chunk_grid');
  if (name !== BOUNDED) return undefined;
  expectOnly(configuration, ['chunk_shape'], 'chunk_grid.configuration');
  return parseChunkShape(configuration.get('chunk_shape'), shape, 'chunk_grid.configuration.chunk_shape');
}

/** The grid as zarr-python writes it: rectilinear when an axis has a list, however equal its edges are. */
export function chunkGridToJson(axes: readonly AxisChunks[]): JsonObject {
  const common = commonShape(axes);
  if (common !== undefined) {
    return jsonObject({
      name: 'regular',
      configuration: jsonObject({ chunk_shape: common.map(jsonInteger) }),
    });
  }
  return jsonObject({
    name: 'rectilinear',
    configuration: jsonObject({ kind: 'inline', chunk_shapes: axes.map(axisChunksToJson) }),
  });
}

/** One edge, or the list of edges with its runs counted. */
export const axisChunksToJson = (chunks: AxisChunks): Json =>
  typeof chunks === 'number'
    ? jsonInteger(chunks)
    : chunks.map(({ edge, count }) => (count === 1 ? jsonInteger(edge) : [jsonInteger(edge), jsonInteger(count)]));

function parseRegular(configuration: JsonObject, shape: Shape): readonly AxisChunks[] {
  const where = 'chunk_grid.configuration';
  expectOnly(configuration, ['chunk_shape'], where);
  const edges = configuration.get('chunk_shape');
  // zarr-python 3.2 wrote edges and lists of edges side by side in a regular grid.
  const isMixed = isJsonArray(edges) && edges.some(isJsonArray) && !edges.every(isJsonArray);
  return isMixed
    ? parseAxes(edges, shape, `${where}.chunk_shape`)
    : parseChunkShape(edges, shape, `${where}.chunk_shape`);
}

function boundedBy(length: number, edge: number): AxisChunks {
  const [count, rest] = [Math.floor(length / edge), length % edge];
  if (rest === 0) return edge;
  const last = { edge: rest, count: 1 };
  return Object.freeze(count === 0 ? [last] : [{ edge, count }, last]);
}

function parseRectangular(configuration: JsonObject, shape: Shape): readonly AxisChunks[] {
  checkAllowed();
  expectOnly(configuration, ['chunk_shape'], 'chunk_grid.configuration');
  return parseAxes(configuration.get('chunk_shape'), shape, 'chunk_grid.configuration.chunk_shape');
}

function checkAllowed(): void {
  if (config.get('array.rectilinearChunks')) return;
  throw new MetadataValidationError(
    'chunk_grid: a rectilinear grid, which the setting "array.rectilinearChunks" turns off',
  );
}

function parseRectilinear(configuration: JsonObject, shape: Shape): readonly AxisChunks[] {
  const where = 'chunk_grid.configuration';
  checkAllowed();
  expectOnly(configuration, ['kind', 'chunk_shapes'], where);
  if (configuration.get('kind') !== 'inline') throw mismatch(`${where}.kind`, '"inline"', configuration.get('kind'));
  return parseAxes(configuration.get('chunk_shapes'), shape, `${where}.chunk_shapes`);
}

function parseAxes(json: Json | undefined, shape: Shape, where: string): readonly AxisChunks[] {
  const axes = expectList(json, where);
  if (axes.length !== shape.length) {
    throw new MetadataValidationError(
      `${where}: expected ${shape.length} items, one for each dimension of shape, got ${axes.length}`,
    );
  }
  return Object.freeze(axes.map((chunks, axis) => parseAxis(chunks, shape[axis]!, `${where}[${axis}]`)));
}

function parseAxis(json: Json, length: number, where: string): AxisChunks {
  if (!isJsonArray(json)) return expectInteger(json, 1, where);
  if (json.length === 0) throw mismatch(where, 'at least one edge', json);
  const runs = joinRuns(json.map((item, at) => parseRun(item, `${where}[${at}]`)));
  const reach = reachOf(runs);
  if (!Number.isSafeInteger(reach)) {
    throw new MetadataValidationError(`${where}: expected edges whose sum is at most 2^53 - 1, got about ${reach}`);
  }
  if (reach >= length) return runs;
  throw new MetadataValidationError(`${where}: expected edges that reach the length ${length}, got ${reach} in all`);
}

function parseRun(json: Json, where: string): EdgeRun {
  if (!isJsonArray(json)) return { edge: expectInteger(json, 1, where), count: 1 };
  if (json.length !== 2) throw mismatch(where, 'an edge, or [edge, count]', json);
  return { edge: expectInteger(json[0], 1, `${where}[0]`), count: expectInteger(json[1], 1, `${where}[1]`) };
}
