import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decompress } from 'fzstd';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KERNELS_VERSION } from '../../src/kernels/version.js';
import { buildKernels, buildKernelsIfNeeded, KERNELS_FILE } from './compiled.js';

type Loading = typeof import('../../src/kernels/kernels.js');
type Encoding = typeof import('../../src/kernels/zstd-encode.js');

const content = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >> 6);
/** A module that is valid and exports nothing. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** What is said of `otherVersion`. */
const OTHER = new RegExp(
  `expected the kernels.wasm of version ${textOf(KERNELS_VERSION)}, got that of version ${textOf(KERNELS_VERSION ^ 1)}`,
);

function textOf(version: number): string {
  return version.toString(16).padStart(8, '0');
}

/** The kernels with a version that is not theirs: the constant that they give. */
function otherVersion(): Uint8Array<ArrayBuffer> {
  const constant = [0x41]; // i32.const, and the number in groups of 7 bits.
  for (let rest = KERNELS_VERSION; ; rest >>= 7) {
    if (rest < 64) {
      constant.push(rest);
      break;
    }
    constant.push((rest & 127) | 128);
  }
  const bytes = readFileSync(KERNELS_FILE);
  const at = bytes.indexOf(Uint8Array.from(constant));
  expect(at).toBeGreaterThan(0);
  bytes[at + 1]! ^= 1;
  return Uint8Array.from(bytes);
}

let loading: Loading;
let encoding: Encoding;

async function freshModules(): Promise<void> {
  vi.resetModules();
  loading = await import('../../src/kernels/kernels.js');
  encoding = await import('../../src/kernels/zstd-encode.js');
}

function expectToEncode(): void {
  expect(decompress(encoding.zstdEncode(content, { level: 3, checksum: false }))).toEqual(content);
}

beforeAll(buildKernelsIfNeeded);
beforeEach(freshModules);
afterEach(() => {
  vi.unstubAllGlobals();
  vi.doUnmock('#platform/kernels');
  vi.doUnmock('node:fs');
});

describe('kernels on Node', () => {
  it('are there at the first call', () => {
    expect(loading.kernels()).toBeDefined();
    expectToEncode();
  });

  it('are ready at once', async () => {
    await loading.ready();
    expect(loading.kernels()).toBeDefined();
  });

  it('are one instance until that is thrown away', () => {
    const first = loading.kernels();
    expect(loading.kernels()).toBe(first);
    loading.discardKernels();
    expect(loading.kernels()).not.toBe(first);
    expectToEncode();
  });

  it('keep bounded memory, however much they encode', () => {
    encoding.zstdEncode(new Uint8Array(2 ** 25), { level: 3, checksum: false });
    expect(loading.kernels()!.memory.buffer.byteLength).toBeLessThan(20 * 2 ** 20);
  });

  it('trap on sizes that they were not told before, and serve again after it', () => {
    const instance = loading.kernels()!;
    expect(() => instance.zstdReserve(2 ** 23 + 1)).toThrow(WebAssembly.RuntimeError);
    instance.zstdReserve(10);
    expect(() => instance.zstdEncodeSegment(11, true, 5, 16, 1, true)).toThrow(WebAssembly.RuntimeError);
    expectToEncode();
  });

  it('are thrown away when they fail, and the error says so', () => {
    const failing = {
      ...loading.kernels()!,
      zstdBegin: () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
    };
    vi.stubGlobal(
      'WebAssembly',
      Object.assign(Object.create(WebAssembly), {
        Instance: class {
          readonly exports = failing;
        },
      }),
    );
    loading.discardKernels();
    expect(loading.kernels()).toBe(failing);
    expect(() => encoding.zstdEncode(content, { level: 3, checksum: false })).toThrow(
      expect.objectContaining({ code: 'codec', codec: 'zstd', message: expect.stringContaining('unreachable') }),
    );
    vi.unstubAllGlobals();
    expect(loading.kernels()).not.toBe(failing);
    expectToEncode();
  });

  it('are done without where there is no WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(loading.kernels()).toBeUndefined();
    expectToEncode();
    await loading.ready();
    expect(() => loading.setKernels(EMPTY_MODULE)).toThrow('there is no WebAssembly');
  });

  it('are done without where making them is forbidden, and ready says so', async () => {
    vi.stubGlobal(
      'WebAssembly',
      Object.assign(Object.create(WebAssembly), {
        Module: class {
          constructor() {
            throw new WebAssembly.CompileError('blocked by the policy');
          }
        },
      }),
    );
    expectToEncode();
    await expect(loading.ready()).rejects.toThrow('the compiled kernels cannot be loaded: blocked by the policy');
  });
});

