/** The filters of LZMA as Python's `lzma` module has them: a list of objects, each with the `id` of a filter. */
import { JsonNumber, type JsonObject } from '../../json/model.js';
import { at, Options } from '../options.js';
import { BRANCH_ALIGNMENTS } from './lzma-branches.js';
import {
  EXTREME,
  type FilterChain,
  type FilterStage,
  LZMA1_ID,
  LZMA2_ID,
  type LzmaStage,
  MAX_FILTERS,
  presetStage,
} from './lzma-filters.js';

/** One filter. Which options it has depends on `id`. */
export interface LZMAFilter {
  /** 0x4000000000000001n LZMA1, 0x21 LZMA2, 3 differences, 4 to 9 machine code of x86 to SPARC. */
  readonly id: number | bigint;
  readonly [option: string]: number | bigint | undefined;
}

const LZMA_MEMBERS = Object.freeze(['id', 'preset', 'dict_size', 'lc', 'lp', 'pb', 'mode', 'nice_len', 'mf', 'depth']);
const DELTA_ID = 3;

/** The stages of a list of filters, in the order in which they are encoded; `name` is the codec's. */
export function stagesOf(name: string, filters: unknown, given: Options): readonly (FilterStage | LzmaStage)[] {
  if (!Array.isArray(filters) || filters.length === 0 || filters.length > MAX_FILTERS) {
    throw given.expected('filters', `a list of 1 to ${MAX_FILTERS} filters`, filters);
  }
  return given.checked(() => filters.map((filter: unknown, i) => at(`filters[${i}]`, () => stageOf(name, filter))));
}

function stageOf(name: string, filter: unknown): FilterStage | LzmaStage {
  const members: ReadonlyMap<string, unknown> =
    filter instanceof Map ? filter : new Map(Object.entries(isObject(filter) ? filter : {}));
  const id = integerOf(members.get('id'));
  const options = (known: readonly string[]): Options => {
    const others = new Map([...members].filter(([member]) => member !== 'id'));
    // Values are checked one by one when they are asked for.
    return new Options(name, others as unknown as JsonObject, known);
  };
  if (id === LZMA1_ID || id === BigInt(LZMA2_ID)) return lzmaStage(id, options(LZMA_MEMBERS));
  if (id === BigInt(DELTA_ID)) {
    return { kind: 'delta', distance: options(['dist']).integer('dist', { minimum: 1, maximum: 256 }) ?? 1 };
  }
  const alignment = id === undefined || id > 9n ? undefined : BRANCH_ALIGNMENTS.get(Number(id));
  const given = options(['start_offset']);
  if (alignment === undefined) throw given.expected('id', 'the id of a filter', members.get('id'));
  const start = given.integer('start_offset', { minimum: 0, maximum: 2 ** 32 - 1 }) ?? 0;
  if (start % alignment !== 0) throw given.expected('start_offset', `a multiple of ${alignment}`, start);
  return { kind: 'branches', id: Number(id), start };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (value instanceof JsonNumber) return value.isInteger ? value.toBigInt() : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  // A number that is written as LZMA1's id is one less.
  return value === Number(LZMA1_ID) ? LZMA1_ID : BigInt(value);
}

function lzmaStage(id: bigint, given: Options): LzmaStage {
  const preset = presetStage(presetOf(given, 'preset') ?? 6, id === LZMA1_ID ? 'lzma1' : 'lzma2');
  const lc = given.integer('lc', { minimum: 0, maximum: 4 }) ?? preset.lc;
  const lp = given.integer('lp', { minimum: 0, maximum: 4 }) ?? preset.lp;
  if (lc + lp > 4) throw given.wrong('lp', `expected lc and lp of at most 4 together, got ${lc} and ${lp}`);
  given.integer('mode', { minimum: 1, maximum: 2 });
  given.integer('mf', { minimum: 3, maximum: 0x14 });
  const depth = given.integer('depth', { minimum: 0, maximum: 2 ** 32 - 1 }) ?? 0;
  return {
    ...preset,
    lc,
    lp,
    pb: given.integer('pb', { minimum: 0, maximum: 4 }) ?? preset.pb,
    window: given.integer('dict_size', { minimum: 4096, maximum: 1.5 * 2 ** 30 }) ?? preset.window,
    depth: depth === 0 ? preset.depth : Math.min(depth, 1024),
    nice: given.integer('nice_len', { minimum: 2, maximum: 273 }) ?? preset.nice,
  };
}

/** A preset: 0 to 9, or so much above `EXTREME`. */
export function presetOf(given: Options, name: string): number | undefined {
  const preset = given.integer(name, { minimum: 0, maximum: EXTREME + 9 });
  if (preset === undefined || preset % EXTREME <= 9) return preset;
  throw given.expected(name, '0 to 9, or with 2147483648 added', preset);
}

/** The chain that these stages make; undefined where LZMA is missing at the end, or stands before it. */
export function chainOf(stages: readonly (FilterStage | LzmaStage)[]): FilterChain | undefined {
  const filters = stages.slice(0, -1).filter((stage) => stage.kind === 'delta' || stage.kind === 'branches');
  const lzma = stages.at(-1);
  if (lzma === undefined || lzma.kind === 'delta' || lzma.kind === 'branches') return undefined;
  return filters.length === stages.length - 1 ? { filters, lzma } : undefined;
}
