/** The compiled shuffles against their twins. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bitshuffleTwin, unbitshuffleTwin } from '../../src/codecs/compressors/bitshuffle.js';
import { shuffleTwin, unshuffleTwin } from '../../src/codecs/compressors/shuffle.js';
import { kernels } from '../../src/kernels/kernels.js';
import { SHUFFLED_BITS, SHUFFLED_BYTES, shuffleCompiled } from '../../src/kernels/shuffles.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { noise, runs } from './contents.js';

beforeAll(() => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
}, 60_000);

const typesizes = fc.oneof(fc.constantFrom(1, 2, 4, 8, 16), fc.integer({ min: 1, max: 256 }));
/** Whole tiles and parts of them, and bytes that make no element. */
const counts = fc.oneof(
  fc.nat(300),
  fc.nat(40).map((groups) => 8 * groups),
);

describe.each([
  { name: 'bytes forward', kind: SHUFFLED_BYTES, direction: 'forward', twin: shuffleTwin },
  { name: 'bytes back', kind: SHUFFLED_BYTES, direction: 'back', twin: unshuffleTwin },
  { name: 'bits forward', kind: SHUFFLED_BITS, direction: 'forward', twin: bitshuffleTwin },
  { name: 'bits back', kind: SHUFFLED_BITS, direction: 'back', twin: unbitshuffleTwin },
] as const)('the compiled shuffle of $name', ({ kind, direction, twin }) => {
  it('does what its twin does', () => {
    fc.assert(
      fc.property(typesizes, counts, fc.nat(255), fc.nat(), (typesize, count, rest, seed) => {
        const next = noise(seed);
        const source = new Uint8Array(typesize * count + (rest % typesize)).map(() => next() * 256);
        const expected = new Uint8Array(source.length);
        twin(source, expected, typesize);
        const target = new Uint8Array(source.length);
        expect(shuffleCompiled(source, target, { kind, direction, typesize })).toBe(true);
        expect(Buffer.compare(target, expected)).toBe(0);
      }),
      runs(500),
    );
  });

  it('leaves elements that are too large to its twin', () => {
    const source = new Uint8Array(1000);
    expect(shuffleCompiled(source, new Uint8Array(1000), { kind, direction, typesize: 257 })).toBe(false);
  });
});
