/** What those need who write stores of their own: the suite that every store passes, and stores that fail or are slow. */

export { type LatencyOptions, latency } from './stores/wrappers/latency.js';
export { type FaultOptions, faulty } from './testing/fault.js';
export { type StoreSuite, type StoreUnderTest, storeSuite } from './testing/store-suite.js';
