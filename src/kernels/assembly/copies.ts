/**
 * Copies in steps of sixteen bytes or 64, as decoders need them: from their input, and of what lies before in their output.
 *
 * Bounds: a step is read and written at least, and up to a step less one behind the end, where the next copy writes again.
 */

/** For each distance below 16, the places of sixteen bytes that repeat so many. */
const PATTERNS: usize = memory.data(16 * 16, 16);
for (let distance: u32 = 1; distance < 16; distance++) {
  for (let i: u32 = 0; i < 16; i++) store<u8>(PATTERNS + (<usize>distance << 4) + i, <u8>(i % distance));
}

// @ts-ignore: decorator
@inline
export function copy16(target: usize, source: usize): void {
  v128.store(target, v128.load(source));
}

// @ts-ignore: decorator
@inline
export function copy64(target: usize, source: usize): void {
  copy16(target, source);
  copy16(target + 16, source + 16);
  copy16(target + 32, source + 32);
  copy16(target + 48, source + 48);
}

/** Copies what lies from `from` on to `to`, until `toEnd`; the two do not overlap. */
// @ts-ignore: decorator
@inline
export function copyApart(from: usize, to: usize, toEnd: usize): void {
  do {
    copy16(to, from);
    to += 16;
    from += 16;
  } while (to < toEnd);
}

/** As `copyApart`, in steps of 64 bytes: where it is often that many, that the end comes is better foreseen. */
// @ts-ignore: decorator
@inline
export function copyLong(from: usize, to: usize, toEnd: usize): void {
  do {
    copy64(to, from);
    to += 64;
    from += 64;
  } while (to < toEnd);
}

/** Repeats what lies `offset` bytes before `to`, until `toEnd`. */
// @ts-ignore: decorator
@inline
export function copyMatch(offset: u32, to: usize, toEnd: usize): void {
  let from = to - offset;
  if (offset >= 16) {
    do {
      copy16(to, from);
      to += 16;
      from += 16;
    } while (to < toEnd);
    return;
  }
  const pattern = i8x16.swizzle(v128.load(from), v128.load(PATTERNS + (<usize>offset << 4)));
  // As many bytes as the pattern can be moved on by without its turning.
  const step = 16 - (16 % offset);
  do {
    v128.store(to, pattern);
    to += step;
  } while (to < toEnd);
}
