/**
 * MessagePack: values as bytes, the type of each in its first. https://github.com/msgpack/msgpack/blob/master/spec.md
 *
 * Objects have names that are strings; extension types, which only those who made them understand, are refused.
 */
import { CodecError } from '../../errors.js';

/** What the constructor of `MessagePack` takes. */
export interface MessagePackOptions {
  /** Whether strings are read as bytes. */
  readonly raw: boolean;
  /** Whether bytes are written as what they are; otherwise as strings, as before there was a type for them. */
  readonly useBinType: boolean;
  /** Whether floats are written with 32 bits. */
  readonly useSingleFloat: boolean;
}

const DEEPEST = 256;

const failed = (text: string): CodecError => new CodecError(text);

/** The bytes of `value`: null, booleans, numbers, bigints, strings, bytes, lists and plain objects. */
export function encodeMessagePack(value: unknown, options: MessagePackOptions): Uint8Array {
  const parts: Uint8Array[] = [];
  write(value, options, 0, (part) => parts.push(part));
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

type Emit = (part: Uint8Array) => void;

function write(value: unknown, options: MessagePackOptions, depth: number, emit: Emit): void {
  if (depth > DEEPEST) throw failed(`expected values nested at most ${DEEPEST} deep`);
  if (value === null || value === undefined) emit(Uint8Array.of(0xc0));
  else if (typeof value === 'boolean') emit(Uint8Array.of(value ? 0xc3 : 0xc2));
  else if (typeof value === 'bigint') emit(integer(value));
  else if (typeof value === 'number') emit(number(value, options));
  else if (typeof value === 'string') writeString(value, options, emit);
  else if (value instanceof Uint8Array) {
    emit(options.useBinType ? head(value.length, BIN) : head(value.length, RAW));
    emit(value);
  } else if (Array.isArray(value)) {
    emit(head(value.length, ARRAY));
    for (const item of value) write(item, options, depth + 1, emit);
  } else if (typeof value === 'object') {
    const members = value instanceof Map ? [...value] : Object.entries(value);
    emit(head(members.length, MAP));
    for (const [name, member] of members) {
      write(name, options, depth + 1, emit);
      write(member, options, depth + 1, emit);
    }
  } else throw failed(`MessagePack has no ${typeof value}`);
}

function writeString(text: string, options: MessagePackOptions, emit: Emit): void {
  // An encoder would silently put another character in the place of half a surrogate pair.
  if (/\p{Surrogate}/u.test(text)) throw failed('half a surrogate pair has no UTF-8');
  const bytes = new TextEncoder().encode(text);
  emit(head(bytes.length, options.useBinType ? STRING : RAW));
  emit(bytes);
}

/** The first bytes of kinds with a length: a short one in the first byte itself, or in 8, 16 or 32 bits. */
interface Kind {
  readonly short?: { readonly first: number; readonly most: number };
  readonly in8?: number;
  readonly in16: number;
  readonly in32: number;
}

const STRING: Kind = Object.freeze({ short: { first: 0xa0, most: 31 }, in8: 0xd9, in16: 0xda, in32: 0xdb });
/** Strings of the time before bytes had a type. */
const RAW: Kind = Object.freeze({ short: { first: 0xa0, most: 31 }, in16: 0xda, in32: 0xdb });
const BIN: Kind = Object.freeze({ in8: 0xc4, in16: 0xc5, in32: 0xc6 });
const ARRAY: Kind = Object.freeze({ short: { first: 0x90, most: 15 }, in16: 0xdc, in32: 0xdd });
const MAP: Kind = Object.freeze({ short: { first: 0x80, most: 15 }, in16: 0xde, in32: 0xdf });

function head(length: number, { short, in8, in16, in32 }: Kind): Uint8Array {
  if (short !== undefined && length <= short.most) return Uint8Array.of(short.first | length);
  if (in8 !== undefined && length < 2 ** 8) return Uint8Array.of(in8, length);
  if (length < 2 ** 16) return withFirst(in16, 2, (view) => view.setUint16(1, length));
  if (length < 2 ** 32) return withFirst(in32, 4, (view) => view.setUint32(1, length));
  throw failed(`${length} is more than a length can be`);
}

function withFirst(first: number, count: number, set: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(1 + count);
  bytes[0] = first;
  set(new DataView(bytes.buffer));
  return bytes;
}

function number(value: number, { useSingleFloat }: MessagePackOptions): Uint8Array {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return integer(BigInt(value));
  if (useSingleFloat) return withFirst(0xca, 4, (view) => view.setFloat32(1, value));
  return withFirst(0xcb, 8, (view) => view.setFloat64(1, value));
}

function integer(value: bigint): Uint8Array {
  const small = Number(value);
  if (value >= 0n) {
    if (value < 0x80n) return Uint8Array.of(small);
    if (value < 2n ** 8n) return Uint8Array.of(0xcc, small);
    if (value < 2n ** 16n) return withFirst(0xcd, 2, (view) => view.setUint16(1, small));
    if (value < 2n ** 32n) return withFirst(0xce, 4, (view) => view.setUint32(1, small));
    if (value < 2n ** 64n) return withFirst(0xcf, 8, (view) => view.setBigUint64(1, value));
  } else {
    if (value >= -0x20n) return Uint8Array.of(small & 0xff);
    if (value >= -(2n ** 7n)) return withFirst(0xd0, 1, (view) => view.setInt8(1, small));
    if (value >= -(2n ** 15n)) return withFirst(0xd1, 2, (view) => view.setInt16(1, small));
    if (value >= -(2n ** 31n)) return withFirst(0xd2, 4, (view) => view.setInt32(1, small));
    if (value >= -(2n ** 63n)) return withFirst(0xd3, 8, (view) => view.setBigInt64(1, value));
  }
  throw failed(`${value} has more than 64 bits`);
}

/** The one value that `bytes` are. */
export function decodeMessagePack(bytes: Uint8Array, { raw }: Pick<MessagePackOptions, 'raw'>): unknown {
  const reader = new Reader(bytes, raw);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw failed(`${bytes.length - reader.at} bytes after the value`);
  return value;
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #raw: boolean;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array, raw: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#raw = raw;
  }

  value(depth: number): unknown {
    if (depth > DEEPEST) throw failed(`expected values nested at most ${DEEPEST} deep`);
    const first = this.#bytes[this.#take(1)]!;
    if (first < 0x80) return first;
    if (first < 0x90) return this.#map(first & 0x0f, depth);
    if (first < 0xa0) return this.#list(first & 0x0f, depth);
    if (first < 0xc0) return this.#string(first & 0x1f);
    if (first >= 0xe0) return first - 0x100;
    return this.#typed(first, depth);
  }

  #typed(first: number, depth: number): unknown {
    const view = this.#view;
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return view.getFloat32(this.#take(4));
      case 0xcb:
        return view.getFloat64(this.#take(8));
      case 0xcc:
        return view.getUint8(this.#take(1));
      case 0xcd:
        return view.getUint16(this.#take(2));
      case 0xce:
        return view.getUint32(this.#take(4));
      case 0xcf:
        return safe(view.getBigUint64(this.#take(8)));
      case 0xd0:
        return view.getInt8(this.#take(1));
      case 0xd1:
        return view.getInt16(this.#take(2));
      case 0xd2:
        return view.getInt32(this.#take(4));
      case 0xd3:
        return safe(view.getBigInt64(this.#take(8)));
      default:
        return this.#sized(first, depth);
    }
  }

  #sized(first: number, depth: number): unknown {
    switch (first) {
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return new Uint8Array(this.#part(this.#length(first - 0xc4)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#length(first - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#list(this.#length(first - 0xdc + 1), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#length(first - 0xde + 1), depth);
      default:
        throw failed(`byte ${this.at - 1}: a type that is not read, 0x${first.toString(16)}`);
    }
  }

  /** A length of 8, 16 or 32 bits. */
  #length(power: number): number {
    const at = this.#take(1 << power);
    if (power === 0) return this.#view.getUint8(at);
    return power === 1 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  /** Where the next `count` bytes begin, which are then behind. */
  #take(count: number): number {
    const { at } = this;
    if (count > this.#bytes.length - at) {
      throw failed(`truncated: ${count} bytes expected at byte ${at}, ${this.#bytes.length - at} are left`);
    }
    this.at = at + count;
    return at;
  }

  #part(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  #string(length: number): unknown {
    const part = this.#part(length);
    if (this.#raw) return new Uint8Array(part);
    try {
      return this.#decoder.decode(part);
    } catch (cause) {
      throw new CodecError(`bytes ${this.at - length} to ${this.at} are not UTF-8`, { cause });
    }
  }

  /** Each item has at least a byte, so that no list is longer than what is left. */
  #list(length: number, depth: number): unknown[] {
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(depth + 1));
    return items;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    const members: [string, unknown][] = [];
    for (let i = 0; i < length; i++) {
      const name = this.value(depth + 1);
      const text = name instanceof Uint8Array ? new TextDecoder().decode(name) : name;
      if (typeof text !== 'string') throw failed(`expected names that are strings, got a ${typeof name}`);
      members.push([text, this.value(depth + 1)]);
    }
    return Object.fromEntries(members);
  }
}

const safe = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
