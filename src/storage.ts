/**
 * The stores that need nothing else, and the wrappers.
 */
export { LocalStore, type LocalStoreOptions } from '#platform/local';
export { adapted, type ForeignRange, type ForeignStore } from './stores/adapted.js';
export { type Fetch, HttpStore, type HttpStoreOptions } from './stores/http.js';
export {
  ManagedMemoryStore,
  type ManagedMemoryStoreOptions,
  MemoryStore,
  type MemoryStoreOptions,
} from './stores/memory.js';
export type { StorageOptions, StoreLike } from './stores/resolve.js';
export type {
  ByteRange,
  DeleteOptions,
  GetOptions,
  GetRequest,
  PartInfo,
  SetOptions,
  Store,
  ValueInfo,
} from './stores/store.js';
export { StorePath } from './stores/store-path.js';
export { coalesced } from './stores/wrappers/coalesced.js';
export { type LatencyOptions, latency } from './stores/wrappers/latency.js';
export { type LimitedOptions, limited } from './stores/wrappers/limited.js';
export { type LoggedStore, logged, type StoreCall, type StoreMethod } from './stores/wrappers/logged.js';
export { prefixed } from './stores/wrappers/prefixed.js';
export { readOnly } from './stores/wrappers/read-only.js';
