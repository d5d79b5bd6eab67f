/** The chunks that one box of coordinates has and a smaller one in its corner has not: made one at a time. */

/** Counts of chunks along each axis: the box of all coordinates below them. */
type Counts = readonly number[];

/** The coordinates inside `outer` and not inside `inner`, each once. */
export function* coordsBetween(inner: Counts, outer: Counts): Iterable<readonly number[]> {
  for (const { starts, stops } of parts(inner, outer)) yield* coordsIn(starts, stops);
}

/** How many they are. */
export function countBetween(inner: Counts, outer: Counts): number {
  let count = 0;
  for (const { starts, stops } of parts(inner, outer)) {
    count += stops.reduce((size, stop, axis) => size * (stop - starts[axis]!), 1);
  }
  return count;
}

/** Boxes with nothing in common: what is beyond `inner` along each axis, and within it along the axes before. */
function* parts(inner: Counts, outer: Counts): Iterable<{ starts: Counts; stops: Counts }> {
  for (let at = 0; at < outer.length; at++) {
    const starts = outer.map((_, axis) => (axis === at ? inner[axis]! : 0));
    const stops = outer.map((count, axis) => (axis < at ? inner[axis]! : count));
    if (stops.every((stop, axis) => stop > starts[axis]!)) yield { starts, stops };
  }
}

function* coordsIn(starts: Counts, stops: Counts): Iterable<readonly number[]> {
  const coords = [...starts];
  for (;;) {
    yield [...coords];
    let axis = coords.length - 1;
    while (axis >= 0 && ++coords[axis]! === stops[axis]) {
      coords[axis] = starts[axis]!;
      axis--;
    }
    if (axis < 0) return;
  }
}
