/** zstd encoding (RFC 8878), compiled where the kernels are there. */

import { CodecError } from '../errors.js';
import { discardKernels, type Kernels, kernels } from './kernels.js';
import { zstdEncodeTwin } from './twins/zstd-encode.js';
import {
  encodeFrame,
  frameAround,
  SEGMENT_BYTES,
  strategyOf,
  type ZstdOptions,
  type ZstdStrategy,
} from './zstd-frame.js';

/** One zstd frame that holds `bytes`, in memory that holds nothing else. */
export const zstdEncode = (bytes: Uint8Array, options: ZstdOptions): Uint8Array =>
  encode(bytes, options, (lent) => lent.slice());

/** The same; it may lie in the memory of the kernels, until something else uses that. */
export const zstdEncodeLent = (bytes: Uint8Array, options: ZstdOptions): Uint8Array =>
  encode(bytes, options, (lent) => lent);

/** One zstd frame that holds `bytes`: one that lies in the memory of the kernels is what `taken` makes of it. */
function encode(bytes: Uint8Array, options: ZstdOptions, taken: (lent: Uint8Array) => Uint8Array): Uint8Array {
  const instance = kernels();
  if (instance === undefined) return zstdEncodeTwin(bytes, options);
  const strategy = strategyOf(options.level, bytes.length);
  const { checksum } = options;
  try {
    instance.zstdBegin();
    const segments = (segment: Uint8Array, isLast: boolean) => encodeSegment(instance, segment, strategy, isLast);
    if (bytes.length > SEGMENT_BYTES) return encodeFrame(bytes, checksum, segments);
    return taken(frameAround(segments(bytes, true), bytes, checksum));
  } catch (error) {
    discardKernels();
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    throw new CodecError(`the kernel failed on ${bytes.length} bytes: ${error.message}`, {
      codec: 'zstd',
      cause: error,
    });
  }
}

/** The blocks of a segment, in the memory of the kernels, where a few bytes before and behind them are nobody's. */
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
