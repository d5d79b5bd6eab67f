/** A copy of dist/ without the compiled kernels, in which the twins serve, and nothing of Node's own compression does. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Makes the copy, and returns its folder; it is gone when the process ends. */
export function copyWithoutKernels() {
  const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-twins-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  manifest.imports = { '#platform/zlib': './dist/platform/browser/zlib.js', ...manifest.imports };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  cpSync(join(root, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (name) => !name.endsWith('.wasm') && !name.endsWith('.map'),
  });
  return join(folder, 'dist');
}
