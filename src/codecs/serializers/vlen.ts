/**
 * How numcodecs stores elements that vary in length: their number, then each one's length in bytes and its bytes; numbers
 * are little-endian and have 32 bits.
 */
import { CodecError } from '../../errors.js';
import { copy } from '../../ndarray/copy.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import { isContiguous } from '../../ndarray/strided.js';

/** The most that a number of 32 bits can count. */
const MAX_COUNT = 2 ** 32 - 1;

/** The elements of `chunk` in C order. */
export function listOf(chunk: NdArray, codec: string): readonly unknown[] {
  const { dtype, shape, storage, offset } = chunk;
  if (Array.isArray(storage) && isContiguous(chunk)) return storage.slice(offset, offset + sizeOf(shape));
  const list = dtype.allocate(sizeOf(shape));
  if (!Array.isArray(list)) throw new CodecError(`${codec} cannot encode "${dtype.name}"`, { codec });
  copy(chunk, new NdArray(dtype, list, shape));
  return list;
}

/** Where one element lies. */
export type Read<Item> = (bytes: Uint8Array, start: number, end: number) => Item;

/** Reads exactly `count` elements, which are all that `bytes` hold. */
export function readItems<Item>(bytes: Uint8Array, count: number, codec: string, read: Read<Item>): Item[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const failed = (text: string): CodecError => new CodecError(`${codec}: ${text}`, { codec });
  if (bytes.length < 4) throw failed(`expected a number of elements, got ${bytes.length} bytes`);
  const found = view.getUint32(0, true);
  if (found !== count) throw failed(`expected ${count} elements, got ${found}`);
  if (bytes.length < 4 + 4 * count) throw failed(`truncated: ${bytes.length} bytes for ${count} elements`);
  const items: Item[] = [];
  let at = 4;
  for (let index = 0; index < count; index++) {
    if (at + 4 > bytes.length) throw failed(`truncated before element ${index}`);
    const length = view.getUint32(at, true);
    at += 4;
    if (length > bytes.length - at) {
      throw failed(`element ${index} of ${length} bytes, but only ${bytes.length - at} are left`);
    }
    items.push(read(bytes, at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw failed(`${bytes.length - at} bytes after the last element`);
  return items;
}

/** The stored form of `items`. */
export function writeItems(items: readonly Uint8Array[], codec: string): Uint8Array {
  let size = 4;
  for (const item of items) size += 4 + item.length;
  if (items.length > MAX_COUNT) throw new CodecError(`${codec}: more than ${MAX_COUNT} elements`, { codec });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, items.length, true);
  let at = 4;
  for (const item of items) {
    view.setUint32(at, item.length, true);
    bytes.set(item, at + 4);
    at += 4 + item.length;
  }
  return bytes;
}
