/** zstd as the platform offers it. */
export interface NativeZstd {
  /** Decodes one frame to at most `limit` bytes. */
  decode(frame: Uint8Array, limit: number): Uint8Array;
  encode(bytes: Uint8Array, options: { readonly level: number; readonly checksum: boolean }): Uint8Array;
}
