/**
 * JSON that keeps its tokens: what metadata documents are read to and written from.
 *
 * Numbers stay the text they were (`1.0` is not `1`, 2^63 is exact, a bare `NaN` is kept), objects keep the order of
 * their members and may have a member called `__proto__`. `parse.ts` reads it, `format.ts` writes it as Python's
 * `json.dumps` does, `convert.ts` turns it into plain JavaScript values and back.
 */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

/** An object: its members in order. */
export type JsonObject = ReadonlyMap<string, Json>;

/** A number as its text: a JSON number, or Python's `NaN`, `Infinity`, `-Infinity`. */
export class JsonNumber {
  constructor(
    /** The text in the document. */
    readonly token: string,
  ) {}

  /** Whether the token has neither fraction nor exponent. */
  get isInteger(): boolean {
    return /^-?\d+$/.test(this.token);
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this.token);
  }

  /** The exact value of an integer token. */
  toBigInt(): bigint {
    return BigInt(this.token);
  }

  /** The token. */
  toString(): string {
    return this.token;
  }
}

export const isJsonObject = (json: Json | undefined): json is JsonObject => json instanceof Map;
export const isJsonArray = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);

/** The integer `value` as a token. */
export const jsonInteger = (value: number | bigint): JsonNumber => new JsonNumber(value.toString());

/** An object with `members` in their order; members that are `undefined` are left out. */
export function jsonObject(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const map = new Map<string, Json>();
  for (const [name, value] of Object.entries(members)) if (value !== undefined) map.set(name, value);
  return map;
}
