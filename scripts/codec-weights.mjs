/**
 * The table of codecs in docs/codecs.md: which modules `built-in.ts` imports, the names of their codecs in both formats,
 * and what each weighs, bundled alone for a browser, minified and compressed. Notes in the table are kept.
 *
 *   --check   write nothing; fail if a codec is missing in the table, or its weight is wrong by more than a tenth
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs/codecs.md');
const registry = join(root, 'src/codecs/built-in.ts');
/** What belongs to a codec; all else is there anyway. */
const OWN = /^(src\/codecs\/\w[\w-]*\/|src\/platform\/|src\/kernels\/|node_modules\/)/;
const TOLERANCE = 0.1;
const TOLERANCE_BYTES = 300;

/** Leaves out what is no codec's own. */
const othersExternal = {
  name: 'others-external',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined;
      const target = relative(root, resolve(resolveDir, path)).split(sep).join('/');
      return OWN.test(target) ? undefined : { path, external: true };
    });
  },
};

const { values: options } = parseArgs({ options: { check: { type: 'boolean' } } });
const text = readFileSync(page, 'utf8');
const notes = notesOf(text);
const modules = await Promise.all(codecModules().map(describeModule));
if (options.check) check();
else writeFileSync(page, updated());

/** The modules from which the registry imports definitions, as `compressors/gzip`. */
function codecModules() {
  const imports = readFileSync(registry, 'utf8').matchAll(
    /import \{([^}]*Definition[^}]*)\} from '\.\/([\w-]+\/[\w-]+)\.js'/g,
  );
  return [...imports].map(([, names, module]) => ({ module, definitions: names.match(/\w+Definition/g) }));
}

async function describeModule({ module, definitions }) {
  const entry = join(root, 'src/codecs', `${module}.ts`);
  const loaded = await import(dataUrl(await bundle({ entry, external: false })));
  const found = definitions.map((name) => loaded[name]);
  const alone = await bundle({ entry, external: true, minify: true });
  return {
    module,
    names: found.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
    ids: found.flatMap(({ v2 }) => (v2 ? [v2.id] : [])),
    bytes: gzipSync(alone, { level: 9 }).length,
  };
}

function dataUrl(code) {
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}

async function bundle({ entry, external, minify = false }) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['zarr-ts-source', 'browser'],
    minify,
    logLevel: 'error',
    plugins: external ? [othersExternal] : [],
  });
  return outputFiles[0].text;
}

/** The last column of each row by its module. */
function notesOf(markdown) {
  const rows = markdown.matchAll(/^\| `([\w-]+\/[\w-]+)` \|.*\| ([^|]*) \|$/gm);
  return new Map([...rows].map(([, module, note]) => [module, note.trim()]));
}

function updated() {
  const code = (words) => words.map((word) => `\`${word}\``).join(', ');
  const row = ({ module, names, ids, bytes }) =>
    `| \`${module}\` | ${code(names)} | ${code(ids)} | ${(bytes / 1000).toFixed(1)} | ${notes.get(module) ?? ''} |`;
  const header = ['| module | format 3 | format 2 | kB | options and notes |', '|---|---|---|---:|---|'];
  const table = [...header, ...modules.sort((a, b) => (a.module < b.module ? -1 : 1)).map(row)].join('\n');
  return text.replace(/^\| module \|[\s\S]*?\n(?!\|)/m, `${table}\n`);
}

function check() {
  const rows = new Map(
    [...text.matchAll(/^\| `([\w-]+\/[\w-]+)` \|.*\| ([\d.]+) \|[^|]*\|$/gm)].map((row) => [row[1], row]),
  );
  const problems = modules.flatMap(({ module, names, ids, bytes }) => {
    const row = rows.get(module);
    if (row === undefined) return [`${module}: missing`];
    const unnamed = [...names, ...ids].filter((name) => !row[0].includes(`\`${name}\``));
    const found = Number(row[2]) * 1000;
    const isFar = Math.abs(found - bytes) > Math.max(TOLERANCE_BYTES, TOLERANCE * bytes);
    return [
      ...unnamed.map((name) => `${module}: lacks the name ${name}`),
      ...(isFar ? [`${module}: ${row[2]} kB in the table, ${(bytes / 1000).toFixed(1)} kB measured`] : []),
      ...(notes.get(module) ? [] : [`${module}: says nothing of its options`]),
    ];
  });
  const gone = [...rows.keys()].filter((module) => !modules.some((one) => one.module === module));
  problems.push(...gone.map((module) => `${module}: in the table, not in the registry`));
  for (const problem of problems)
    console.error(`docs/codecs.md: ${problem} (node scripts/codec-weights.mjs writes it)`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
