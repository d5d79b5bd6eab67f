/**
 * Reads JSON text to the model that keeps its tokens.
 *
 * The grammar is RFC 8259's with the three words that Python writes besides: `NaN`, `Infinity`, `-Infinity`. One pass
 * over the text, with a stack of its own: no depth of nesting can exhaust the call stack, and the cost is linear.
 */
import { LimitError, MetadataValidationError } from '../errors.js';
import { type Json, JsonNumber } from './model.js';

export interface ParseOptions {
  /** Levels of nesting that are read; one more is a `LimitError`. */
  readonly maxDepth?: number;
  /**
   * What a repeated member is: an error, except below a member `attributes` of the top object, which is the user's own;
   * or, with `'last'`, replaced everywhere by its last value, in the first one's place, as in Python.
   */
  readonly duplicates?: 'error' | 'last';
}

/** The document that `text` is. Throws `MetadataValidationError` with line and column if it is none. */
export function parseJson(text: Uint8Array | string, options: ParseOptions = {}): Json {
  const { maxDepth = 256, duplicates = 'error' } = options;
  const characters = typeof text === 'string' ? text : decode(text);
  return new Parser(characters, maxDepth, duplicates === 'error').document();
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
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
}

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #refuseDuplicates: boolean;
  #at: number;

  constructor(text: string, maxDepth: number, refuseDuplicates: boolean) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#refuseDuplicates = refuseDuplicates;
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
        this.#at++;
        if (open.length >= this.#maxDepth) {
          throw new LimitError(
            `limits.jsonDepth: expected at most ${this.#maxDepth} levels of nesting${this.#place()}`,
          );
        }
        if (open.length === 1 && frame?.name === 'attributes') inAttributes = true;
        const isObject = code === OPEN_BRACE;
        frame = { members: isObject ? new Map() : undefined, items: isObject ? undefined : [], name: '' };
        open.push(frame);
        if (this.#skipSpace() !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
          if (isObject) frame.name = this.#memberName();
          continue;
        }
        this.#at++;
        value = frame.members ?? frame.items!; // It has one of the two, here and below.
        open.pop();
        frame = open[open.length - 1];
        if (open.length <= 1) inAttributes = false;
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
          if (members.size === size && this.#refuseDuplicates && !inAttributes) throw this.#duplicate(frame.name);
        }
        const next = this.#skipSpace();
        this.#at++;
        if (next === COMMA) {
          if (members !== undefined) frame.name = this.#memberName();
          break;
        }
        if (next !== (members === undefined ? CLOSE_BRACKET : CLOSE_BRACE)) {
          this.#at--;
          throw this.#unexpected(members === undefined ? '"," or "]"' : '"," or "}"');
        }
        value = members ?? frame.items!;
        open.pop();
        frame = open[open.length - 1];
        if (open.length <= 1) inAttributes = false;
      }
    }
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
