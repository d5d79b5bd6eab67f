import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** An installed package to test in place of the sources; set by `npm run test:package`. */
const installed = process.env['ZARR_TS_PACKAGE'];

// The extra condition makes `#platform` mean the sources, so that no test runs a stale `dist/`.
const conditions = installed ? [] : ['zarr-ts-source'];

const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { default: string }>;
};

/** Each entry point, by the name that users import and, for an installed package, by the source that tests import. */
const alias = Object.entries(manifest.exports).flatMap(([subpath, target]) => {
  if (typeof target === 'string') return [];
  const name = subpath === '.' ? 'index' : subpath.slice(2);
  const file = installed ? resolve(installed, target.default) : resolve(import.meta.dirname, 'src', `${name}.ts`);
  const byName = { find: new RegExp(`^zarr-ts${subpath.slice(1)}$`), replacement: file };
  const bySource = { find: new RegExp(`^(\\.\\.?/)+src/${name}\\.js$`), replacement: file };
  return installed ? [byName, bySource] : [byName];
});

/**
 * `npm run test:twins`: nothing compiled, and none of Node's compression either. What is tested then is what runs in browsers
 * before the kernels are there, and where a page's policy forbids them.
 */
const twins = [
  { find: '#platform/kernels', replacement: resolve(import.meta.dirname, 'test/kernels/absent.ts') },
  { find: '#platform/zlib', replacement: resolve(import.meta.dirname, 'src/platform/browser/zlib.ts') },
];

export default defineConfig(({ mode }) => ({
  resolve: { conditions, alias: mode === 'twins' ? [...alias, ...twins] : alias },
  ssr: { resolve: { conditions } },
  // Processes: a thread that starts a program while another thread ends may wait for ever.
  test: { include: ['test/**/*.test.ts'], pool: 'forks', testTimeout: 60_000 },
}));
