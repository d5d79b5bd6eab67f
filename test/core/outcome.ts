/** What a call gives or fails with, to be compared with what another one does. */
import type { DType } from '../../src/dtypes/dtype.js';
import { bytesOfStorage } from '../../src/dtypes/storage.js';
import type { ZarrError } from '../../src/errors.js';
import type { NdArray } from '../../src/ndarray/ndarray.js';

/** Does `call`, which gives an array. */
export async function outcome(call: () => unknown): Promise<Outcome> {
  try {
    const { storage, shape, dtype } = (await call()) as NdArray;
    const bytes = Array.isArray(storage) ? new TextEncoder().encode(storage.join('\0')) : bytesOfStorage(storage);
    return { shape, dtype, hash: hashOf(bytes), failure: undefined };
  } catch (error) {
    return { shape: [], dtype: undefined, hash: 0, failure: failureOf(error) };
  }
}

/** What a call gives, or how it fails. */
export interface Outcome {
  readonly shape: readonly number[];
  readonly dtype: DType | undefined;
  readonly hash: number;
  readonly failure: unknown;
}

/** What is told of an error. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { path, key, coords, codec, axis, code } = error as ZarrError; // Others have none of these.
  const { name, message, cause } = error;
  return { name, message, path, key, coords, codec, axis, code, cause: cause && failureOf(cause) };
}

function hashOf(bytes: Uint8Array): number {
  let hash = bytes.length;
  for (let i = 0; i < bytes.length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  return hash;
}
