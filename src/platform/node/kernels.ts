/** The kernels' file on Node, read and compiled at once. The same exports as the browser half. */

import { readFileSync } from 'node:fs';
import { StoreError } from '../../errors.js';

/**
 * The kernels beside this module, or `undefined` where there are none: no file, as in a bundle that did not copy it, or
 * no WebAssembly. There is no cache here that could have others.
 */
export function loadKernels(_isStale = false): WebAssembly.Module | Promise<WebAssembly.Module> | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    return compileKernels(new URL('../../kernels/kernels.wasm', import.meta.url));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The compiled module of kernels that are elsewhere. */
export function compileKernels(
  source: URL | Uint8Array<ArrayBuffer>,
): WebAssembly.Module | Promise<WebAssembly.Module> {
  if (!(source instanceof URL)) return new WebAssembly.Module(source);
  if (source.protocol === 'file:') return new WebAssembly.Module(readFileSync(source));
  return fetchKernels(source);
}

async function fetchKernels(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new StoreError(`${url}: expected the kernels, got HTTP status ${response.status}`);
  return new WebAssembly.Module(await response.arrayBuffer());
}
