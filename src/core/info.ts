/**
 * What is known of a node, as zarr-python prints it (its `info` and `info_complete()`), and as fields.
 */

import type { Codec } from '../codecs/codec.js';
import { numcodecsText } from '../codecs/registry.js';
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import type { ArrayModel, GroupModel } from '../metadata/model.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import type { ArrayNode, GroupNode } from './node.js';

/** Fields in the order of the text; `toString()` is zarr-python's text. */
class Info {
  readonly #rows: readonly (readonly [label: string, text: string])[];
  readonly #width: number;
  protected constructor(rows: readonly (readonly [string, string | undefined])[], width: number) {
    this.#rows = rows.filter((row): row is [string, string] => row[1] !== undefined);
    this.#width = width;
  }

  /** What `console.log` prints on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** The text, a line for each thing that is known. */
  toString(): string {
    return this.#rows.map(([label, text]) => `${label.padEnd(this.#width)} : ${text}`).join('\n');
  }
}

/** What has to be counted in the store. */
export interface StoredCounts {
  /** Bytes of everything below the array, metadata included. */
  readonly nbytesStored: number;
  /** Stored chunks, or shards where the array is sharded. */
  readonly stored: number;
}

/** What is known of an array. */
export class ArrayInfo extends Info {
  /** What it is about. */
  readonly type = 'Array';
  /** The format. */
  readonly zarrFormat: 2 | 3;
  /** The data type, as zarr-python prints it. */
  readonly dataType: string;
  /** What elements that were never written read as. */
  readonly fillValue: unknown;
  /** Lengths of the axes. */
  readonly shape: Shape;
  /** `null` where there are none, or they differ. */
  readonly shards: Shape | null;
  /** `null` where they differ. */
  readonly chunks: Shape | null;
  /** Order of the elements in the arrays that reads give. */
  readonly order: 'C' | 'F';
  /** Whether the store refuses writes. */
  readonly readOnly: boolean;
  /** The class of the store. */
  readonly storeType: string;
  /** The array-to-array codecs. */
  readonly filters: readonly Codec[];
  /** The array-to-bytes codec; `null` in format 2. */
  readonly serializer: Codec | null;
  /** The bytes-to-bytes codecs. */
  readonly compressors: readonly Codec[];
  /** Bytes of all elements in memory. */
  readonly nbytes: number;
  /** Bytes of everything stored; undefined where it was not counted. */
  readonly nbytesStored: number | undefined;

  constructor(node: ArrayNode, counts?: StoredCounts) {
    const { model, storePath } = node;
    const { store } = storePath;
    const chain = chainOf(model);
    const nbytes = sizeOf(model.shape) * memoryItemSize(model);
    const texts = model.format === 2 ? numcodecsText : String;
    const order = orderOf(node);
    super(
      [
        ['Type', 'Array'],
        ['Zarr format', String(model.format)],
        ['Data type', model.dtype.repr()],
        ['Fill value', model.fillValueIsNull ? 'None' : model.dtype.pythonScalar(model.fillValue)],
        ['Shape', pythonTuple(model.shape.map(String))],
        ['Shard shape', chain.isSharded ? shapeText(chain.shards) : undefined],
        ['Chunk shape', shapeText(chain.chunks)],
        ['Order', order],
        ['Read-only', store.readOnly ? 'True' : 'False'],
        ['Store type', store.constructor.name],
        ['Filters', pythonTuple(chain.filters.map(texts))],
        ['Serializer', model.format === 2 ? undefined : String(chain.serializer)],
        ['Compressors', pythonTuple(chain.compressors.map(texts))],
        ['No. bytes', pythonSize(nbytes)],
        ['No. bytes stored', counts && pythonSize(counts.nbytesStored)],
        ['Storage ratio', counts && pythonRatio(nbytes, counts.nbytesStored)],
        [chain.isSharded ? 'Shards Initialized' : 'Chunks Initialized', counts && String(counts.stored)],
      ],
      18,
    );
    this.zarrFormat = model.format;
    this.dataType = model.dtype.name;
    this.fillValue = model.fillValueIsNull ? null : model.dtype.get(model.fillValue, 0);
    this.shape = model.shape;
    this.shards = chain.shards ?? null;
    this.chunks = chain.chunks ?? null;
    this.order = order;
    this.readOnly = store.readOnly;
    this.storeType = store.constructor.name;
    this.filters = chain.filters;
    this.serializer = chain.serializer;
    this.compressors = chain.compressors;
    this.nbytes = nbytes;
    this.nbytesStored = counts?.nbytesStored;
  }
}

/** How many members a group has, at all depths. */
export interface MemberCounts {
  readonly members: number;
  readonly arrays: number;
  readonly groups: number;
}

