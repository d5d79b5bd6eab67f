import fc from 'fast-check';

/** So many runs of a property: of others each time, but where a failure would stop somebody else's work. */
export const runs = (numRuns: number): { readonly numRuns: number; readonly seed?: number } =>
  process.env['CI'] ? { numRuns, seed: 20 } : { numRuns };

/** Numbers from 0 to 1 that look random and are the same for the same seed. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 8) / 2 ** 24;
  };
}

/** Bytes with repeats near and far, of few symbols or of many, at most so many. */
export function repetitiveBytes(longest: number): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      length: fc.oneof(fc.nat(40), fc.nat(Math.min(longest, 1000)), fc.nat(longest)),
      symbols: fc.integer({ min: 1, max: 256 }),
      period: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: Math.max(2, longest / 2) })),
      changes: fc.double({ min: 0, max: 0.5, noNaN: true }),
      seed: fc.nat(),
    })
    .map(({ length, symbols, period, changes, seed }) => {
      const next = noise(seed);
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) {
        bytes[i] = i < period || next() < changes ? Math.floor(next() * next() * symbols) : bytes[i - period]!;
      }
      return bytes;
    });
}

/** What can happen to bytes on their way: a few of them change, and the end is cut off. */
export interface Damage {
  readonly flips: readonly (readonly [place: number, flip: number])[];
  /** The part that is kept; 1 and more is the whole. */
  readonly kept: number;
}

export const damages: fc.Arbitrary<Damage> = fc.record({
  flips: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 255 })), {
    maxLength: 3,
  }),
  kept: fc.double({ min: 0, max: 3, noNaN: true }),
});

/** A damaged copy of `bytes`. */
export function damaged(bytes: Uint8Array, { flips, kept }: Damage): Uint8Array {
  const copy = bytes.slice(0, Math.min(bytes.length, Math.ceil(kept * bytes.length)));
  for (const [place, flip] of flips) if (copy.length > 0) copy[Math.floor(place * (copy.length - 1))]! ^= flip;
  return copy;
}

/** What `work` returns, or what it throws as text. */
export function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}
