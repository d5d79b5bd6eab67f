/**
 * The library in a real browser: bundles `test/browser/program.mjs` with esbuild, serves it beside a hierarchy of this
 * library's own, opens the page in Chromium and reads what it checked. Chromium is `$CHROMIUM`, or `chromium` on the
 * PATH.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { buildSync } from 'esbuild';
import { chromium } from 'playwright-core';
import * as zarr from 'zarr-ts/sync';

const root = new URL('..', import.meta.url).pathname;

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
/** Scripts of the page's own alone: WebAssembly is forbidden. */
const STRICT = {
  'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'",
};
const folder = mkdtempSync(join(tmpdir(), 'zarr-browser-'));

buildSync({
  // The worker is a file of its own: esbuild does not look into `new Worker(new URL(…))`, so the program names it.
  entryPoints: { program: join(root, 'test/browser/program.mjs'), worker: join(root, 'dist/worker.js') },
  bundle: true,
  format: 'esm',
  platform: 'browser',
  conditions: ['browser'],
  // The package as users have it: the paths of our own configuration would mix sources in.
  tsconfigRaw: '{}',
  outdir: folder,
  logLevel: 'warning',
});
makeData();
const server = await listening();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? executable('chromium'),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync'],
});
let failed = 0;
try {
  // A page shares memory with its workers only where it is isolated from other origins.
  for (const path of ['/', '/isolated', '/strict']) failed += await visit(path);
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
if (failed > 0) process.exit(1);

/** Opens the page and tells what it checked: how many checks failed. */
async function visit(path) {
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}${path}`);
  await page.waitForFunction(() => document.title !== '', undefined, { timeout: 60_000 });
  const checks = await page.evaluate(() => globalThis.checks);
  for (const { name, ok, found, expected } of checks) {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}${ok ? '' : `: expected ${expected}, got ${found}`}`);
  }
  for (const problem of problems) console.log(`FAILED ${problem}`);
  const failed = checks.filter(({ ok }) => !ok).length + problems.length;
  console.log(`${checks.length - failed} passed, ${failed} failed, in Chromium ${browser.version()}, ${path}`);
  return failed;
}

function makeData() {
  const group = zarr.createGroup(join(folder, 'data.zarr'), { attributes: { title: 'remote' } });
  const numbers = Int16Array.from({ length: 100 }, (_, i) => i);
  const array = group.createArray('a', { shape: [10, 10], chunks: [4, 3], dtype: 'int16' });
  array.set(null, { data: numbers, shape: [10, 10] });
  const shards = group.createArray('shards', { shape: [100], chunks: [2], shards: [10], dtype: 'int16' });
  shards.set(null, numbers);
  const large = group.createArray('large', { shape: [64, 256, 256], chunks: [8, 128, 128], dtype: 'uint16' });
  large.set(null, { data: Uint16Array.from({ length: 64 * 65_536 }, (_, i) => i ^ (i >> 8)), shape: large.shape });
}

/** A server of the page, the bundle, the kernels where the bundle looks for them, and the hierarchy, with ranges. */
function listening() {
  const files = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const send = (status, type, body, headers = {}) => {
      response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    };
    const html = '<script type="module" src="/program.js"></script>';
    if (path === '/') return send(200, 'text/html', html);
    if (path === '/isolated') return send(200, 'text/html', html, ISOLATED);
    if (path === '/strict') return send(200, 'text/html', html, STRICT);
    if (path.endsWith('kernels.wasm')) {
      return send(200, 'application/wasm', readFileSync(join(root, 'dist/kernels/kernels.wasm')), ISOLATED);
    }
    let body;
    try {
      body = readFileSync(join(folder, path));
    } catch {
      return send(404, 'text/plain', 'not found');
    }
    // The worker of an isolated page has to be isolated too.
    if (path.endsWith('.js')) return send(200, 'text/javascript', body, ISOLATED);
    const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
    if (range === null) return send(200, 'application/octet-stream', body);
    const start = range[1] === '' ? Math.max(0, body.length - Number(range[2])) : Number(range[1]);
    const end = range[1] === '' || range[2] === '' ? body.length : Math.min(body.length, Number(range[2]) + 1);
    return send(206, 'application/octet-stream', body.subarray(start, end), {
      'content-range': `bytes ${start}-${end - 1}/${body.length}`,
    });
  });
  return new Promise((resolve) => {
    files.listen(0, '127.0.0.1', () => resolve(files));
  });
}

function executable(name) {
  return execFileSync('which', [name], { encoding: 'utf8' }).trim();
}
