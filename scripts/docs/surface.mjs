/** The library as it runs: both entry points, bundled from the sources and imported, with a node of each kind. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root, temporaryFolder } from '../tarball.mjs';

export async function loadSurface() {
  const folder = temporaryFolder();
  await build({
    entryPoints: ['index', 'sync', 'errors'].map((name) => join(root, 'src', `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // So that both entry points have the same classes.
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['zarr-ts-source'],
    logLevel: 'error',
  });
  const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  const [index, sync, errors] = await Promise.all(['index', 'sync', 'errors'].map(load));
  const instances = {
    Array: sync.zeros([1]),
    AsyncArray: await index.zeros([1]),
    Group: sync.group(),
    AsyncGroup: await index.group(),
  };
  return { index, sync, errors, instances };
}
