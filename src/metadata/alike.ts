/**
 * Arrays whose documents say the same, but for attributes and the names of dimensions, as many in a hierarchy do: what one
 * document was found to say is what the next one says, and need not be checked and made again. Their models have data
 * type, fill value, grid and codecs in common, which nobody changes.
 *
 * Such documents have the same values in common, not only equal ones (json/known): they are found by one of these, and the
 * others are compared by identity.
 */
import { codecRevision } from '../codecs/registry.js';
import { config } from '../config.js';
import { typeRevision } from '../dtypes/registry.js';
import type { JsonObject } from '../json/model.js';
import type { MetadataLimits } from './limits.js';
import type { ArrayModel } from './model.js';

/** A document, what it says, and all that this depends on besides. */
interface ReadArray {
  readonly document: JsonObject;
  readonly model: ArrayModel;
  readonly circumstances: Circumstances;
}

interface Circumstances {
  readonly limits: MetadataLimits;
  readonly rectilinear: boolean;
  readonly codecs: number;
  readonly types: number;
}

/** The last array that was read with each value, as long as that is used. */
const READ = /* @__PURE__ */ new WeakMap<object, ReadArray>();

/** The model of an array that has `value` too, and whose document differs from `document` in none but `own` members. */
export function arrayAlike(
  value: unknown,
  document: JsonObject,
  own: readonly string[],
  limits: MetadataLimits,
): ArrayModel | undefined {
  const read = isObject(value) ? READ.get(value) : undefined;
  if (read === undefined || !holds(read.circumstances, limits)) return undefined;
  return saysTheSame(document, read.document, own) ? read.model : undefined;
}

/** Makes `model`, which `document` was read to, known to those that have `value` too. */
export function keepArray(value: unknown, document: JsonObject, limits: MetadataLimits, model: ArrayModel): void {
  if (!isObject(value)) return;
  READ.set(value, {
    document,
    model,
    circumstances: {
      limits,
      rectilinear: config.get('array.rectilinearChunks'),
      codecs: codecRevision(),
      types: typeRevision(),
    },
  });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether documents mean the same as under `circumstances`, and as much is allowed. */
const holds = (
  { limits, rectilinear, codecs, types }: Circumstances,
  { rank, shardIndexBytes }: MetadataLimits,
): boolean =>
  codecs === codecRevision() &&
  types === typeRevision() &&
  limits.rank === rank &&
  limits.shardIndexBytes === shardIndexBytes &&
  rectilinear === config.get('array.rectilinearChunks');

/** Whether two documents have the same members but for those in `own`. */
function saysTheSame(document: JsonObject, other: JsonObject, own: readonly string[]): boolean {
  if (document === other) return true;
  for (const [name, value] of document) if (value !== other.get(name) && !own.includes(name)) return false;
  return countWithout(document, own) === countWithout(other, own);
}

const countWithout = (document: JsonObject, own: readonly string[]): number =>
  own.reduce((count, name) => (document.has(name) ? count - 1 : count), document.size);
