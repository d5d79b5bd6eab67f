/**
 * What the LZMA encoder and decoder share: which probability is used for which bit, and how the state of a stream goes on.
 * https://github.com/jljusten/LZMA-SDK/blob/master/DOC/lzma-specification.txt
 *
 * Every bit is coded by a probability that adapts. All of them lie in one array: those for kinds of symbols, by the state
 * and the place; for distances, by their number of bits; for lengths; and for literals, by what is beside them.
 */

/** The part of a range that a probability of 1 stands for, as a power of two. */
export const PROBABILITY_BITS = 11;
/** Half: what all probabilities begin with. */
const EVEN = 1 << (PROBABILITY_BITS - 1);
/** Probabilities move by this part of what is left, as a power of two. */
export const MOVE_BITS = 5;
/** Below it, a range takes in another byte. */
export const TOP = 2 ** 24;

/** States from here on follow a match; those below, literals. */
export const FIRST_MATCH_STATE = 7;
const STATES = 12;
const PLACES = 16;

export const MIN_MATCH = 2;
export const MAX_MATCH = 273;
/** The distance that marks the end. */
export const END_DISTANCE = 0xffffffff;

/** Where the probabilities of a length begin: two choices, then low and middle ones by place, and high ones. */
export const LENGTH_LOW = 2;
export const LENGTH_MIDDLE = LENGTH_LOW + PLACES * 8;
export const LENGTH_HIGH = LENGTH_MIDDLE + PLACES * 8;
const LENGTH_SIZE = LENGTH_HIGH + 256;

export const IS_MATCH = 0;
export const IS_REPEAT = IS_MATCH + STATES * PLACES;
export const IS_REPEAT_0 = IS_REPEAT + STATES;
export const IS_REPEAT_1 = IS_REPEAT_0 + STATES;
export const IS_REPEAT_2 = IS_REPEAT_1 + STATES;
export const IS_LONG_REPEAT_0 = IS_REPEAT_2 + STATES;
export const DISTANCE_SLOT = IS_LONG_REPEAT_0 + STATES * PLACES;
/** The low bits of distances whose slot is below `FIRST_DIRECT_SLOT`; the tree of slot 4 begins one behind it. */
export const DISTANCE_SPECIAL = DISTANCE_SLOT + 4 * 64;
/** Distances of slots from here on have bits without a probability, and four low ones with. */
export const FIRST_DIRECT_SLOT = 14;
export const DISTANCE_ALIGN = DISTANCE_SPECIAL + 128 - FIRST_DIRECT_SLOT + 1;
export const MATCH_LENGTH = DISTANCE_ALIGN + 16;
export const REPEAT_LENGTH = MATCH_LENGTH + LENGTH_SIZE;
export const LITERAL = REPEAT_LENGTH + LENGTH_SIZE;
export const LITERAL_SIZE = 0x300;

/** How the probabilities of literals and places are chosen. */
export interface LzmaProperties {
  /** High bits of the byte before that choose those of a literal, */
  readonly lc: number;
  /** and low bits of its place. */
  readonly lp: number;
  /** Low bits of the place that choose those of kinds and lengths. */
  readonly pb: number;
}

/** The byte in which properties are stored. */
export const propertiesByte = ({ lc, lp, pb }: LzmaProperties): number => (pb * 5 + lp) * 9 + lc;

/** The properties of a stored byte; undefined where it stands for none. */
export function propertiesOf(byte: number): LzmaProperties | undefined {
  if (byte >= 225) return undefined;
  return { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) };
}

/** All probabilities, even. */
export function evenProbabilities({ lc, lp }: LzmaProperties): Uint16Array {
  return new Uint16Array(LITERAL + (LITERAL_SIZE << (lc + lp))).fill(EVEN);
}

export const stateAfterLiteral = (state: number): number => (state < 4 ? 0 : state < 10 ? state - 3 : state - 6);
export const stateAfterMatch = (state: number): number => (state < FIRST_MATCH_STATE ? 7 : 10);
export const stateAfterRepeat = (state: number): number => (state < FIRST_MATCH_STATE ? 8 : 11);
export const stateAfterShortRepeat = (state: number): number => (state < FIRST_MATCH_STATE ? 9 : 11);
