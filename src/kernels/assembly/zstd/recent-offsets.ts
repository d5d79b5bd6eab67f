/**
 * The three offsets used last, which the format names by small numbers: RFC 8878, section 3.1.1.5. They live as long as
 * the frame; a block that is thrown away takes its changes with it.
 */

export let latest: u32 = 1;
export let beforeLatest: u32 = 4;
let third: u32 = 8;

let keptLatest: u32 = 1;
let keptBeforeLatest: u32 = 4;
let keptThird: u32 = 8;

export function resetOffsets(): void {
  latest = 1;
  beforeLatest = 4;
  third = 8;
}

export function keepOffsets(): void {
  keptLatest = latest;
  keptBeforeLatest = beforeLatest;
  keptThird = third;
}

export function restoreOffsets(): void {
  latest = keptLatest;
  beforeLatest = keptBeforeLatest;
  third = keptThird;
}

/**
 * The number that a sequence gives for `offset`: 1 to 3 for a recent one, else the offset plus 3. Without literals the
 * latest offset has no number of its own (it would only have made the match before longer), and the others move up.
 */
export function valueForOffset(offset: u32, isWithoutLiterals: bool): u32 {
  let place: u32 = offset == latest ? 0 : offset == beforeLatest ? 1 : offset == third ? 2 : 3;
  if (isWithoutLiterals && place == 0) place = 3;
  if (place == 0) return 1;
  if (place != 1) third = beforeLatest;
  beforeLatest = latest;
  latest = offset;
  if (place == 3) return offset + 3;
  return isWithoutLiterals ? place : place + 1;
}
