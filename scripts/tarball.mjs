/** The package as users get it: packed once into a temporary folder, which goes when the process ends. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The modules that can be imported, as users write them: `zarr-ts`, `zarr-ts/sync`, and so on. */
export const entries = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target !== 'string')
  .map(([subpath]) => manifest.name + subpath.slice(1));

/** A fresh folder outside the repository, so that nothing resolves to the repository by accident. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Packs the repository as it is; the path of the tarball. `ZARR_TS_TARBALL` names one that was packed before, so that
 * a run of several checks packs once.
 */
export function packTarball() {
  const packed = process.env.ZARR_TS_TARBALL;
  if (packed) return packed;
  const folder = temporaryFolder();
  // The build's own messages go to the error stream: tsc writes what it finds to its output.
  const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('npm pack failed');
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  return join(folder, tarball);
}

/** Unpacks `tarball` as an installed package of `folder`, with the repository's copies of its dependencies. */
export function unpackInto(folder, tarball) {
  const modules = join(folder, 'node_modules');
  const target = join(modules, manifest.name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]);
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  return target;
}
