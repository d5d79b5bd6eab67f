/** Of which sources `kernels.wasm` is built: made by scripts/build-kernels.mjs. */
export const KERNELS_VERSION = 0x77adadd4;
