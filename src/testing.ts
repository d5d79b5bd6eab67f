/**
 * What those need who write stores, codecs and data types of their own: the suites that ours pass, and stores that fail
 * or are slow.
 */

export { type LatencyOptions, latency } from './stores/wrappers/latency.js';
export { type CodecSuite, codecSuite } from './testing/codec-suite.js';
export { type DTypeSuite, dtypeSuite } from './testing/dtype-suite.js';
export { type FaultOptions, faulty } from './testing/fault.js';
export { type StoreSuite, type StoreUnderTest, storeSuite } from './testing/store-suite.js';
