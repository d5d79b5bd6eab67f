/**
 * Writes JSON byte for byte as Python's `json.dumps` does: zarr-python's documents and ours are the same bytes.
 */
import { isJsonArray, type Json, JsonNumber } from './model.js';

/**
 * The text of `json`. `indent` is the number of spaces per level, each item on its own line; `null` puts all on one line.
 * Numbers are written as the tokens they are; everything outside printable ASCII is escaped.
 */
export function formatJson(json: Json, indent: number | null): string {
  return write(json, '\n', indent === null ? null : ' '.repeat(Math.max(0, indent)));
}

/** `json` on one line and cut to a length that suits a message. */
export function jsonExcerpt(json: Json): string {
  const text = formatJson(json, null);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** `newLine` is what begins a line at this level; `step` what each level adds to it, or `null` for no lines. */
function write(json: Json, newLine: string, step: string | null): string {
  if (typeof json === 'string') return quote(json);
  if (json === null) return 'null';
  if (typeof json === 'boolean') return json ? 'true' : 'false';
  if (json instanceof JsonNumber) return json.token;

  const isArray = isJsonArray(json);
  const inner = step === null ? '' : newLine + step;
  const separator = step === null ? ', ' : `,${inner}`;
  let text = '';
  if (isArray) {
    for (const item of json) text += (text === '' ? inner : separator) + write(item, inner, step);
  } else {
    for (const [name, value] of json) {
      text += `${text === '' ? inner : separator}${quote(name)}: ${write(value, inner, step)}`;
    }
  }
  if (text === '') return isArray ? '[]' : '{}';
  if (step !== null) text += newLine;
  return isArray ? `[${text}]` : `{${text}}`;
}

function quote(text: string): string {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  // The platform's escapes are Python's, for all that it escapes; what it leaves is DEL and the rest of Unicode.
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** `value` as the token that Python's `json.dumps` writes for a float: `1.0`, `1e-05`, `1e+16`, `-0.0`, `NaN`. */
export function pythonFloat(value: number): string {
  return Number.isFinite(value) ? layOutFloat(value, value.toExponential(), 1e16) : String(value);
}

/**
 * The finite `value`, whose digits are those of `exponential` (JavaScript's exponential notation), as Python lays it
 * out: always with a point or an exponent, the latter below 1e-4 and from `limit` on, and of at least two digits.
 */
export function layOutFloat(value: number, exponential: string, limit: number): string {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponentText = ''] = exponential.split('e');
  return (
    sign +
    layOutDigits(mantissa.replace(/[-.]/g, ''), Number(exponentText), size !== 0 && (size < 1e-4 || size >= limit))
  );
}

/** `digits`, with the point after the first, times ten to the `exponent`. */
function layOutDigits(digits: string, exponent: number, isScientific: boolean): string {
  if (isScientific) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}
