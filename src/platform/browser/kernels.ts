/** The kernels' file in browsers, where it takes time to come. The same exports as the Node half. */

import { StoreError } from '../../errors.js';

/**
 * The kernels beside this module; bundlers know this form of URL and copy the file. Those that the server has where
 * `isStale` says that a cache has others.
 */
export function loadKernels(isStale = false): WebAssembly.Module | Promise<WebAssembly.Module> | undefined {
  return compileKernels(new URL('../../kernels/kernels.wasm', import.meta.url), isStale ? 'reload' : 'default');
}

/** The compiled module of kernels that are elsewhere. */
export async function compileKernels(
  source: URL | Uint8Array<ArrayBuffer>,
  cache: RequestCache = 'default',
): Promise<WebAssembly.Module> {
  if (!(source instanceof URL)) return WebAssembly.compile(source);
  const response = await fetch(source, { cache });
  if (!response.ok) throw new StoreError(`${source}: expected the kernels, got HTTP status ${response.status}`);
  // Not `compileStreaming`: it insists on a media type that plain file servers do not send, and the file is small.
  return WebAssembly.compile(await response.arrayBuffer());
}
