/** zstd encoding (RFC 8878), compiled where the kernels are there. */

import { CodecError } from '../errors.js';
import { discardKernels, type Kernels, kernels } from './kernels.js';
import { zstdEncodeTwin } from './twins/zstd-encode.js';
import { encodeFrame, strategyOf, type ZstdOptions, type ZstdStrategy } from './zstd-frame.js';

/** One zstd frame that holds `bytes`, in memory that holds nothing else. */
export function zstdEncode(bytes: Uint8Array, options: ZstdOptions): Uint8Array {
  const instance = kernels();
  if (instance === undefined) return zstdEncodeTwin(bytes, options);
  const strategy = strategyOf(options.level, bytes.length);
  try {
    instance.zstdBegin();
    return encodeFrame(bytes, options.checksum, (segment, isLast) =>
      encodeSegment(instance, segment, strategy, isLast),
    );
  } catch (error) {
    discardKernels();
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    throw new CodecError(`the kernel failed on ${bytes.length} bytes: ${error.message}`, {
      codec: 'zstd',
      cause: error,
    });
  }
}

/** The blocks of a segment, in the memory of the kernels. */
function encodeSegment(
  instance: Kernels,
  segment: Uint8Array,
  { kind, hashBytes, tableLog, step }: ZstdStrategy,
  isLast: boolean,
): Uint8Array {
  const input = instance.zstdReserve(segment.length);
  if (input === 0) {
    throw new CodecError(`no memory to encode a segment of ${segment.length} bytes`, { codec: 'zstd' });
  }
  new Uint8Array(instance.memory.buffer, input, segment.length).set(segment);
  const size = instance.zstdEncodeSegment(segment.length, kind === 'double-fast', hashBytes, tableLog, step, isLast);
  return new Uint8Array(instance.memory.buffer, instance.zstdOutput(), size);
}
