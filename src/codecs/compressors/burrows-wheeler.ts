/**
 * The Burrows-Wheeler transform: the last bytes of all rotations of a block, the rotations in their order.
 *
 * Rotations are sorted by doubling: where all are in groups by their first `step` bytes, the group of the rotation `step`
 * further on tells how those of one group go on, and so splits it by twice as many bytes. A round in which no group
 * splits says that what is left together is the same for ever.
 */

/** The transform of `block`, and which rotation is the block itself. */
export function burrowsWheeler(block: Uint8Array): { readonly last: Uint8Array; readonly origin: number } {
  const { length } = block;
  const order = rotationsOf(block);
  const last = new Uint8Array(length);
  let origin = 0;
  for (let i = 0; i < length; i++) {
    const start = order[i]!;
    if (start === 0) origin = i;
    last[i] = block[start === 0 ? length - 1 : start - 1]!;
  }
  return { last, origin };
}

/** Where the rotations begin, in their order. */
function rotationsOf(block: Uint8Array): Int32Array {
  const { length } = block;
  const order = new Int32Array(length);
  /** The group of each rotation: the place of its last member. */
  const groups = new Int32Array(length);
  /** At the beginning of rotations that stand alone, how many there are at least; else 0. */
  const alone = new Int32Array(length);
  groupByPairs(block, order, groups);
  const scratch = new Float64Array(length);
  let isSplit = true;
  for (let step = 2; step < length && isSplit; step *= 2) {
    isSplit = false;
    let runStart = -1;
    for (let start = 0; start < length; ) {
      if (alone[start]! > 0) {
        if (runStart < 0) runStart = start;
        start += alone[start]!;
        alone[runStart] = start - runStart;
        continue;
      }
      const end = groups[order[start]!]! + 1;
      if (end - start === 1) {
        alone[start] = 1;
        continue;
      }
      runStart = -1;
      if (splitGroup(order, groups, scratch, start, end, step)) isSplit = true;
      start = end;
    }
  }
  return order;
}

/** Sorts the rotations by their first two bytes. */
function groupByPairs(block: Uint8Array, order: Int32Array, groups: Int32Array): void {
  const { length } = block;
  const ends = new Int32Array(65537);
  for (let i = 0; i < length; i++) ends[pairAt(block, i) + 1]!++;
  for (let pair = 0; pair < 65536; pair++) ends[pair + 1]! += ends[pair]!;
  const next = ends.slice();
  for (let i = 0; i < length; i++) {
    const pair = pairAt(block, i);
    order[next[pair]!++] = i;
    groups[i] = ends[pair + 1]! - 1;
  }
}

const pairAt = (block: Uint8Array, at: number): number =>
  (block[at]! << 8) | block[at + 1 === block.length ? 0 : at + 1]!;

/** A block is shorter than so many bytes: a group and a rotation fit into one float. */
const PLACES = 2 ** 20;
/** Groups up to so many are sorted here; others by the platform, which costs more to begin with. */
const FEW = 24;

/** Splits the group from `start` to `end` by the groups of what lies `step` further on; whether it was split. */
function splitGroup(
  order: Int32Array,
  groups: Int32Array,
  scratch: Float64Array,
  start: number,
  end: number,
  step: number,
): boolean {
  const { length } = order;
  const first = groups[(order[start]! + step) % length]!;
  let isSplit = false;
  for (let i = start; i < end; i++) {
    const rotation = order[i]!;
    const group = groups[(rotation + step) % length]!;
    if (group !== first) isSplit = true;
    scratch[i] = group * PLACES + rotation;
  }
  if (!isSplit) return false;
  if (end - start > FEW) scratch.subarray(start, end).sort();
  else sortFew(scratch, start, end);
  let last = end - 1;
  let above = -1;
  for (let i = end - 1; i >= start; i--) {
    const group = Math.floor(scratch[i]! / PLACES);
    const rotation = scratch[i]! - group * PLACES;
    if (group !== above) last = i;
    above = group;
    order[i] = rotation;
    groups[rotation] = last;
  }
  return true;
}

function sortFew(numbers: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const number = numbers[i]!;
    let at = i;
    while (at > start && numbers[at - 1]! > number) {
      numbers[at] = numbers[at - 1]!;
      at--;
    }
    numbers[at] = number;
  }
}