describe('setKernels', () => {
  it.each([
    ['bytes', () => readFileSync(KERNELS_FILE)],
    ['an ArrayBuffer', () => Uint8Array.from(readFileSync(KERNELS_FILE)).buffer],
    ['a file URL', () => pathToFileURL(KERNELS_FILE)],
    ['a module', () => new WebAssembly.Module(readFileSync(KERNELS_FILE))],
  ])('takes %s at once', (_, source) => {
    expect(loading.setKernels(source())).toBeUndefined();
    expect(loading.kernels()).toBeDefined();
    expectToEncode();
  });

  it('fetches a URL', async () => {
    vi.stubGlobal('fetch', async () => new Response(readFileSync(KERNELS_FILE)));
    await loading.setKernels(new URL('https://example.org/kernels.wasm'));
    expectToEncode();
  });

  it('says what is wrong, and keeps what was there', async () => {
    const before = loading.kernels();
    expect(() => loading.setKernels(EMPTY_MODULE)).toThrow(
      /expected the kernels.wasm of version [0-9a-f]{8}, got a module that lacks memory/,
    );
    expect(() => loading.setKernels(otherVersion())).toThrow(OTHER);
    expect(() => loading.setKernels(new WebAssembly.Module(otherVersion()))).toThrow(OTHER);
    expect(() => loading.setKernels(new Uint8Array(8))).toThrow(WebAssembly.CompileError);
    // The cast stands for a caller without types.
    expect(() => loading.setKernels('kernels.wasm' as unknown as URL)).toThrow('got string');
    vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
    await expect(loading.setKernels(new URL('https://example.org/kernels.wasm'))).rejects.toThrow('HTTP status 404');
    vi.stubGlobal('fetch', async () => new Response(otherVersion()));
    await expect(loading.setKernels(new URL('https://example.org/kernels.wasm'))).rejects.toThrow(OTHER);
    expect(loading.kernels()).toBe(before);
  });
});

describe('kernels in browsers', () => {
  beforeEach(async () => {
    vi.doMock('#platform/kernels', () => import('../../src/platform/browser/kernels.js'));
    await freshModules();
  });

  it('serve from when they have come; until then the twins do', async () => {
    const fetched = vi.fn(async (_: URL) => new Response(readFileSync(KERNELS_FILE)));
    vi.stubGlobal('fetch', fetched);
    expect(loading.kernels()).toBeUndefined();
    expectToEncode();
    await Promise.all([loading.ready(), loading.ready()]);
    expect(loading.kernels()).toBeDefined();
    expectToEncode();
    expect(fetched).toHaveBeenCalledOnce();
    expect(String(fetched.mock.lastCall![0])).toMatch(/\/src\/kernels\/kernels\.wasm$/);
  });

  it('are done without when they cannot be fetched; ready says why, and tries again', async () => {
    vi.stubGlobal('fetch', async () => new Response('', { status: 404 }));
    await expect(loading.ready()).rejects.toThrow(
      /the compiled kernels cannot be loaded: .*kernels.wasm: expected the kernels, got HTTP status 404; setKernels/,
    );
    expectToEncode();
    vi.stubGlobal('fetch', async () => new Response(readFileSync(KERNELS_FILE)));
    await loading.ready();
    expect(loading.kernels()).toBeDefined();
  });

  it('are asked for past a cache that has those of another version', async () => {
    const fetched = vi.fn(async (_: URL, { cache }: RequestInit) =>
      cache === 'reload' ? new Response(readFileSync(KERNELS_FILE)) : new Response(otherVersion()),
    );
    vi.stubGlobal('fetch', fetched);
    await loading.ready();
    expect(loading.kernels()).toBeDefined();
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it('are done without where the server has those of another version; ready says which', async () => {
    vi.stubGlobal('fetch', async () => new Response(otherVersion()));
    await expect(loading.ready()).rejects.toThrow(OTHER);
    expect(loading.kernels()).toBeUndefined();
    expectToEncode();
  });

  it('are not replaced by a load that ends after setKernels', async () => {
    let answer: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)));
    const waiting = loading.ready();
    loading.setKernels(new WebAssembly.Module(readFileSync(KERNELS_FILE)));
    const chosen = loading.kernels();
    answer(new Response(readFileSync(KERNELS_FILE)));
    await waiting;
    expect(loading.kernels()).toBe(chosen);
  });

  it('take bytes with setKernels', async () => {
    await loading.setKernels(readFileSync(KERNELS_FILE));
    expect(loading.kernels()).toBeDefined();
  });
});

describe('a copy of the package with the file of another version', () => {
  it('fails where kernels are wanted, and says which, until setKernels has others', async () => {
    vi.doMock('node:fs', () => ({ readFileSync: otherVersion }));
    await freshModules();
    for (const _ of [1, 2]) {
      expect(() => loading.kernels()).toThrow(OTHER);
      expect(expectToEncode).toThrow(expect.objectContaining({ code: 'codec', message: expect.stringMatching(OTHER) }));
    }
    await expect(loading.ready()).rejects.toThrow(OTHER);
    loading.setKernels(readFileSync(KERNELS_FILE));
    expectToEncode();
    await loading.ready();
  });
});

describe('a copy of the package without the file', () => {
  it('encodes with the twins, and ready resolves', async () => {
    vi.doMock('node:fs', () => ({
      readFileSync: (url: URL) => {
        throw Object.assign(new Error(`ENOENT: no such file, open '${url.pathname}'`), { code: 'ENOENT' });
      },
    }));
    await freshModules();
    expect(loading.kernels()).toBeUndefined();
    await loading.ready();
    expectToEncode();
  });
});

describe('the build of the kernels', () => {
  it('gives the same bytes again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-kernels-'));
    try {
      const file = join(folder, 'again.wasm');
      buildKernels(file);
      expect(readFileSync(file).equals(readFileSync(KERNELS_FILE))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
