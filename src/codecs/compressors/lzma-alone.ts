/**
 * `.lzma` files, the format before xz: properties, the size of the dictionary, the decoded size or that it is not known,
 * and LZMA. Numbers are little-endian.
 */
import { CodecError } from '../../errors.js';
import { LzmaDecoder } from './lzma-decode.js';
import { type LzmaProperties, propertiesByte, propertiesOf } from './lzma-model.js';
import type { Output } from './output.js';

export const LZMA_ALONE_HEADER_BYTES = 13;

/** Appends what the file at `start` of `source` decodes to; where it ends. */
export function lzmaAloneDecode(source: Uint8Array, start: number, output: Output): number {
  if (source.length - start < LZMA_ALONE_HEADER_BYTES) throw new CodecError('damaged .lzma file: it is truncated');
  const view = new DataView(source.buffer, source.byteOffset + start, LZMA_ALONE_HEADER_BYTES);
  const properties = propertiesOf(view.getUint8(0));
  if (properties === undefined || properties.lc + properties.lp > 4) throw new CodecError('not a .lzma file');
  const [low, high] = [view.getUint32(5, true), view.getUint32(9, true)];
  const isKnown = low !== 0xffffffff || high !== 0xffffffff;
  const size = low + high * 2 ** 32;
  // The format before xz never had files of more.
  if (isKnown && size >= 2 ** 38) throw new CodecError('not a .lzma file');
  const place = start + LZMA_ALONE_HEADER_BYTES;
  return rawLzmaDecode(source, place, output, {
    properties,
    window: view.getUint32(1, true),
    size: isKnown ? size : undefined,
  });
}

export interface RawLzma {
  readonly properties: LzmaProperties;
  /** The bytes of the dictionary. */
  readonly window: number;
  /** The decoded bytes; where they are not known, an end mark follows. */
  readonly size: number | undefined;
}

/** Appends what the LZMA stream at `start` of `source` decodes to; where it ends. */
export function rawLzmaDecode(source: Uint8Array, start: number, output: Output, raw: RawLzma): number {
  const decoder = new LzmaDecoder(output, raw.window);
  decoder.reset(raw.properties);
  decoder.begin(source, start, source.length);
  const stop = raw.size === undefined ? Number.POSITIVE_INFINITY : output.length + raw.size;
  let isMarked = decoder.run(stop);
  if (isMarked && raw.size !== undefined && output.length !== stop) {
    throw new CodecError('damaged LZMA stream: it ends before its size');
  }
  // Even a stream whose size is known may have the mark.
  if (!isMarked && !decoder.isFinished) {
    isMarked = decoder.run(stop + 1);
    if (!isMarked) throw new CodecError('damaged LZMA stream: it goes on beyond its size');
  }
  if (!decoder.isFinished) throw new CodecError('damaged LZMA stream: it does not end where it should');
  return decoder.at;
}

/** The header of a file with an end mark. */
export function lzmaAloneHeader(properties: LzmaProperties, window: number): Uint8Array {
  const header = new Uint8Array(LZMA_ALONE_HEADER_BYTES).fill(0xff, 5);
  header[0] = propertiesByte(properties);
  new DataView(header.buffer).setUint32(1, window, true);
  return header;
}
