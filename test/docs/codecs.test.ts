/** docs/codecs.md has every codec of the registry, and says about what it weighs. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from '../tidy/sources.js';

test('the table of codecs is not stale', { timeout: 60_000 }, () => {
  const { stderr } = spawnSync(process.execPath, ['scripts/codec-weights.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
});
