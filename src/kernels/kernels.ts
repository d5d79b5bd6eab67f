/**
 * The compiled kernels: hot loops in WebAssembly, built from `assembly/` into the file `kernels.wasm`.
 *
 * On Node the file is compiled when a kernel is first wanted. In browsers it is fetched from then on, or from the first
 * call of `ready`. Where there are no kernels (not yet, no file, or a page's policy forbids WebAssembly) the twins in
 * plain TypeScript do the same work, more slowly. A file of another version beside this one is a fault of whoever put it
 * there: on Node, where it is known at once, all that wants a kernel fails then; in browsers, where it may be an old copy
 * in a cache, the server is asked past that, and if it has no other the twins serve, and `ready` says so.
 *
 * A compiled module and its memory must outlive the call that made them, and there is one for the whole program: this
 * is why this file, unlike others, holds state. It is made when it is first wanted.
 */

import { compileKernels, loadKernels } from '#platform/kernels';
import { ArgumentError, CodecError } from '../errors.js';
import { KERNELS_VERSION } from './version.js';

/** What `kernels.wasm` exports. Sizes and addresses are bytes in `memory`, which grows, so views of it go stale. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  /** Which sources they were built from: `KERNELS_VERSION`. */
  kernelsVersion(): number;
  /** Makes room for input, scratch memory and output; where to put the input, or 0 if there is no memory. */
  reserve(inputBytes: number, scratchBytes: number, outputBytes: number): number;
  /** The input is so many other bytes, no more than before; where to put them. */
  refill(inputBytes: number): number;
  /** Where the output lies. */
  outputAddress(): number;
  /** Decodes the input, the streams of a Blosc block, to a part of the output; whether they exactly filled it. */
  bloscDecodeBlock(
    format: number,
    shuffle: number,
    typesize: number,
    streamCount: number,
    position: number,
    length: number,
  ): boolean;
  /** Decodes the input, a Blosc frame with these blocks, to the output; whether they exactly filled it. */
  bloscDecodeFrame(format: number, shuffle: number, typesize: number, streamCount: number, blocksize: number): boolean;
  /**
   * Encodes the input, blocks from number `first` on, as LZ4 streams to the output, a Blosc frame, from `position` on, and
   * enters them in its table; where they end, or -1 if they do not fit.
   */
  bloscEncodeLz4Blocks(
    shuffle: number,
    typesize: number,
    streamCount: number,
    blocksize: number,
    acceleration: number,
    first: number,
    position: number,
  ): number;
  /** Decodes the input, one BloscLZ stream; whether it exactly filled the output. */
  blosclzDecode(): boolean;
  /** Decodes the input, one Snappy stream; whether it exactly filled the output. */
  snappyDecode(): boolean;
  /** Decodes the deflate stream at `start` of the input; where it ends, or -1 if damaged, -2 if the output is too small. */
  inflate(start: number): number;
  /**
   * Decodes the deflate stream at `start` of the input; whether it exactly filled the output, and the input ends with its
   * checksum: that of gzip, or else of zlib.
   */
  inflateWhole(start: number, isGzip: boolean): boolean;
  /** How many bytes the last stream decoded to. */
  inflatedBytes(): number;
  /**
   * Encodes the input as one deflate stream, with 2^19 bytes of scratch memory; how long it is. At most `depth` places are
   * tried for a match, fewer where it has `enough` bytes. The output must have room for whatever is in the input.
   */
  deflate(depth: number, enough: number, isLazy: boolean): number;
  /** The CRC-32 of the input, as a signed number. */
  crc32Input(): number;
  /** The Adler-32 of the input, as a signed number. */
  adler32Input(): number;
  /** The CRC-32 of the first `length` bytes of the output, as a signed number. */
  crc32Output(length: number): number;
  /** The Adler-32 of the first `length` bytes of the output, as a signed number. */
  adler32Output(length: number): number;
  /** Decodes the input, one LZ4 block; whether it exactly filled the output. */
  lz4Decode(): boolean;
  /** Encodes the input as one LZ4 block; how long it is, or -1 if it does not fit into the output. */
  lz4Encode(acceleration: number): number;
  /** Shuffles the input to the output, by bytes (1) or bits (2) of elements of `size` bytes. */
  shuffleForward(kind: number, size: number): void;
  /** The inverse of `shuffleForward`. */
  shuffleBack(kind: number, size: number): void;
  /** Begins a zstd frame. */
  zstdBegin(): void;
  /** Makes room for a segment of content and returns where to put it, or 0 if there is no memory. */
  zstdReserve(length: number): number;
  /** Encodes the segment in the reserved memory, and returns the size of its blocks. */
  zstdEncodeSegment(
    length: number,
    isDoubleFast: boolean,
    hashBytes: number,
    tableLog: number,
    step: number,
    isLast: boolean,
  ): number;
  /** Where the blocks of the last segment lie. */
  zstdOutput(): number;
  /** Decodes the blocks of a frame to the output from `position` on; where they end there, or a negative number. */
  zstdDecodeBlocks(start: number, end: number, position: number): number;
  /** Decodes the input, one zstd frame that tells its size and has no checksum; whether it exactly filled the output. */
  zstdDecodeFrame(): boolean;
  /** The low half of the XXH64 of a part of the output, as a signed number. */
  xxhash64Output(start: number, end: number): number;
}

