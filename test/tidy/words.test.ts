/** What must not stand in any file of the repository: places on one machine, and notes that something is unfinished. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './sources.js';

/** Written with brackets, so that this file does not hold what it looks for. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'a path of one machine': /(?<![\w.])\/(wor[k]|tm[p]\/zpy|hom[e]\/\w|User[s]\/\w)/,
  'something unfinished': /\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b/,
  'a conflict of a merge': /^(<{7}|>{7}) /m,
  'one test left to run alone': /\b(test|describe|it)\.onl[y]\(/,
};

/** Made by tools, or not text. */
const SKIPPED = /^package-lock\.json$|\.(wasm|png|zip|bin|npy|npz|tgz|gz|zst|h5|nc)$|^test\/(fixtures|conformance)\//;

const LIMIT_BYTES = 1_000_000;

/** Files that are tracked, or would be. */
function trackedFiles(): string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return listing.split('\0').filter((path) => path !== '' && !SKIPPED.test(path) && existsSync(resolve(root, path)));
}

test('no file holds forbidden words', { timeout: 30_000 }, () => {
  const found: string[] = [];
  for (const path of trackedFiles()) {
    const bytes = readFileSync(resolve(root, path));
    if (bytes.length > LIMIT_BYTES || bytes.includes(0)) continue;
    const text = bytes.toString('utf8');
    for (const [what, pattern] of Object.entries(FORBIDDEN)) {
      const match = pattern.exec(text);
      if (match) found.push(`${path}:${text.slice(0, match.index).split('\n').length}: ${what}: ${match[0]}`);
    }
  }
  expect(found).toEqual([]);
});
