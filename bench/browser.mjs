/**
 * How fast codecs decode and arrays are read in a browser: this library against zarrita, numcodecs.js, zstddec and fflate,
 * each in a page of its own in Chromium ($CHROMIUM, or `chromium` on the PATH), in turns. A number is the median of the
 * rounds, of which the first does not count. Results are compared with what is right, once, outside of the timing.
 *
 *     npm run bench:install
 *     npm run bench:browser -- [--rounds 3] [--seconds 0.1] [--sizes 64K,1M] [--write]
 *
 * Writes its section of docs/performance.md; a run of some sizes only prints, but for `--write`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { bytesOf, median, ratioText, sizeText, timeText } from './numbers.mjs';
import { optionsOf } from './options.mjs';
import { circumstances, table, writeSection } from './page.mjs';
import { benchPython, participantScript, root, startParticipant } from './participant.mjs';
import { valuesAt } from './participants/values.mjs';
import { rows } from './work.mjs';

const options = optionsOf({
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '0.1' },
  sizes: { type: 'string' },
  write: { type: 'boolean', default: false },
});
// What needs the library that was built comes after what can be wrong without it.
const zarr = await import('../dist/sync.js');
const sizes = (options.sizes ?? '64K,1M').split(',');
const OURS = 'zarr-ts';
const NAMES = [OURS, 'zarrita', 'numcodecs.js', 'zstddec', 'fflate'];
const CODEC_NAMES = ['numcodecs.js', 'zstddec', 'fflate'];
const CODECS = ['lz4', 'zstd', 'blosc-lz4', 'blosc-zstd', 'gzip'];
const DATASETS = ['smooth float32', 'noisy uint16', 'sorted int64'];

const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
await bundle();
const server = await listening();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync'],
});
try {
  const pages = await pagesOf();
  const tables = [await decodeTable(pages), await readTable(pages)];
  const facts = circumstances([...versions(), `${options.rounds} rounds`]);
  const text = [facts, ...tables].join('\n\n');
  if (options.sizes === undefined || options.write) writeSection('browser', text);
  else console.log(`\n${text}`);
} finally {
  await browser.close();
  server.close();
}

/** A page for each participant, in a context and so in a process of its own. */
async function pagesOf() {
  const pages = new Map();
  for (const name of NAMES) {
    const page = await (await browser.newContext()).newPage();
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.address().port}/?name=${name}`);
    await page
      .waitForFunction(() => document.title === 'ready', undefined, { timeout: 60_000 })
      .catch((error) => {
        throw new Error(`${name} does not start: ${problems.join('; ') || error.message}`);
      });
    pages.set(name, page);
  }
  return pages;
}

async function decodeTable(pages) {
  const python = benchPython();
  if (python === undefined) throw new Error('expected .venv/bench: npm run bench:install makes it');
  const native = startParticipant('numcodecs', [python, participantScript('codecs-native.py')]);
  const lines = [];
  for (const codec of CODECS) {
    for (const dataset of DATASETS) {
      for (const sizeName of sizes) {
        const size = bytesOf(sizeName);
        for (const [name, encoder] of [
          ['raw', null],
          ['encoded', codec],
        ]) {
          await native.ask({ direction: 'make', dataset, size, codec: encoder, file: join(folder, name) });
        }
        for (const direction of ['decode', 'reuse']) {
          // The size and the data are named, so that each task is another.
          const times = await timed(pages, { direction, codec, dataset, encoded: '/encoded', raw: '/raw', size });
          if (times.size > 0)
            lines.push([`${direction} ${codec}`, dataset, `${sizeName}iB`, ...cells(times, size, CODEC_NAMES)]);
        }
      }
    }
  }
  native.end();
  return table([['', 'data', 'chunk', `${OURS}, MB/s`, ...CODEC_NAMES.map((name) => `: ${name}`)], ...lines], 3);
}

async function readTable(pages) {
  const lines = [];
  const read = rows({ side: 256, quick: true }).filter(
    ({ section, where }) => section === 'full reads' && where === 'memory',
  );
  for (const { label, array, bytes } of read) {
    const files = filesOf(array);
    writeFileSync(join(folder, 'array'), Buffer.concat([...files.values()]));
    const lengths = [...files].map(([key, value]) => [key, value.length]);
    const times = await timed(pages, { direction: 'read', label, files: lengths, bytes: '/array', array });
    lines.push([`read ${label}`, ...cells(times, bytes, ['zarrita'])]);
  }
  return table([['from memory', `${OURS}, MB/s`, ': zarrita'], ...lines]);
}

/** The files of an array, by their keys. */
function filesOf(array) {
  const files = new Map([['zarr.json', Buffer.from(JSON.stringify(array.metadata))]]);
  const start = array.shape.map(() => 0);
  const data = zarr.ndarray(valuesAt(array.values, start, array.shape), { shape: array.shape });
  zarr.openArray(files, { mode: 'r+' }).set(null, data);
  return files;
}

/** The seconds of each participant that has the work, by its name. */
async function timed(pages, task) {
  const times = new Map();
  for (let round = 0; round <= Number(options.rounds); round++) {
    for (const [name, page] of pages) {
      if (round > 0 && !times.has(name)) continue;
      const answer = await page.evaluate((work) => globalThis.answer(work), {
        ...task,
        seconds: Number(options.seconds),
      });
      if (answer.kind === 'wrong') throw new Error(`${name}: ${answer.what}`);
      if (answer.kind === 'missing') continue;
      times.set(name, round === 0 ? [] : [...times.get(name), answer.seconds]);
    }
  }
  const medians = new Map([...times].map(([name, seconds]) => [name, median(seconds)]));
  const { direction, label, codec, dataset, size } = task;
  const text = label === undefined ? `${codec}, ${dataset}, ${sizeText(size)}` : label;
  const taken = [...medians].map(([name, seconds]) => `${name} ${timeText(seconds)}`);
  if (taken.length > 0) console.log(`${direction} ${text}: ${taken.join(', ')}`);
  return medians;
}

function cells(times, bytes, others) {
  const own = times.get(OURS);
  const ratios = others.map((name) => (own && times.has(name) ? ratioText(times.get(name) / own) : '–'));
  return [own ? (bytes / own / 1e6).toFixed(0) : 'missing', ...ratios];
}

function versions() {
  const versionOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).version;
  const peer = (name) => `${name} ${versionOf(`bench/node_modules/${name}/package.json`)}`;
  const own = `zarr-ts ${versionOf('package.json')} in Chromium ${browser.version()}`;
  return [own, ...['zarrita', 'numcodecs', 'zstddec', 'fflate'].map(peer)];
}

/** The program with what it imports, as users bundle it. */
async function bundle() {
  await build({
    entryPoints: [join(root, 'bench/browser/program.mjs')],
    bundle: true,
    format: 'esm',
    splitting: true,
    platform: 'browser',
    conditions: ['browser'],
    // The package as users have it: the paths of our own configuration would mix sources in.
    tsconfigRaw: '{}',
    outdir: folder,
    logLevel: 'warning',
  });
}

/** A server of the page, the bundle, the kernels where the bundle looks for them, and the data. */
function listening() {
  const files = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const send = (status, type, body) => {
      // Isolated from other origins, a page has a finer clock.
      const isolated = {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cache-control': 'no-store',
      };
      response.writeHead(status, { 'content-type': type, ...isolated }).end(body);
    };
    if (path === '/') return send(200, 'text/html', '<script type="module" src="/program.js"></script>');
    if (path.endsWith('kernels.wasm')) {
      return send(200, 'application/wasm', readFileSync(join(root, 'dist/kernels/kernels.wasm')));
    }
    try {
      const type = path.endsWith('.js') ? 'text/javascript' : 'application/octet-stream';
      return send(200, type, readFileSync(join(folder, path)));
    } catch {
      return send(404, 'text/plain', 'not found');
    }
  });
  return new Promise((resolve) => {
    files.listen(0, '127.0.0.1', () => resolve(files));
  });
}