/** The members that consolidated metadata tells of, which no store has to be asked for. */
function consolidatedCounts({ consolidated }: GroupModel): MemberCounts | undefined {
  if (consolidated === undefined) return undefined;
  const kinds = [...consolidated.values()].map((model) => model().kind);
  const arrays = kinds.filter((kind) => kind === 'array').length;
  return { members: kinds.length, arrays, groups: kinds.length - arrays };
}

/** What is known of a group. */
export class GroupInfo extends Info {
  /** What it is about. */
  readonly type = 'Group';
  /** The path of the group. */
  readonly name: string;
  /** The format. */
  readonly zarrFormat: 2 | 3;
  /** Whether the store refuses writes. */
  readonly readOnly: boolean;
  /** The class of the store. */
  readonly storeType: string;
  /** How many nodes are below it; undefined where they were not counted. */
  readonly members: number | undefined;
  /** How many arrays are below it; undefined where they were not counted. */
  readonly arrays: number | undefined;
  /** How many groups are below it; undefined where they were not counted. */
  readonly groups: number | undefined;

  constructor({ storePath, model }: GroupNode, counted?: MemberCounts) {
    const { store, path } = storePath;
    const counts = counted ?? consolidatedCounts(model);
    super(
      [
        ['Name', path],
        ['Type', 'Group'],
        ['Zarr format', String(model.format)],
        ['Read-only', store.readOnly ? 'True' : 'False'],
        ['Store type', store.constructor.name],
        ['No. members', counts && String(counts.members)],
        ['No. arrays', counts && String(counts.arrays)],
        ['No. groups', counts && String(counts.groups)],
      ],
      11,
    );
    this.name = path;
    this.zarrFormat = model.format;
    this.readOnly = store.readOnly;
    this.storeType = store.constructor.name;
    this.members = counts?.members;
    this.arrays = counts?.arrays;
    this.groups = counts?.groups;
  }
}

/** The codecs of an array by kind, those inside the shards where it is sharded. */
export interface Chain {
  readonly isSharded: boolean;
  /** The shape of the chunks, those inside the shards; undefined where they differ. */
  readonly chunks: Shape | undefined;
  /** The shape of the shards; undefined where there are none, or they differ. */
  readonly shards: Shape | undefined;
  readonly filters: readonly Codec[];
  readonly serializer: Codec | null;
  readonly compressors: readonly Codec[];
}

export function chainOf(model: ArrayModel): Chain {
  const { chunkShape, v2 } = model;
  if (v2 !== undefined) {
    const compressors = v2.compressor === null ? [] : [v2.compressor];
    return {
      isSharded: false,
      chunks: chunkShape,
      shards: undefined,
      filters: v2.filters ?? [],
      serializer: null,
      compressors,
    };
  }
  const [only] = model.codecs;
  const sharding = model.codecs.length === 1 && only instanceof ShardingCodec ? only : undefined;
  const codecs = sharding?.codecs ?? model.codecs;
  return {
    isSharded: sharding !== undefined,
    chunks: sharding?.chunkShape ?? chunkShape,
    shards: sharding && chunkShape,
    filters: codecs.filter((codec) => codec.kind === 'filter'),
    serializer: codecs.find((codec) => codec.kind === 'serializer') ?? null,
    compressors: codecs.filter((codec) => codec.kind === 'compressor'),
  };
}

/** The order that an array's `order` names: of the metadata in format 2, of the results in format 3. */
export const orderOf = ({ model, config }: ArrayNode): 'C' | 'F' => (model.format === 2 ? model.order : config.order);

/** Bytes that an element takes in NumPy's memory, where strings take 16 and byte strings a pointer. */
export function memoryItemSize({ dtype }: ArrayModel): number {
  if (dtype.itemSize !== undefined) return dtype.itemSize;
  if (dtype.storageUnit !== 'object') return dtype.memorySize;
  return dtype.kind === 'string' ? 16 : 8;
}

/** A shape, or what zarr-python prints for chunks of several. */
const shapeText = (shape: Shape | undefined): string =>
  shape === undefined ? '<variable>' : pythonTuple(shape.map(String));

const pythonTuple = (items: readonly string[]): string =>
  items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;

/** `1027 (1.0K)`. */
function pythonSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  const units = ['K', 'M', 'G', 'T', 'P'];
  let power = 0;
  let scaled = bytes / 1024;
  while (scaled >= 1024 && power < units.length - 1) {
    scaled /= 1024;
    power++;
  }
  return `${bytes} (${pythonTenths(scaled)}${units[power]})`;
}

const pythonRatio = (bytes: number, stored: number): string => (stored === 0 ? '0.0' : pythonTenths(bytes / stored));

/** One decimal, as Python's `%.1f`: what lies exactly between two goes to the even one. */
function pythonTenths(value: number): string {
  const isTie = Number.isInteger(value * 4) && (value * 4) % 2 !== 0;
  const tenths = Math.floor(value * 10);
  return (isTie ? (tenths + (tenths % 2)) / 10 : value).toFixed(1);
}