const EXPORTS: readonly (keyof Kernels)[] = Object.freeze([
  'memory',
  'kernelsVersion',
  'reserve',
  'refill',
  'outputAddress',
  'bloscDecodeBlock',
  'bloscDecodeFrame',
  'bloscEncodeLz4Blocks',
  'blosclzDecode',
  'snappyDecode',
  'inflate',
  'inflateWhole',
  'inflatedBytes',
  'deflate',
  'crc32Input',
  'adler32Input',
  'crc32Output',
  'adler32Output',
  'lz4Decode',
  'lz4Encode',
  'shuffleForward',
  'shuffleBack',
  'zstdBegin',
  'zstdReserve',
  'zstdEncodeSegment',
  'zstdOutput',
  'zstdDecodeBlocks',
  'zstdDecodeFrame',
  'xxhash64Output',
]);

type State =
  | { readonly kind: 'loading'; readonly settled: Promise<void> }
  | {
      readonly kind: 'loaded';
      readonly module: WebAssembly.Module;
      instance: Kernels | undefined;
      bytes?: Uint8Array | undefined;
    }
  /** Without kernels: `cause` is `undefined` where they are simply not there. */
  | { readonly kind: 'absent'; readonly cause: unknown }
  /** What lies in their place is something else. */
  | { readonly kind: 'refused'; readonly cause: ArgumentError };

let state: State | undefined;

/** The kernels, or `undefined` while the twins must serve; throws where a file of another version lies in their place. */
export function kernels(): Kernels | undefined {
  state ??= load();
  if (state.kind === 'refused') throw notLoaded(state.cause);
  if (state.kind !== 'loaded') return undefined;
  if (state.instance !== undefined) return state.instance;
  try {
    state.instance = instanceOf(state.module);
    state.bytes = undefined;
    return state.instance;
  } catch (cause) {
    state = { kind: 'absent', cause };
    return undefined;
  }
}

/** All memory of an instance. It is kept, as to make a view takes a good part of the time of small calls, until it grows. */
export function memoryOf(instance: Kernels): Uint8Array {
  if (state?.kind !== 'loaded' || state.instance !== instance) return new Uint8Array(instance.memory.buffer);
  // Views of what memory was before it grew have no length any more.
  if (state.bytes === undefined || state.bytes.length === 0) state.bytes = new Uint8Array(instance.memory.buffer);
  return state.bytes;
}

/** The compiled module, for another thread to use; undefined while there is none. */
export function compiledKernels(): WebAssembly.Module | undefined {
  state ??= load();
  return state.kind === 'loaded' ? state.module : undefined;
}

/** Throws away the instance, whose memory may be in disorder after a failure; the next use makes a fresh one. */
export function discardKernels(): void {
  if (state?.kind === 'loaded') state.instance = undefined;
}

/**
 * Resolves when the kernels are there. On Node that is at once, and also where the file is missing, because there it
 * will not come. Rejects when they cannot be loaded, and says why; everything works without them, by the twins, but where
 * on Node the file is that of another version. Asked again after that, it tries again.
 *
 *     await ready();
 */
