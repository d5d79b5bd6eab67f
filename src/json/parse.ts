/**
 * Reads JSON text to the model that keeps its tokens.
 *
 * The grammar is RFC 8259's with the three words that Python writes besides: `NaN`, `Infinity`, `-Infinity`. One pass
 * over the text, with a stack of its own: no depth of nesting can exhaust the call stack, and the cost is linear.
 */
import { LimitError, MetadataValidationError } from '../errors.js';
import { type KnownJson, KnownPart, type KnownParts, OPEN_MEMBER, standsAt } from './known.js';
import { type Json, JsonNumber } from './model.js';

export interface ParseOptions {
  /** Levels of nesting that are read; one more is a `LimitError`. */
  readonly maxDepth?: number;
  /**
   * What a repeated member is: an error, except below a member `attributes` of the top object, which is the user's own;
   * or, with `'last'`, replaced everywhere by its last value, in the first one's place, as in Python.
   */
  readonly duplicates?: 'error' | 'last';
  /** What was read before. Objects without repeated members are added to it. */
  readonly known?: KnownJson | undefined;
}

/** The document that `text` is. Throws `MetadataValidationError` with line and column if it is none. */
export function parseJson(text: Uint8Array | string, options: ParseOptions = {}): Json {
  const { maxDepth = 256, duplicates = 'error' } = options;
  const characters = typeof text === 'string' ? text : decode(text);
  const known = options.known?.whileReading(characters);
  return new Parser(characters, maxDepth, duplicates === 'error', known).document();
}

/** One for all documents: it keeps nothing from one to the next. */
const UTF_8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch (cause) {
    throw new MetadataValidationError('JSON: expected UTF-8, found bytes that are not', { cause });
  }
}

/** Python refuses longer integers too: the time to convert digits grows faster than their number. */
const LONGEST_INTEGER = 4300;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** What stands after a backslash, and what it means. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** An object or array that is still open. */
interface Frame {
  readonly members: Map<string, Json> | undefined;
  readonly items: Json[] | undefined;
  /** The member whose value is being read. */
  name: string;
  /** Where it begins. */
  readonly start: number;
  /** Levels of nesting in it, itself among them, as far as it was read. */
  depth: number;
  /** Those that it is kept among; undefined where it is not. */
  known: KnownParts | undefined;
  /** What it is the same as, as far as it was read, but for the open member. */
  like: KnownPart | undefined;
  /** Where the value of the open member is, from its own beginning on. */
  openAt: { readonly start: number; readonly end: number } | undefined;
}

