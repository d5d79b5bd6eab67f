/** Metadata as users see it: frozen, in camelCase; `toJSON()` gives the document as it is stored. */
import type { Codec } from '../codecs/codec.js';
import type { DType } from '../dtypes/dtype.js';
import type { KeyEncoding } from '../grid/keys.js';
import { toPlain } from '../json/convert.js';
import type { Json } from '../json/model.js';
import type { ArrayModel, GroupModel, NodeModel } from './model.js';
import { V2_ARRAY_DOCUMENT, V2_GROUP_DOCUMENT } from './v2.js';
import { V3_DOCUMENT } from './v3.js';

type PlainObject = Readonly<Record<string, unknown>>;

/** How an axis of a rectilinear grid is cut: one edge, or a list of edges, `[edge, count]` for a run of equal ones. */
export type ChunkEdgesMetadata = number | readonly (number | readonly [edge: number, count: number])[];

/** The chunk grid: chunks of one shape, or edges by axis. */
export type ChunkGridMetadata =
  | { readonly name: 'regular'; readonly chunkShape: readonly number[] }
  | { readonly name: 'rectilinear'; readonly chunkShapes: readonly ChunkEdgesMetadata[] };

/** The metadata of a format 3 array. */
export interface ArrayV3Metadata {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** The type of the elements. */
  readonly dataType: DType;
  /** How the array is cut: into shards, where it is sharded. */
  readonly chunkGrid: ChunkGridMetadata;
  /** How coordinates of chunks become keys. */
  readonly chunkKeyEncoding: KeyEncoding;
  /** What elements that were never written read as. */
  readonly fillValue: unknown;
  /** The chain of codecs. */
  readonly codecs: readonly Codec[];
  /** The attributes. */
  readonly attributes: PlainObject;
  /** A name for each axis, or `null` for all. */
  readonly dimensionNames: readonly (string | null)[] | null;
  /** The format. */
  readonly zarrFormat: 3;
  /** What the document describes. */
  readonly nodeType: 'array';
  /** Always empty: the format has none yet. */
  readonly storageTransformers: readonly unknown[];
  /** The document as it is stored. */
  toJSON(): PlainObject;
}

/** The metadata of a format 2 array. */
export interface ArrayV2Metadata {
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** The shape of a chunk. */
  readonly chunks: readonly number[];
  /** The type of the elements. */
  readonly dtype: DType;
  /** `null`: undefined contents. */
  readonly fillValue: unknown;
  /** Order of the elements in a chunk. */
  readonly order: 'C' | 'F';
  /** The filters, in the order in which they encode. */
  readonly filters: readonly Codec[] | null;
  /** What stands between the coordinates in keys. */
  readonly dimensionSeparator: KeyEncoding['separator'];
  /** The compressor. */
  readonly compressor: Codec | null;
  /** The attributes. */
  readonly attributes: PlainObject;
  /** The format. */
  readonly zarrFormat: 2;
  /** The document as it is stored. */
  toJSON(): PlainObject;
}

/** The metadata of an array; `zarrFormat` tells which it is. */
export type ArrayMetadata = ArrayV2Metadata | ArrayV3Metadata;

/** The metadata of all descendants, by path. */
export interface ConsolidatedMetadata {
  /** That the documents are in the group's own. */
  readonly kind: 'inline';
  /** That readers may leave it alone. */
  readonly mustUnderstand: false;
  /** The documents by path, relative to the group. */
  readonly metadata: ReadonlyMap<string, NodeMetadata>;
}

/** The metadata of a group. */
export interface GroupMetadata {
  /** The attributes. */
  readonly attributes: PlainObject;
  /** The format. */
  readonly zarrFormat: 2 | 3;
  /** What the document describes. */
  readonly nodeType: 'group';
  /** The metadata of all descendants, where the group has it. */
  readonly consolidatedMetadata: ConsolidatedMetadata | null;
  /** The document as it is stored. */
  toJSON(): PlainObject;
}

/** The metadata of an array or a group. */
export type NodeMetadata = ArrayMetadata | GroupMetadata;

