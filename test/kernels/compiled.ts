import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The file of the compiled kernels. */
export const KERNELS_FILE = fileURLToPath(new URL('../../src/kernels/kernels.wasm', import.meta.url));

const SOURCES = fileURLToPath(new URL('../../src/kernels/assembly', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../../scripts/build-kernels.mjs', import.meta.url));

/** Builds the kernels into a file, by default their own. */
export function buildKernels(file = KERNELS_FILE): void {
  execFileSync(process.execPath, [SCRIPT, file], { stdio: 'pipe' });
}

/** Builds the kernels where a fresh checkout has none yet, and where they are older than their sources. */
export function buildKernelsIfNeeded(): void {
  const names = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  const files = [...names.map((name) => join(SOURCES, name)), join(SOURCES, '..', 'version.ts')];
  const changedAt = Math.max(...files.map((file) => statSync(file).mtimeMs));
  const builtAt = statSync(KERNELS_FILE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (builtAt < changedAt) buildKernels();
}