/** Notes that `frame` holds a container of `depth` levels. */
function deepen(frame: Frame | undefined, depth: number): void {
  if (frame !== undefined && frame.depth <= depth) frame.depth = depth + 1;
}

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #refuseDuplicates: boolean;
  #known: KnownJson | undefined;
  #at: number;

  constructor(text: string, maxDepth: number, refuseDuplicates: boolean, known: KnownJson | undefined) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#refuseDuplicates = refuseDuplicates;
    this.#known = known;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0; // One byte order mark.
  }

  document(): Json {
    const open: Frame[] = [];
    let frame: Frame | undefined;
    // Whether the frame is, or is inside, a member `attributes` of the top object.
    let inAttributes = false;

    for (;;) {
      // A value begins here, or a container that was just opened ends.
      let value: Json;
      const code = this.#skipSpace();
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        if (open.length === 1 && frame?.name === 'attributes') inAttributes = true;
        const known = inAttributes ? undefined : this.#knownFor(open);
        const like = known?.find(this.#text, this.#at, this.#maxDepth - open.length);
        if (like?.isAt(this.#text, this.#at)) {
          this.#at += like.length;
          deepen(frame, like.depth);
          value = like.value;
        } else {
          frame = this.#open(code === OPEN_BRACE, open, known, like);
          if (like !== undefined) continue;
          if (this.#skipSpace() !== (code === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET)) {
            if (code === OPEN_BRACE) frame.name = this.#memberName();
            continue;
          }
          this.#at++;
          value = this.#close(open);
          frame = open[open.length - 1];
          if (open.length <= 1) inAttributes = false;
        }
      } else {
        value = this.#scalar(code);
      }

      // A value ended; it may be the last of its container, and that the last of its own, and so on.
      for (;;) {
        if (frame === undefined) {
          if (!Number.isNaN(this.#skipSpace())) throw this.#unexpected('the end of the document');
          return value;
        }
        const { members } = frame;
        if (members === undefined) {
          frame.items!.push(value);
        } else {
          const { size } = members;
          members.set(frame.name, value);
          if (members.size === size) {
            if (this.#refuseDuplicates && !inAttributes) throw this.#duplicate(frame.name);
            this.#known = undefined; // What is an error elsewhere is not kept.
          }
        }
        const next = this.#goesOnLike(frame) ? CLOSE_BRACE : this.#skipSpace();
        this.#at++;
        if (next === COMMA) {
          if (members !== undefined) frame.name = this.#memberName();
          break;
        }
        if (next !== (members === undefined ? CLOSE_BRACKET : CLOSE_BRACE)) {
          this.#at--;
          throw this.#unexpected(members === undefined ? '"," or "]"' : '"," or "}"');
        }
        value = this.#close(open);
        frame = open[open.length - 1];
        if (open.length <= 1) inAttributes = false;
      }
    }
  }

  /** What the value that begins here may be. */
  #knownFor(open: readonly Frame[]): KnownParts | undefined {
    if (this.#known === undefined) return undefined;
    const frame = open[open.length - 1];
    if (frame === undefined) return this.#known.documents;
    const isMember = frame.members !== undefined && open[open.length - 2]?.name === this.#known.membersOf;
    return isMember ? this.#known.members : undefined;
  }

  /** A container that begins here, now the last of `open`: with the members before the open one of what it is `like`. */
  #open(isObject: boolean, open: Frame[], known: KnownParts | undefined, like: KnownPart | undefined): Frame {
    const start = this.#at;
    this.#at += like?.head.length ?? 1;
    if (open.length >= this.#maxDepth) {
      throw new LimitError(`limits.jsonDepth: expected at most ${this.#maxDepth} levels of nesting${this.#place()}`);
    }
    const frame: Frame = {
      members: isObject ? new Map(like?.before) : undefined,
      items: isObject ? undefined : [],
      name: like === undefined ? '' : OPEN_MEMBER,
      start,
      depth: like?.depth ?? 1,
      known,
      like,
      openAt: undefined,
    };
    open.push(frame);
    return frame;
  }

  /**
   * Whether all that follows the open member of `frame`, which was just read, is as it is in what the frame is like. Takes
   * it then, but for the brace at its end.
   */
  #goesOnLike(frame: Frame): boolean {
    const { like, members } = frame;
    if (like === undefined || members === undefined) return false;
    frame.like = undefined;
    if (!standsAt(like.tail, this.#text, this.#at)) return false;
    for (const [name, value] of like.after) members.set(name, value);
    this.#at += like.tail.length - 1;
    frame.known = undefined; // There is one like it.
    return true;
  }

  /** The value of the last of `open`, which ends here. */
  #close(open: Frame[]): Json {
    const { members, items, start, depth, known, openAt } = open.pop()!; // There is one, and it has one of the two.
    const value = members ?? items!;
    const outer = open[open.length - 1];
    deepen(outer, depth);
    if (outer?.known !== undefined && outer.name === OPEN_MEMBER) {
      outer.openAt = { start: start - outer.start, end: this.#at - outer.start };
    }
    if (
      known !== undefined &&
      this.#known !== undefined &&
      members !== undefined &&
      KnownPart.isWorthIt(this.#at - start)
    ) {
      known.keep(new KnownPart(this.#text.slice(start, this.#at), members, depth, openAt));
    }
    return value;
  }

  /** The next character that is not white space, without taking it; NaN at the end. */
  #skipSpace(): number {
    const text = this.#text;
    let at = this.#at;
    let code = text.charCodeAt(at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++at);
    this.#at = at;
    return code;
  }

  /** A member's name and the colon after it. */
  #memberName(): string {
    if (this.#skipSpace() !== QUOTE) throw this.#unexpected("a member's name in double quotes");
    const name = this.#string();
    if (this.#skipSpace() !== COLON) throw this.#unexpected('":"');
    this.#at++;
    return name;
  }

  #scalar(code: number): Json {
    if (code === QUOTE) return this.#string();
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.#number();
    if (this.#takes('true')) return true;
    if (this.#takes('false')) return false;
    if (this.#takes('null')) return null;
    if (this.#takes('NaN')) return new JsonNumber('NaN');
    if (this.#takes('Infinity')) return new JsonNumber('Infinity');
    throw this.#unexpected('a value');
  }

  #takes(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #string(): string {
    const text = this.#text;
    let from = ++this.#at;
    let result = '';
    for (let at = from; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return result + text.slice(from, at);
      }
      if (code === BACKSLASH) {
        this.#at = at;
        result += text.slice(from, at) + this.#escape();
        from = this.#at;
        at = from - 1;
      } else if (code < 0x20 || Number.isNaN(code)) {
        this.#at = at;
        throw this.#unexpected('the rest of a string');
      }
    }
  }

  /** What the escape sequence here stands for; it is taken. */
  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1);
    const character = ESCAPES.get(letter);
    if (character !== undefined) {
      this.#at += 2;
      return character;
    }
    const digits = this.#text.slice(this.#at + 2, this.#at + 6);
    if (letter !== 'u' || !/^[\dA-Fa-f]{4}$/.test(digits)) throw this.#unexpected('an escape sequence');
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): JsonNumber {
    const text = this.#text;
    const from = this.#at;
    if (text.charCodeAt(from) === MINUS) {
      this.#at++;
      if (this.#takes('Infinity')) return new JsonNumber('-Infinity');
    }
    const integerDigits = text.charCodeAt(this.#at) === ZERO ? this.#takeDigit() : this.#digits();
    let isInteger = true;
    if (text.charCodeAt(this.#at) === POINT) {
      this.#at++;
      this.#digits();
      isInteger = false;
    }
    const letter = text.charAt(this.#at);
    if (letter === 'e' || letter === 'E') {
      const sign = text.charCodeAt(++this.#at);
      if (sign === PLUS || sign === MINUS) this.#at++;
      this.#digits();
      isInteger = false;
    }
    if (isInteger && integerDigits > LONGEST_INTEGER) {
      throw new MetadataValidationError(
        `JSON: expected integers of at most ${LONGEST_INTEGER} digits, found ${integerDigits}${this.#place()}`,
      );
    }
    return new JsonNumber(text.slice(from, this.#at));
  }

  #takeDigit(): number {
    this.#at++;
    return 1;
  }

  /** Takes digits, at least one; how many there were. */
  #digits(): number {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; ) code = text.charCodeAt(++at);
    this.#at = at;
    if (at === from) throw this.#unexpected('a digit');
    return at - from;
  }

  #unexpected(expected: string): MetadataValidationError {
    const code = this.#text.codePointAt(this.#at);
    const found = code === undefined ? 'the end of the text' : JSON.stringify(String.fromCodePoint(code));
    return new MetadataValidationError(`JSON: expected ${expected}, found ${found}${this.#place()}`);
  }

  #duplicate(name: string): MetadataValidationError {
    const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
    return new MetadataValidationError(
      `JSON: expected members with different names, found ${shown} twice${this.#place()}`,
    );
  }

  #place(): string {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    return ` (line ${line}, column ${before.length - before.lastIndexOf('\n')})`;
  }
}
