import { defineConfig } from 'vitest/config';

// The extra condition makes `#platform` mean the sources, so that no test runs a stale `dist/`.
const conditions = ['zarr-ts-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['test/**/*.test.ts'], pool: 'threads', testTimeout: 60_000 },
});
