/** The arithmetic of the benchmarks. */

/** The middle one; of an even number of them the greater of the two in the middle. */
export function median(numbers) {
  if (numbers.length === 0) throw new Error('expected numbers to take the median of, got none');
  return sorted(numbers)[numbers.length >> 1];
}

/** How many rounds of `seconds` each are asked for: as many as fit into the budget, one at least. */
export function roundsWithin({ seconds, budgetSeconds, rounds }) {
  return Math.max(1, Math.min(rounds, Math.floor(budgetSeconds / seconds)));
}

/** Seconds as people read them. */
export function timeText(seconds) {
  if (seconds >= 1) return `${seconds.toPrecision(3)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toPrecision(3)} ms`;
  return `${(seconds * 1e6).toPrecision(3)} µs`;
}

/** A ratio with as many digits as mean something. */
export function ratioText(ratio) {
  if (ratio >= 100) return ratio.toFixed(0);
  return ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}

/** Bytes as people read them. */
export function sizeText(bytes) {
  for (const [unit, name] of [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ]) {
    if (bytes >= unit) return `${Number((bytes / unit).toFixed(1))} ${name}`;
  }
  return `${bytes} B`;
}

/** `64K` and `1M` in bytes. */
export function bytesOf(size) {
  return Number(size.slice(0, -1)) * { K: 2 ** 10, M: 2 ** 20 }[size.at(-1)];
}

function sorted(numbers) {
  return [...numbers].sort((left, right) => left - right);
}
