/**
 * Makes the pages of `docs/` that follow from the sources: `docs/parity.md` and `docs/reference/`. `--check` writes
 * nothing, and fails where a page is not what it would be made, or where a name or its documentation is missing.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parityPage } from './docs/parity.mjs';
import { compile, entryPoints } from './docs/program.mjs';
import { referencePages } from './docs/reference.mjs';
import { loadSurface } from './docs/surface.mjs';
import { root } from './tarball.mjs';

const isCheck = process.argv.includes('--check');
const compiled = compile();
const parity = parityPage(compiled, entryPoints, await loadSurface());
const reference = referencePages(compiled, entryPoints);
const pages = new Map([['docs/parity.md', parity.text], ...reference.pages]);
const problems = [...parity.problems, ...reference.problems];

for (const [path, text] of pages) {
  const file = join(root, path);
  const isFresh = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (isFresh) continue;
  if (isCheck) problems.push(`${path} is not what \`npm run docs\` makes`);
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