/** What a model says, as users see it. */
export function publicMetadata(model: ArrayModel): ArrayMetadata;
export function publicMetadata(model: GroupModel): GroupMetadata;
export function publicMetadata(model: NodeModel): NodeMetadata;
export function publicMetadata(model: NodeModel): NodeMetadata {
  if (model.kind === 'group') return groupMetadata(model);
  return model.format === 3 ? arrayV3Metadata(model) : arrayV2Metadata(model);
}

function arrayV3Metadata(model: ArrayModel): ArrayV3Metadata {
  return frozen(model, {
    shape: model.shape,
    dataType: model.dtype,
    chunkGrid: chunkGridMetadata(model),
    chunkKeyEncoding: model.keyEncoding,
    fillValue: model.dtype.get(model.fillValue, 0),
    codecs: model.codecs,
    attributes: attributesOf(model),
    dimensionNames: model.dimensionNames ?? null,
    zarrFormat: 3,
    nodeType: 'array',
    storageTransformers: Object.freeze([]),
  });
}

function chunkGridMetadata({ chunkShape, chunkAxes }: ArrayModel): ChunkGridMetadata {
  if (chunkShape !== undefined) return Object.freeze({ name: 'regular', chunkShape });
  const chunkShapes = chunkAxes.map((chunks) => {
    if (typeof chunks === 'number') return chunks;
    return Object.freeze(chunks.map(({ edge, count }) => (count === 1 ? edge : Object.freeze([edge, count] as const))));
  });
  return Object.freeze({ name: 'rectilinear', chunkShapes: Object.freeze(chunkShapes) });
}

function arrayV2Metadata(model: ArrayModel): ArrayV2Metadata {
  return frozen(model, {
    shape: model.shape,
    chunks: model.chunkShape!, // Chunks of format 2 have one shape.
    dtype: model.dtype,
    fillValue: model.fillValueIsNull ? null : model.dtype.get(model.fillValue, 0),
    order: model.order,
    filters: model.v2?.filters ?? null,
    dimensionSeparator: model.keyEncoding.separator,
    compressor: model.v2?.compressor ?? null,
    attributes: attributesOf(model),
    zarrFormat: 2,
  });
}

function groupMetadata(model: GroupModel): GroupMetadata {
  return frozen(model, {
    attributes: attributesOf(model),
    zarrFormat: model.format,
    nodeType: 'group',
    /** Made when it is asked for: a hierarchy may be large. */
    get consolidatedMetadata(): ConsolidatedMetadata | null {
      return consolidatedMetadata(model);
    },
  });
}

function consolidatedMetadata({ consolidated }: GroupModel): ConsolidatedMetadata | null {
  if (consolidated === undefined) return null;
  const metadata = new Map<string, NodeMetadata>();
  for (const [path, node] of consolidated) metadata.set(path, publicMetadata(node()));
  return Object.freeze({ kind: 'inline', mustUnderstand: false, metadata });
}

interface Stored {
  toJSON(): PlainObject;
}

function frozen<Members extends object>(model: NodeModel, members: Members): Readonly<Members & Stored> {
  const toJSON = (): PlainObject => plainDocument(model);
  Object.defineProperty(members, 'toJSON', { value: toJSON });
  return Object.freeze(members as Members & Stored); // `toJSON` was just defined.
}

const attributesOf = (model: NodeModel): PlainObject => plainObject(model.attributes);

/** The document as stored; in format 2 with the attributes as one more member. */
function plainDocument(model: NodeModel): PlainObject {
  if (model.format === 3) return plainObject(model.documents.get(V3_DOCUMENT)!);
  const document = model.documents.get(model.kind === 'array' ? V2_ARRAY_DOCUMENT : V2_GROUP_DOCUMENT)!;
  return plainObject(new Map<string, Json>([...document, ['attributes', model.attributes]]));
}

/** A JSON object becomes a plain object. */
const plainObject = (json: Json): PlainObject => toPlain(json) as PlainObject;
