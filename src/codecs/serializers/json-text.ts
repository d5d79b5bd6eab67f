/** JSON as Python's `json.JSONEncoder` writes it with the options that it has. */
import { type Json, JsonNumber } from '../../json/model.js';

/** What the constructor of `JsonText` takes. */
export interface JsonTextOptions {
  /** Whether all but ASCII is escaped. */
  readonly ensureAscii: boolean;
  readonly sortKeys: boolean;
  /** Spaces, or the text, of a level of nesting; null for one line. */
  readonly indent: number | string | null;
  /** Between items, and after names. */
  readonly separators: readonly [string, string];
}

/** The text of `json`. */
export function jsonText(json: Json, options: JsonTextOptions, level = 0): string {
  if (json === null || typeof json === 'boolean') return String(json);
  if (typeof json === 'string') return quoted(json, options.ensureAscii);
  if (json instanceof JsonNumber) return json.token;
  if (json instanceof Map) {
    const [, after] = options.separators;
    const members = [...(json as ReadonlyMap<string, Json>)];
    if (options.sortKeys) members.sort(([one], [other]) => byCodePoints(one, other));
    const items = members.map(
      ([name, value]) => quoted(name, options.ensureAscii) + after + jsonText(value, options, level + 1),
    );
    return enclosed('{', items, '}', options, level);
  }
  // What is left is a list.
  const items = (json as readonly Json[]).map((item) => jsonText(item, options, level + 1));
  return enclosed('[', items, ']', options, level);
}

function enclosed(
  open: string,
  items: readonly string[],
  close: string,
  { indent, separators }: JsonTextOptions,
  level: number,
): string {
  if (items.length === 0) return open + close;
  if (indent === null) return open + items.join(separators[0]) + close;
  const step = typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, indent));
  const line = `\n${step.repeat(level + 1)}`;
  return `${open}${line}${items.join(separators[0] + line)}\n${step.repeat(level)}${close}`;
}

function quoted(text: string, ensureAscii: boolean): string {
  // What has no UTF-8 the platform escapes too.
  const json = JSON.stringify(text);
  if (!ensureAscii) return json;
  return json.replace(/[\u007f-\uffff]/g, (unit) =>
    unit === '\u007f' ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Python compares characters, and not the halves of surrogate pairs. */
function byCodePoints(one: string, other: string): number {
  const [left, right] = [[...one], [...other]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
