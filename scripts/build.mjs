/**
 * Makes dist/ from src/: the kernels, the modules with their declarations and maps, and the kernels' file beside them.
 * Run by `npm pack` too, so that a fresh clone makes the whole package. With `--if-needed` it does nothing when dist/
 * is newer than every source.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const KERNELS = 'kernels/kernels.wasm';

if (process.argv.includes('--if-needed') && isFresh()) process.exit(0);
if (existsSync(join(root, 'scripts/build-kernels.mjs'))) execute('scripts/build-kernels.mjs');
rmSync(join(root, 'dist'), { recursive: true, force: true });
execute('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
mkdirSync(dirname(join(root, 'dist', KERNELS)), { recursive: true });
copyFileSync(join(root, 'src', KERNELS), join(root, 'dist', KERNELS));
checkComplete();

function execute(script, ...args) {
  const { status, error } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`build: ${script} failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}

/** Whether every file that package.json hands out is newer than every source. */
function isFresh() {
  const built = handedOut().map((file) => join(root, file));
  if (!built.every(existsSync)) return false;
  const oldest = Math.min(...built.map(modifiedAt));
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map((name) => join(root, 'src', name));
  const inputs = [...sources, join(root, 'package.json'), join(root, 'tsconfig.build.json')];
  return inputs.filter((file) => !file.endsWith('.wasm')).every((file) => modifiedAt(file) < oldest);
}

function modifiedAt(file) {
  const info = statSync(file);
  return info.isDirectory() ? 0 : info.mtimeMs;
}

/** A package that names a file it does not have fails only at its user's: better here. */
function checkComplete() {
  const missing = handedOut().filter((file) => !existsSync(join(root, file)));
  if (missing.length === 0) return;
  console.error(`build: package.json names files that the build did not make: ${missing.join(', ')}`);
  process.exit(1);
}

/** The files in dist/ that `exports` names. */
function handedOut() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.values(exports)
    .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
    .filter((file) => file.startsWith('./dist/'));
}
