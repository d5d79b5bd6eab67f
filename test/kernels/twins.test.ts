/** What a run tests: the compiled kernels, or their twins. */
import { beforeAll, expect, it } from 'vitest';
import { kernels } from '../../src/kernels/kernels.js';
import { buildKernelsIfNeeded } from './compiled.js';

beforeAll(buildKernelsIfNeeded, 60_000);

it('the kernels are there, but in a run on their twins', () => {
  // Vitest tells so what --mode was given.
  const isOnTwins = process.env['MODE'] === 'twins';
  expect(kernels() === undefined).toBe(isOnTwins);
});
