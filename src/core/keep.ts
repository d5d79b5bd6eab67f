/**
 * What an array is made of, as the options that would make it again: what copies keep unless they are told otherwise.
 */
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import type { EdgeRun } from '../grid/edges.js';
import type { ArrayOptions } from '../metadata/create.js';
import type { ArrayModel, ZarrFormat } from '../metadata/model.js';
import { NdArray } from '../ndarray/ndarray.js';
import { chainOf, orderOf } from './info.js';
import type { ArrayNode } from './node.js';

/** Options of new arrays, where `"keep"` and what is not given are those of a source. */
export type KeepableOptions = Partial<Omit<ArrayOptions, 'shape' | 'dtype' | 'zarrFormat'>>;

/** What the layout of an array consists of. */
const LAYOUT = ['chunks', 'shards', 'filters', 'compressors', 'compressor', 'serializer', 'codecs'] as const;

/** `options` without those that say `"keep"`, which is what happens without them. */
export function withoutKeep<T extends object>(options: T): T {
  const given = Object.entries(options).filter(([, value]) => value !== 'keep' && value !== undefined);
  return Object.fromEntries(given) as T; // Members of `T` that are left out are optional ones.
}

/**
 * The options that make an array like `source` in `format`; `given` ones take the places of those kept. Codecs are kept
 * where the format is.
 */
export function keptOptions(
  source: ArrayNode,
  format: ZarrFormat,
  given: KeepableOptions,
): Omit<ArrayOptions, 'zarrFormat'> {
  const { shape, dtype, attributes, dimensionNames } = source.model;
  const kept = {
    shape,
    dtype,
    ...keptLayout(source, format, given),
    fillValue: keptFillValue(source, format),
    attributes,
    ...(dimensionNames !== undefined && { dimensionNames }),
    ...keptKeys(source, format, given),
  };
  const changes = { ...given };
  if (changes.attributes === null) delete changes.attributes; // As zarr-python's None.
  return { ...kept, ...changes };
}

/** Chunks, shards and codecs. */
function keptLayout(source: ArrayNode, format: ZarrFormat, given: KeepableOptions): KeepableOptions {
  const { model } = source;
  const isSameFormat = format === model.format;
  const order = format === 2 ? { order: orderOf(source) } : {};
  if (given.codecs !== undefined && given.codecs !== null) return { chunks: chainOf(model).chunks ?? chunksOf(model) };
  if (format === 3 && isSameFormat && LAYOUT.every((name) => given[name] === undefined)) {
    return { chunks: chunksOf(model), codecs: model.codecs };
  }
  const { filters, compressors, serializer } = chainOf(model);
  const layout = { ...keptEdges(model, format), ...order };
  if (!isSameFormat) return layout;
  const { compressor } = given;
  const keepsCompressors = compressor === undefined || compressor === 'auto';
  return {
    ...layout,
    filters,
    ...(keepsCompressors && { compressors }),
    ...(serializer !== null && { serializer }),
  };
}

/** Chunks and shards, which only format 3 has in several sizes; in format 2 the default takes their place. */
function keptEdges(model: ArrayModel, format: ZarrFormat): Pick<KeepableOptions, 'chunks' | 'shards'> {
  const { chunks, shards } = chainOf(model);
  const [sharding] = model.codecs;
  if (!(sharding instanceof ShardingCodec)) return { chunks: chunks ?? (format === 3 ? chunksOf(model) : undefined) };
  if (shards === undefined && format === 2) return { chunks };
  return { chunks, shards: { shape: shards ?? chunksOf(model), indexLocation: sharding.indexLocation } };
}

/** The stored objects of an array as the option that cuts a new one alike. */
function chunksOf({ shape, chunkAxes }: ArrayModel): (number | number[])[] {
  return chunkAxes.map((axis, at) => (typeof axis === 'number' ? axis : edgesUpTo(axis, shape[at]!)));
}

/** The edges of chunks, the last one ending where the axis does: it may have shrunk since. */
function edgesUpTo(runs: readonly EdgeRun[], length: number): number[] {
  const edges: number[] = [];
  let left = length;
  for (const { edge, count } of runs) {
    for (let i = 0; i < count && (left > 0 || length === 0); i++) {
      edges.push(length === 0 ? edge : Math.min(edge, left));
      left -= edge;
    }
  }
  return edges;
}

/** The bits of the fill value; `null` where format 2 has none and can say so. */
function keptFillValue({ model }: ArrayNode, format: ZarrFormat): unknown {
  if (model.fillValueIsNull) return format === 2 ? null : undefined;
  return new NdArray(model.dtype, model.fillValue, []);
}

function keptKeys({ model }: ArrayNode, format: ZarrFormat, given: KeepableOptions): KeepableOptions {
  const isGiven = given.dimensionSeparator !== undefined && given.dimensionSeparator !== null;
  return format === model.format && !isGiven ? { chunkKeyEncoding: model.keyEncoding } : {};
}
