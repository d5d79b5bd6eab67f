/** Chunk keys: how the coordinates of a chunk become the end of its key (format 3 core, "chunk key encoding"). */
export interface KeyEncoding {
  readonly name: 'default' | 'v2' | 'zarrs.default_suffix';
  readonly separator: '/' | '.';
  /** What `zarrs.default_suffix` puts behind the keys of `default`. */
  readonly suffix?: string;
}

/** The key of a chunk, relative to its array: `c/0/1`, or `0.1`. */
export function chunkKey({ name, separator, suffix = '' }: KeyEncoding, coords: readonly number[]): string {
  if (name === 'v2') return coords.length === 0 ? '0' : coords.join(separator);
  return (coords.length === 0 ? 'c' : `c${separator}${coords.join(separator)}`) + suffix;
}

/** What the keys of all chunks have around their last coordinate that differ from `coords`, of one axis at least, in it only. */
export function chunkKeyEnds(
  { name, separator, suffix = '' }: KeyEncoding,
  coords: readonly number[],
): { readonly start: string; readonly end: string } {
  let start = name === 'v2' ? '' : `c${separator}`;
  for (let axis = 0; axis < coords.length - 1; axis++) start += coords[axis] + separator;
  return { start, end: name === 'v2' ? '' : suffix };
}