export async function ready(): Promise<void> {
  if (state === undefined || hasFailed(state)) state = load();
  // A load that is overtaken by `setKernels` or another load is not what counts any more.
  while (state.kind === 'loading') await state.settled;
  if (hasFailed(state)) throw notLoaded(state.cause);
}

const hasFailed = (state: State): state is State & { readonly cause: unknown } =>
  state.kind === 'refused' || (state.kind === 'absent' && state.cause !== undefined);

function notLoaded(cause: unknown): CodecError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CodecError(`the compiled kernels cannot be loaded: ${reason}; setKernels() takes them from elsewhere`, {
    cause,
  });
}

/**
 * Takes the kernels from elsewhere: a compiled module, the bytes of `kernels.wasm`, or its URL. Needed where a bundler
 * does not copy the file. Waits only where compiling or fetching does: for a module and, on Node, for bytes and `file:`
 * URLs, it is done at once. Throws `ArgumentError` for those of another version.
 */
export function setKernels(source: WebAssembly.Module | URL | Uint8Array | ArrayBuffer): void | Promise<void> {
  if (typeof WebAssembly === 'undefined') throw new CodecError('setKernels: there is no WebAssembly here');
  const module = source instanceof WebAssembly.Module ? source : compiled(source);
  if (module instanceof Promise) return module.then(adopt);
  adopt(module);
}

function compiled(source: URL | Uint8Array | ArrayBuffer): WebAssembly.Module | Promise<WebAssembly.Module> {
  if (source instanceof URL) return compileKernels(source);
  // A copy: the bytes are borrowed, and may be shared with other threads.
  if (source instanceof Uint8Array) return compileKernels(Uint8Array.from(source));
  if (source instanceof ArrayBuffer) return compileKernels(new Uint8Array(source));
  throw new ArgumentError(
    `setKernels: expected a WebAssembly.Module, a URL, a Uint8Array or an ArrayBuffer, got ${typeof source}`,
  );
}

function adopt(module: WebAssembly.Module): void {
  state = loaded(module);
}

/** The state where `module` serves; throws `ArgumentError` unless it is one of ours, of this version. */
function loaded(module: WebAssembly.Module): State {
  const names = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  const missing = EXPORTS.filter((name) => !names.has(name));
  const imported = WebAssembly.Module.imports(module).map(({ name }) => name);
  if (missing.length > 0) throw otherKernels(`a module that lacks ${missing.join(', ')}`);
  if (imported.length > 0) throw otherKernels(`a module that imports ${imported.join(', ')}`);
  const instance = instanceOf(module);
  const version = instance.kernelsVersion();
  if (version !== KERNELS_VERSION) throw otherKernels(`that of version ${versionText(version)}`);
  return { kind: 'loaded', module, instance };
}

/** An instance of a module that has the names; what they mean is a matter between this file and `assembly/`. */
const instanceOf = (module: WebAssembly.Module): Kernels =>
  new WebAssembly.Instance(module).exports as unknown as Kernels;

const otherKernels = (found: string): ArgumentError =>
  new ArgumentError(`expected the kernels.wasm of version ${versionText(KERNELS_VERSION)}, got ${found}`);

const versionText = (version: number): string => (version >>> 0).toString(16).padStart(8, '0');

function load(): State {
  let module: WebAssembly.Module | Promise<WebAssembly.Module> | undefined;
  try {
    module = loadKernels();
    if (module === undefined) return { kind: 'absent', cause: undefined };
    if (!(module instanceof Promise)) return loaded(module);
  } catch (cause) {
    return cause instanceof ArgumentError ? { kind: 'refused', cause } : { kind: 'absent', cause };
  }
  const loading: State = {
    kind: 'loading',
    settled: settle(module).then((next) => {
      if (state === loading) state = next;
    }),
  };
  return loading;
}

/** What comes of a module that is on its way. One of another version may be an old copy, so it is loaded once more. */
async function settle(coming: Promise<WebAssembly.Module>): Promise<State> {
  try {
    const module = await coming;
    try {
      return loaded(module);
    } catch (error) {
      const again = error instanceof ArgumentError ? loadKernels(true) : undefined;
      if (again === undefined) throw error;
      return loaded(await again);
    }
  } catch (cause) {
    return { kind: 'absent', cause };
  }
}
