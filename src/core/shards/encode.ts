/**
 * A whole new shard, made in one piece of memory that is used again: its cells are encoded in the order in which they lie in
 * it, each behind the one before.
 */
import { partOf, type View } from '../../ndarray/picked.js';
import type { Run } from '../../ndarray/strided.js';
import { isPromise, type Task } from '../../task.js';
import type { Context } from '../context.js';
import { type EncodedLevel, encodeWhole } from '../encode.js';
import type { PackedBytes, Scratch } from '../scratch.js';
import { emptyIndex, encodeIndex, type ShardFormat, setEntry } from './shard.js';

/**
 * Packs the shard of which `source` has all elements, in its order, and whose cells are at `level`; whether it has any cells.
 * Undefined where it cannot be done so: a codec has to be waited for, or a cell fails. Which one is the first, in the order
 * of the cells, those find who encode them in that order.
 */
export function* packShard(
  format: ShardFormat,
  level: EncodedLevel,
  source: View,
  context: Context,
  scratch: Scratch,
  packed: PackedBytes,
): Task<boolean | undefined> {
  const { indexAt, indexSize } = format;
  const entries = emptyIndex(format);
  if (indexAt === 'start') packed.skip(indexSize);
  let isEmpty = true;
  let number = 0;
  const sink = {
    takesLent: true,
    put: (bytes: Uint8Array | undefined): void => {
      if (bytes === undefined) return;
      isEmpty = false;
      setEntry(entries, number, packed.length, bytes.length);
      packed.add(bytes);
    },
  };
  try {
    for (number of format.writeOrder()) {
      context.signal?.throwIfAborted();
      const put = encodeWhole(level, cellOf(source, number, format, level), context, scratch, sink);
      if (!isPromise(put)) continue;
      put.then(undefined, () => {}); // It is encoded again, and fails there if it does.
      return undefined;
    }
  } catch {
    return undefined;
  }
  if (isEmpty) return false;
  const index = yield* encodeIndex(entries, format);
  if (indexAt === 'end') packed.add(index);
  else packed.view(0, indexSize).set(index);
  return true;
}

/** The elements of cell `number`. */
function cellOf(source: View, number: number, { gridShape }: ShardFormat, { spec: { shape } }: EncodedLevel): View {
  const runs = new Array<Run>(shape.length);
  let rest = number;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    runs[axis] = { start: (rest % gridShape[axis]!) * length, step: 1, count: length };
    rest = Math.floor(rest / gridShape[axis]!);
  }
  return partOf(source, runs);
}
