/**
 * Compiles src/kernels/assembly (AssemblyScript) to src/kernels/kernels.wasm, or to the file that is named. The same
 * sources give the same bytes. Which sources those are, src/kernels/version.ts says, to the module and to the library: it
 * is written when they have changed.
 *
 *     node scripts/build-kernels.mjs [file]
 */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join('src', 'kernels', 'assembly', 'index.ts');
const target = resolve(process.argv[2] ?? join(root, 'src', 'kernels', 'kernels.wasm'));

writeVersion();
let compiled;
const { error, stderr } = await asc.main(
  [
    entry,
    ...['--baseDir', root],
    ...['--outFile', 'kernels.wasm'],
    '-O3',
    ...['--enable', 'simd', '--enable', 'bulk-memory'],
    ...['--runtime', 'stub'],
    // No imports: what would call `abort` traps.
    ...['--use', 'abort='],
  ],
  { writeFile: (_name, contents) => void (compiled = contents) },
);
if (error !== null) throw new Error(`The kernels do not compile.\n${stderr.toString()}`, { cause: error });

replaceFile(target, compiled);
console.log(`${target}: ${compiled.length} bytes`);

/** Writes the version, a hash of the sources, for the module and for who loads it. */
function writeVersion() {
  const folder = join(root, dirname(entry));
  const sources = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'));
  const hash = createHash('sha256');
  for (const name of sources.map((name) => name.replaceAll('\\', '/')).sort()) {
    hash.update(`${name}\0${readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')}\0`);
  }
  const version = hash.digest().readUInt32BE() & 0x7fff_ffff; // It is a number to both languages.
  const text = `/** Of which sources \`kernels.wasm\` is built: made by scripts/build-kernels.mjs. */
export const KERNELS_VERSION = 0x${version.toString(16).padStart(8, '0')};
`;
  const file = join(root, 'src', 'kernels', 'version.ts');
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  replaceFile(file, text);
}

/** The file appears whole or not at all, also where two builds run at once. */
function replaceFile(file, contents) {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, file);
}
