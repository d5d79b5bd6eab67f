/** The codecs that are there from the start: all, because the blocking API has them at its first call. */
import type { LaterCodecs } from '../../codecs/registry.js';

export { builtInCodecs as firstCodecs } from '../../codecs/built-in.js';

/** None. */
export const laterCodecs = (): readonly LaterCodecs[] => [];
