/**
 * What must hold of the package as it is published: its manifest (publint), how TypeScript resolves it
 * (arethetypeswrong), that it loads with `require()` and does nothing else when it loads, and that each entry point
 * makes a browser bundle that reaches no built-in of Node, and the workers' file a bundle of one file. Prints the size of
 * each bundle.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { entries, manifest, packTarball, root, temporaryFolder, unpackInto } from './tarball.mjs';

/** The start of a wasm file in base64: kernels are a file of their own, which a page need not load. */
const INLINED_WASM = 'AGFzbQ';

const tarball = packTarball();
const folder = temporaryFolder();
const installed = unpackInto(folder, tarball);

const GATES = {
  manifest: checkManifest,
  resolution: checkResolution,
  files: checkFiles,
  loading: checkLoading,
  bundles: checkBundles,
  worker: checkWorker,
};

/** How bundles for browsers are made. */
const FOR_BROWSERS = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: 'bundle',
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  conditions: ['browser'],
  logLevel: 'silent',
};

let failures = 0;
for (const [name, gate] of Object.entries(GATES)) {
  const problems = await gate();
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  for (const problem of problems) console.log(`       ${problem}`);
  failures += problems.length;
}
process.exit(failures === 0 ? 0 : 1);

async function checkManifest() {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
  return messages.map((message) => formatMessage(message, pkg));
}

function checkResolution() {
  const others = Object.keys(manifest.exports).filter((subpath) => typeof manifest.exports[subpath] === 'string');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
      tarball,
      ...['--profile', 'esm-only', '--no-emoji', '--no-color', '--format', 'ascii'],
      ...['--exclude-entrypoints', ...others],
    ],
    { encoding: 'utf8' },
  );
  return status === 0 ? [] : [(stdout + stderr).trim()];
}

/** What must be in the tarball, and what must not. */
function checkFiles() {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  const required = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'dist/kernels/kernels.wasm'];
  const missing = required.filter((file) => !files.includes(file)).map((file) => `lacks ${file}`);
  const unmapped = files
    .filter((file) => file.startsWith('dist/') && file.endsWith('.map'))
    .flatMap((file) => sourcesOf(join(installed, file)).filter((source) => !files.includes(source)))
    .map((source) => `a map names ${source}, which is not in the package`);
  const foreign = files.filter((file) => /(^|\/)(node_modules|test|\.env|.*\.tgz)$/.test(file));
  return [...missing, ...new Set(unmapped), ...foreign.map((file) => `must not hold ${file}`)];
}

/** The sources that a map names, from the package's root. */
function sourcesOf(map) {
  const { sources } = JSON.parse(readFileSync(map, 'utf8'));
  return sources.map((source) => join(map, '..', source).slice(installed.length + 1));
}

/** Loads every entry point in a process of its own and looks at what that changed. */
function checkLoading() {
  const program = `
    const seen = () => [
      ...Reflect.ownKeys(globalThis).map(String),
      ...Object.keys(process.env),
      ...[Object, Array, Promise, Uint8Array, Function].flatMap((type) => Reflect.ownKeys(type.prototype).map((key) => type.name + '.' + String(key))),
      ...process.eventNames().map((name) => 'process.on(' + String(name) + ')'),
    ];
    const before = new Set(seen());
    const problems = [];
    for (const name of ${JSON.stringify(entries)}) {
      try {
        const required = require(name);
        if (typeof required.then === 'function') problems.push(name + ' exports "then"');
      } catch (error) {
        problems.push('require("' + name + '"): ' + error.message);
      }
    }
    problems.push(...seen().filter((name) => !before.has(name)).map((name) => 'importing adds ' + name));
    const busy = process.getActiveResourcesInfo().filter((name) => !/^(TTYWrap|PipeWrap|FSReqCallback)$/.test(name));
    problems.push(...busy.map((name) => 'importing starts a ' + name));
    console.log(JSON.stringify(problems));
    process.exit(); // Whatever importing started must not hold the process up.
  `;
  const script = join(folder, 'loading.cjs');
  writeFileSync(script, program);
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) return [stderr.trim()];
  return [...JSON.parse(stdout), ...(stderr === '' ? [] : [`importing prints: ${stderr.trim()}`])];
}

async function checkBundles() {
  const problems = [];
  for (const name of entries) {
    try {
      problems.push(...(await checkBundle(name)));
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    }
  }
  return problems;
}

async function checkBundle(name) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: folder },
    ...FOR_BROWSERS,
    splitting: true,
    preserveSymlinks: true,
  });
  const first = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === '<stdin>');
  const atOnce = new Set(reachedAtOnce(metafile.outputs, first[0]));
  const sizes = outputFiles.map(({ path, contents }) => ({
    isLater: !atOnce.has(relative(folder, path)),
    bytes: gzipSync(contents).length,
  }));
  const kilobytes = (files) => `${(files.reduce((total, { bytes }) => total + bytes, 0) / 1024).toFixed(1)} kB`;
  const later = sizes.filter(({ isLater }) => isLater);
  console.log(
    `       ${name.padEnd(24)} ${kilobytes(sizes.filter(({ isLater }) => !isLater)).padStart(9)} gzipped` +
      (later.length > 0 ? `, ${kilobytes(later)} more when needed` : ''),
  );
  const onNode = Object.keys(metafile.inputs).filter((path) => /platform\/node\/|stores\/local\./.test(path));
  const isInlined = outputFiles.some((file) => file.text.includes(INLINED_WASM));
  return [
    ...onNode.map((path) => `${name}: a browser bundle reaches ${path}`),
    ...(isInlined ? [`${name}: the kernels are inlined`] : []),
  ];
}

/**
 * Bundlers that make a classic script of a worker (Vite 7 and older) can only make one file of it: whatever it imports later
 * has to be there from the start as well.
 */
async function checkWorker() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [join(installed, 'dist/worker.js')],
    ...FOR_BROWSERS,
  });
  console.log(`       zarr-ts/worker.js ${(gzipSync(outputFiles[0].contents).length / 1024).toFixed(1)} kB gzipped`);
  const { inputs } = metafile;
  const first = Object.keys(inputs).find((path) => path.endsWith('dist/worker.js'));
  const atOnce = reachedAtOnce(inputs, first);
  return Object.keys(inputs)
    .filter((path) => !atOnce.has(path))
    .map((path) => `the workers load ${path} later`);
}

/** The files of a bundle that load with its first one; the rest come by `import()`. */
function reachedAtOnce(outputs, path, reached = new Set()) {
  if (reached.has(path)) return reached;
  reached.add(path);
  for (const { path: next, kind } of outputs[path]?.imports ?? []) {
    if (kind === 'import-statement') reachedAtOnce(outputs, next, reached);
  }
  return reached;
}
