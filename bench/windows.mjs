/** The windows that are read of an array, one after another or some at once. */

/** Starts of the windows: `all` tiles the array, `aligned` takes some of those, `anywhere` any places, the same each time. */
export function windowStarts({ kind, shape, count }, arrayShape) {
  const tiles = arrayShape.map((length, axis) => Math.floor(length / shape[axis]));
  if (kind === 'all') return tilesOf(tiles).map((tile) => tile.map((index, axis) => index * shape[axis]));
  const next = randoms();
  const below = (limit) => Math.floor(next() * limit);
  return Array.from({ length: count }, () =>
    arrayShape.map((length, axis) =>
      kind === 'aligned' ? below(tiles[axis]) * shape[axis] : below(length - shape[axis]),
    ),
  );
}

function tilesOf([count, ...rest]) {
  if (count === undefined) return [[]];
  const inner = tilesOf(rest);
  return Array.from({ length: count }, (_, index) => inner.map((tile) => [index, ...tile])).flat();
}

/** Numbers from 0 to 1 (mulberry's, of 32 bits), the same in every run. */
function randoms() {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
