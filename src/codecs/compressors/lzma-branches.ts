/**
 * The filters of xz that make machine code compress better: where an instruction jumps or calls by a distance from its own
 * place, that becomes a place in the file, which is the same for all calls of one function; and back. Instructions are
 * guessed by their bits, and the guess is the same both ways.
 * https://tukaani.org/xz/xz-file-format.txt, section 5.3.2
 */

/** Adds the places to distances, or takes them off again. */
export type Direction = 1 | -1;

/** Converts `code`, the first byte of which is at `start`, in its place. */
export type BranchFilter = (code: Uint8Array, start: number, direction: Direction) => void;

/** The filters by their ids in the format. */
export const BRANCH_FILTERS: ReadonlyMap<number, BranchFilter> = /* @__PURE__ */ new Map<number, BranchFilter>([
  [4, x86],
  [5, powerPc],
  [6, itanium],
  [7, arm],
  [8, armThumb],
  [9, sparc],
  [10, arm64],
]);

/** By how much the start of each filter has to be a multiple. */
export const BRANCH_ALIGNMENTS: ReadonlyMap<number, number> = /* @__PURE__ */ new Map([
  [4, 1],
  [5, 4],
  [6, 16],
  [7, 4],
  [8, 2],
  [9, 4],
  [10, 4],
]);

const littleAt = (code: Uint8Array, at: number): number =>
  code[at]! | (code[at + 1]! << 8) | (code[at + 2]! << 16) | (code[at + 3]! << 24);

function putLittle(code: Uint8Array, at: number, word: number): void {
  code[at] = word;
  code[at + 1] = word >>> 8;
  code[at + 2] = word >>> 16;
  code[at + 3] = word >>> 24;
}

const bigAt = (code: Uint8Array, at: number): number =>
  (code[at]! << 24) | (code[at + 1]! << 16) | (code[at + 2]! << 8) | code[at + 3]!;

function putBig(code: Uint8Array, at: number, word: number): void {
  code[at] = word >>> 24;
  code[at + 1] = word >>> 16;
  code[at + 2] = word >>> 8;
  code[at + 3] = word;
}

/** Which bytes of a distance of x86 were begun by opcodes just before it, by three bits of them. */
const MAY_FOLLOW = Object.freeze([true, true, true, false, true, false, false, false]);
const FIRST_BYTE = Object.freeze([0, 1, 2, 2, 3, 3, 3, 3]);

const isSign = (byte: number): boolean => byte === 0 || byte === 0xff;

/** CALL (E8) and JMP (E9) with a distance of 32 bits, but not where such a byte may be part of one before. */
function x86(code: Uint8Array, start: number, direction: Direction): void {
  let opcodes = 0;
  let latest = -1;
  for (let at = 0; at + 4 < code.length; at++) {
    if ((code[at]! & 0xfe) !== 0xe8) continue;
    const gap = at - latest;
    latest = at;
    opcodes = gap > 3 ? 0 : (opcodes << (gap - 1)) & 7;
    const isWithin = opcodes !== 0 && (!MAY_FOLLOW[opcodes] || isSign(code[at + 4 - FIRST_BYTE[opcodes]!]!));
    if (isWithin || !isSign(code[at + 4]!)) {
      opcodes = (opcodes << 1) | 1;
      continue;
    }
    const word = x86Distance(littleAt(code, at + 1), direction * (start + at + 5), opcodes);
    // The highest byte is the sign of the 25 bits below.
    putLittle(code, at + 1, (word << 7) >> 7);
    at += 4;
  }
}

function x86Distance(distance: number, place: number, opcodes: number): number {
  let word = (distance + place) | 0;
  if (opcodes === 0) return word;
  const shift = 8 * FIRST_BYTE[opcodes]!;
  while (isSign((word >>> (24 - shift)) & 0xff)) {
    // Below the highest bytes, all bits are turned, so that the filter is not taken in by its own work.
    word = ((word ^ ((1 << (32 - shift)) - 1)) + place) | 0;
  }
  return word;
}

/** `bl` with a distance of 24 bits. */
function powerPc(code: Uint8Array, start: number, direction: Direction): void {
  for (let at = 0; at + 4 <= code.length; at += 4) {
    const word = bigAt(code, at);
    if ((word & 0xfc000003) !== 0x48000001) continue;
    putBig(code, at, 0x48000001 | (((word & 0x03fffffc) + direction * (start + at)) & 0x03fffffc));
  }
}

