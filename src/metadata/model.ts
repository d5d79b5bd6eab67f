/**
 * What a metadata document says, the same for both formats: format 2 is parsed away, a model keeps `format` only to be
 * written back. Plain, frozen data.
 */
import type { Codec } from '../codecs/codec.js';
import type { DType } from '../dtypes/dtype.js';
import type { Storage } from '../dtypes/storage.js';
import type { AxisChunks } from '../grid/edges.js';
import type { KeyEncoding } from '../grid/keys.js';
import type { JsonObject } from '../json/model.js';
import type { Shape } from '../ndarray/shape.js';

export type ZarrFormat = 2 | 3;

/** The documents of a node as stored, by their names: `zarr.json`, or `.zarray` and `.zattrs`. */
export type Documents = ReadonlyMap<string, JsonObject>;

export interface ArrayModel {
  readonly kind: 'array';
  readonly format: ZarrFormat;
  readonly shape: Shape;
  readonly dtype: DType;
  /** One element; for `null`, the type's default. */
  readonly fillValue: Storage;
  /** The document says `null`, undefined contents, which is format 2's alone, but written in format 3 too. */
  readonly fillValueIsNull: boolean;
  /** How the axes are cut into outer chunks: shards where the array is sharded. */
  readonly chunkAxes: readonly AxisChunks[];
  /** The shape of every outer chunk; undefined where they differ. */
  readonly chunkShape: Shape | undefined;
  readonly keyEncoding: KeyEncoding;
  /** The whole chain of the outer chunks, resolved; a format 2 chain in terms of format 3 (transpose, bytes, …). */
  readonly codecs: readonly Codec[];
  /** Format 2: the order of elements in a chunk. `'C'` in format 3, whose chain says it. */
  readonly order: 'C' | 'F';
  /** Format 2: the chain as its document has it. */
  readonly v2: { readonly filters: readonly Codec[] | null; readonly compressor: Codec | null } | undefined;
  readonly dimensionNames: readonly (string | null)[] | undefined;
  readonly attributes: JsonObject;
  readonly documents: Documents;
}

export interface GroupModel {
  readonly kind: 'group';
  readonly format: ZarrFormat;
  readonly attributes: JsonObject;
  readonly documents: Documents;
  /**
   * Consolidated metadata: all descendants by their path relative to the group, each parsed when asked for; undefined
   * where there is none.
   */
  readonly consolidated: ReadonlyMap<string, () => NodeModel> | undefined;
}

export type NodeModel = ArrayModel | GroupModel;
