/**
 * What was read before, by its text: where a document has the same text again, it is given the same value, and the text
 * is not gone through once more; where an object has the same text but for its member `attributes`, all other members. The
 * arrays of a hierarchy differ in little else, and so do the copies in consolidated metadata; whoever is given one value
 * twice can tell by that alone that nothing in it is new.
 *
 * JSON is never changed once it was read, so that a value may be part of any number of documents. How much is kept is
 * bounded: the texts and values of a few documents, and of a few parts of them.
 */
import type { Json, JsonObject } from './model.js';

/** How many are kept that stand in the same place of documents. */
const MAX_PARTS = 12;

/** Characters of a document that is kept. Of longer ones parts are kept, as long as the document is being read. */
const MAX_LENGTH = 2 ** 14;

/** Characters of an object that is worth keeping. */
const MIN_LENGTH = 24;

/** The member whose text may differ. */
export const OPEN_MEMBER = 'attributes';

/** Documents that were read, and what is known of the members of objects that are called `membersOf`. */
export class KnownJson {
  /** What a whole document may be. */
  readonly documents: KnownParts = new KnownParts();
  /** The name of objects whose members are much alike, and what each of their members may be. */
  readonly membersOf: string;
  readonly members: KnownParts = new KnownParts();

  constructor(membersOf: string) {
    this.membersOf = membersOf;
  }

  /** What is known while `text` is read: all of this; for a long text nothing yet, so that none of it is kept alive. */
  whileReading(text: string): KnownJson {
    return text.length <= MAX_LENGTH ? this : new KnownJson(this.membersOf);
  }
}

/** Objects that stand in the same place of documents, the last one that was met first. */
export class KnownParts {
  readonly #parts: KnownPart[] = [];

  /** One that has at most `maxDepth` levels and what begins at `start` of `text`, at least up to its attributes. */
  find(text: string, start: number, maxDepth: number): KnownPart | undefined {
    const parts = this.#parts;
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]!;
      if (part.depth > maxDepth || !standsAt(part.head, text, start)) continue;
      if (at > 0) {
        parts.splice(at, 1);
        parts.unshift(part);
      }
      return part;
    }
    return undefined;
  }

  keep(part: KnownPart): void {
    if (this.#parts.length >= MAX_PARTS) this.#parts.pop();
    this.#parts.unshift(part);
  }
}

/** Whether `part` is what begins at `start` of `text`. Engines compare whole texts several times as fast as `startsWith`. */
export const standsAt = (part: string, text: string, start: number): boolean =>
  text.slice(start, start + part.length) === part;

/** An object that was read. */
export class KnownPart {
  readonly value: JsonObject;
  /** Levels of nesting that it has. */
  readonly depth: number;
  /** Its text up to the value of the open member, or all of it; what follows: that value, and all behind it. */
  readonly head: string;
  readonly openText: string;
  readonly tail: string;
  /** The members before the open one, and those behind it. */
  readonly before: readonly (readonly [string, Json])[];
  readonly after: readonly (readonly [string, Json])[];

  /** `open` says where in `text` the value of the open member is; undefined where there is none. */
  constructor(text: string, value: JsonObject, depth: number, open: { start: number; end: number } | undefined) {
    const { start, end } = open ?? { start: text.length, end: text.length };
    this.value = value;
    this.depth = depth;
    this.head = text.slice(0, start);
    this.openText = text.slice(start, end);
    this.tail = text.slice(end);
    const members = [...value];
    const at = members.findIndex(([name]) => name === OPEN_MEMBER);
    this.before = members.slice(0, at);
    this.after = members.slice(at + 1);
  }

  /** Whether an object of so many characters is worth keeping. */
  static isWorthIt = (length: number): boolean => length >= MIN_LENGTH && length <= MAX_LENGTH;

  /** Whether all of its text is what begins at `start` of `text`, where its head does. */
  isAt(text: string, start: number): boolean {
    const { head, openText, tail } = this;
    const next = start + head.length;
    return standsAt(openText, text, next) && standsAt(tail, text, next + openText.length);
  }

  get length(): number {
    return this.head.length + this.openText.length + this.tail.length;
  }
}
