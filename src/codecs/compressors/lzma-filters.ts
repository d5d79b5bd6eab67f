/** The filters of xz: what a chain of them is in options and in files, and what they do. The last one is LZMA. */
import { CodecError } from '../../errors.js';
import { BRANCH_ALIGNMENTS, BRANCH_FILTERS } from './lzma-branches.js';
import type { LzmaProperties } from './lzma-model.js';

export const LZMA1_ID = 0x4000000000000001n;
export const LZMA2_ID = 0x21;
const DELTA_ID = 3;
/** So many filters may be in a chain. */
export const MAX_FILTERS = 4;

/** LZMA, at the end of every chain. */
export interface LzmaStage extends LzmaProperties {
  readonly kind: 'lzma1' | 'lzma2';
  /** Bytes of the dictionary. */
  readonly window: number;
  /** How many candidates the encoder looks at, */
  readonly depth: number;
  /** and the length of a match that it takes without a further look. */
  readonly nice: number;
}

/** Differences to the byte that lies so far back. */
export interface DeltaStage {
  readonly kind: 'delta';
  readonly distance: number;
}

/** Machine code. */
export interface BranchStage {
  readonly kind: 'branches';
  readonly id: number;
  /** The place of the first byte. */
  readonly start: number;
}

export type FilterStage = DeltaStage | BranchStage;

/** A chain: filters in the order in which they are encoded, and LZMA. */
export interface FilterChain {
  readonly filters: readonly FilterStage[];
  readonly lzma: LzmaStage;
}

/** Undoes the filters of `chain` in `bytes`, in their place. */
export function undoFilters(bytes: Uint8Array, filters: readonly FilterStage[]): void {
  for (const filter of [...filters].reverse()) {
    if (filter.kind === 'delta') addDifferences(bytes, filter.distance);
    else BRANCH_FILTERS.get(filter.id)!(bytes, filter.start, -1);
  }
}

/** `bytes` filtered; a copy, unless there is no filter. */
export function applyFilters(bytes: Uint8Array, filters: readonly FilterStage[]): Uint8Array {
  if (filters.length === 0) return bytes;
  const filtered = bytes.slice();
  for (const filter of filters) {
    if (filter.kind === 'delta') takeDifferences(filtered, filter.distance);
    else BRANCH_FILTERS.get(filter.id)!(filtered, filter.start, 1);
  }
  return filtered;
}

function addDifferences(bytes: Uint8Array, distance: number): void {
  for (let i = distance; i < bytes.length; i++) bytes[i]! += bytes[i - distance]!;
}

function takeDifferences(bytes: Uint8Array, distance: number): void {
  for (let i = bytes.length - 1; i >= distance; i--) bytes[i]! -= bytes[i - distance]!;
}

const DICTIONARY_BITS = Object.freeze([18, 20, 21, 22, 22, 23, 23, 24, 25, 26]);
const DEPTHS = Object.freeze([4, 8, 12, 16, 24, 48, 64, 96, 128, 192]);

/** A preset is a number, and a bit for more effort. */
export const EXTREME = 2 ** 31;

/** LZMA as the presets 0 to 9 have it. */
export function presetStage(preset: number, kind: LzmaStage['kind']): LzmaStage {
  const isExtreme = preset >= EXTREME;
  const level = preset % EXTREME;
  return {
    kind,
    lc: 3,
    lp: 0,
    pb: 2,
    window: 2 ** DICTIONARY_BITS[level]!,
    depth: isExtreme ? 2 * DEPTHS[level]! : DEPTHS[level]!,
    nice: isExtreme ? 273 : Math.min(273, 16 << (level >>> 1)),
  };
}

/** The filters of a file: each is its id and its properties. */
export function stageOf(id: number, properties: Uint8Array): FilterStage | LzmaStage {
  const { length } = properties;
  if (id === LZMA2_ID && length === 1 && properties[0]! <= 40) {
    return { ...presetStage(6, 'lzma2'), window: windowOf(properties[0]!) };
  }
  if (id === DELTA_ID && length === 1) return { kind: 'delta', distance: properties[0]! + 1 };
  const alignment = BRANCH_ALIGNMENTS.get(id);
  if (alignment === undefined && id !== LZMA2_ID && id !== DELTA_ID) throw new CodecError(`an unknown filter, ${id}`);
  if (alignment !== undefined && (length === 0 || length === 4)) {
    const start = length === 0 ? 0 : new DataView(properties.buffer, properties.byteOffset, 4).getUint32(0, true);
    if (start % alignment === 0) return { kind: 'branches', id, start };
  }
  throw new CodecError(`impossible properties of the filter ${id}`);
}

/** The id and the properties of a filter in a file. */
export function stageBytes(stage: FilterStage | LzmaStage): { readonly id: number; readonly properties: Uint8Array } {
  switch (stage.kind) {
    case 'delta':
      return { id: DELTA_ID, properties: Uint8Array.of(stage.distance - 1) };
    case 'branches': {
      const properties = new Uint8Array(stage.start === 0 ? 0 : 4);
      if (stage.start !== 0) new DataView(properties.buffer).setUint32(0, stage.start, true);
      return { id: stage.id, properties };
    }
    default:
      return { id: LZMA2_ID, properties: Uint8Array.of(windowByte(stage.window)) };
  }
}

/** The dictionary that a byte stands for: 2 or 3 times a power of two, the last of them 4 GiB less one. */
const windowOf = (byte: number): number => (byte === 40 ? 2 ** 32 - 1 : (2 | (byte & 1)) * 2 ** ((byte >>> 1) + 11));

/** The byte of the smallest dictionary of at least so many bytes. */
function windowByte(window: number): number {
  let byte = 0;
  while (byte < 40 && windowOf(byte) < window) byte++;
  return byte;
}