/** Which of the three instructions of a bundle are branches, by its lowest five bits. */
const ITANIUM_BRANCHES = Object.freeze([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0,
]);

/** `br.call` in bundles of 128 bits: five bits, and three instructions of 41. */
function itanium(code: Uint8Array, start: number, direction: Direction): void {
  for (let at = 0; at + 16 <= code.length; at += 16) {
    const branches = ITANIUM_BRANCHES[code[at]! & 0x1f]!;
    for (let slot = 0; slot < 3; slot++) {
      if ((branches >>> slot) & 1) itaniumSlot(code, at, slot, direction * (start + at));
    }
  }
}

function itaniumSlot(code: Uint8Array, bundle: number, slot: number, place: number): void {
  const firstBit = 5 + 41 * slot;
  const first = bundle + (firstBit >>> 3);
  const shift = BigInt(firstBit & 7);
  let bytes = 0n;
  for (let i = 5; i >= 0; i--) bytes = (bytes << 8n) | BigInt(code[first + i]!);
  const instruction = bytes >> shift;
  if (((instruction >> 37n) & 0xfn) !== 5n || ((instruction >> 9n) & 7n) !== 0n) return;
  const distance = Number((instruction >> 13n) & 0xfffffn) | (Number((instruction >> 36n) & 1n) << 20);
  const target = (((distance << 4) + place) >>> 4) & 0x1fffff;
  const cleared = instruction & ~(0x8fffffn << 13n);
  const changed = cleared | (BigInt(target & 0xfffff) << 13n) | (BigInt(target & 0x100000) << 16n);
  let rest = (bytes & ((1n << shift) - 1n)) | (changed << shift);
  for (let i = 0; i < 6; i++) {
    code[first + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** `bl` with a distance of 24 bits, in words. */
function arm(code: Uint8Array, start: number, direction: Direction): void {
  for (let at = 0; at + 4 <= code.length; at += 4) {
    if (code[at + 3] !== 0xeb) continue;
    const distance = (littleAt(code, at) & 0xffffff) << 2;
    putLittle(code, at, 0xeb000000 | (((distance + direction * (start + at + 8)) >>> 2) & 0xffffff));
  }
}

/** `bl` in two halves of 16 bits, eleven bits of the distance in each. */
function armThumb(code: Uint8Array, start: number, direction: Direction): void {
  for (let at = 0; at + 4 <= code.length; at += 2) {
    if ((code[at + 1]! & 0xf8) !== 0xf0 || (code[at + 3]! & 0xf8) !== 0xf8) continue;
    const high = ((code[at + 1]! & 7) << 8) | code[at]!;
    const low = ((code[at + 3]! & 7) << 8) | code[at + 2]!;
    const target = (((high << 12) | (low << 1)) + direction * (start + at + 4)) >>> 1;
    code[at + 1] = 0xf0 | ((target >>> 19) & 7);
    code[at] = target >>> 11;
    code[at + 3] = 0xf8 | ((target >>> 8) & 7);
    code[at + 2] = target;
    at += 2;
  }
}

/** `call` with a distance of 22 bits and its sign. */
function sparc(code: Uint8Array, start: number, direction: Direction): void {
  for (let at = 0; at + 4 <= code.length; at += 4) {
    const word = bigAt(code, at);
    if (word >>> 22 !== 0x100 && word >>> 22 !== 0x1ff) continue;
    const target = ((word << 2) + direction * (start + at)) >>> 2;
    putBig(code, at, (0x40000000 - (target & 0x400000)) | 0x40000000 | (target & 0x3fffff));
  }
}

/** `bl` with a distance of 26 bits in words, and `adrp` with one in pages, if that is within 512 MiB. */
function arm64(code: Uint8Array, start: number, direction: Direction): void {
  for (let at = 0; at + 4 <= code.length; at += 4) {
    const word = littleAt(code, at);
    const place = start + at;
    if (word >>> 26 === 0x25) {
      putLittle(code, at, 0x94000000 | ((word + direction * (place >>> 2)) & 0x03ffffff));
    } else if ((word & 0x9f000000) === (0x90000000 | 0)) {
      const distance = ((word >>> 29) & 3) | ((word >>> 3) & 0x1ffffc);
      if ((distance + 0x20000) & 0x1c0000) continue;
      const target = (distance + direction * (place >>> 12)) | 0;
      const sign = -(target & 0x20000) & 0xe00000;
      putLittle(code, at, (word & 0x9000001f) | ((target & 3) << 29) | ((target & 0x3fffc) << 3) | sign);
    }
  }
}
