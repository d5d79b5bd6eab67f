/** What the parsers of documents are told of `config.limits`. */
import type { Limits } from '../config.js';

export type MetadataLimits = Pick<Limits, 'rank' | 'shardIndexBytes'>;

/** The limits where none are given. */
export const DEFAULT_LIMITS: MetadataLimits = Object.freeze({ rank: 64, shardIndexBytes: 2 ** 28 });
