/**
 * Tests the package as users get it: packs it, installs the tarball into an empty folder outside the repository, runs
 * `test/package/smoke.mjs` and `later-codecs.mjs` there, and then those suites of `test/` that use nothing but the public entry points, with
 * the installed files in place of the sources (`ZARR_TS_PACKAGE` in vitest.config.ts).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { entries, manifest, packTarball, root, temporaryFolder } from './tarball.mjs';

const ENTRY_SOURCES = entries.map((name) =>
  join(root, 'src', `${name === manifest.name ? 'index' : name.slice(manifest.name.length + 1)}.ts`),
);

const folder = temporaryFolder();
writeFileSync(
  join(folder, 'package.json'),
  JSON.stringify({ name: 'user', version: '1.0.0', private: true, type: 'module' }),
);
execFileSync('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', packTarball()], {
  cwd: folder,
  stdio: 'inherit',
});
const installed = join(folder, 'node_modules', manifest.name);

for (const program of ['smoke.mjs', 'later-codecs.mjs']) {
  copyFileSync(join(root, 'test/package', program), join(folder, program));
}
run('the smoke program', folder, ['smoke.mjs']);
run('codecs that are loaded when they are met', folder, ['--conditions=browser', 'later-codecs.mjs']);

const suites = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !/^(tidy|package)\//.test(name))
  .map((name) => join(root, 'test', name))
  .filter((file) => usesPackage(file) && staysPublic(file));
if (suites.length === 0) throw new Error('no suite uses only the public entry points');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
run(`${suites.length} suites against the installed package`, root, [
  vitest,
  'run',
  '--no-color',
  ...suites.map((file) => relative(root, file)),
]);

function run(what, cwd, args) {
  console.log(`── ${what}`);
  const env = { ...process.env, ZARR_TS_PACKAGE: installed };
  const { status } = spawnSync(process.execPath, args, { cwd, env, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${what}`);
  if (status !== 0) process.exit(1);
}

/** Whether a suite reaches the library only through files that users can import too. */
function staysPublic(file, seen = new Set()) {
  if (seen.has(file)) return true;
  seen.add(file);
  return importsOf(file).every((target) => {
    if (target.startsWith(join(root, 'src'))) return ENTRY_SOURCES.includes(target);
    return staysPublic(target, seen);
  });
}

function usesPackage(file) {
  return (
    importsOf(file).some((target) => ENTRY_SOURCES.includes(target)) || /from 'zarr-ts/.test(readFileSync(file, 'utf8'))
  );
}

/** The files of the repository that a TypeScript file imports by path. */
function importsOf(file) {
  if (!existsSync(file) || !file.endsWith('.ts')) return [];
  const specifiers = readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
  return Array.from(specifiers, ([, specifier]) => resolve(dirname(file), specifier).replace(/\.js$/, '.ts'));
}
