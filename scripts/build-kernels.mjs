/**
 * Compiles src/kernels/assembly (AssemblyScript) to src/kernels/kernels.wasm, or to the file that is named. The same
 * sources give the same bytes.
 *
 *     node scripts/build-kernels.mjs [file]
 */

import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join('src', 'kernels', 'assembly', 'index.ts');
const target = resolve(process.argv[2] ?? join(root, 'src', 'kernels', 'kernels.wasm'));

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

// The file appears whole or not at all, also where two builds run at once.
const unfinished = `${target}.${process.pid}`;
writeFileSync(unfinished, compiled);
renameSync(unfinished, target);
console.log(`${target}: ${compiled.length} bytes`);
