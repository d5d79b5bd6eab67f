/**
 * Python's `repr` of strings and bytes, as NumPy prints them.
 */

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** `'a'`; in double quotes where only that saves escapes. What is not printable is escaped. */
export function pythonString(text: string): string {
  const quote = quoteFor(text);
  let body = '';
  for (const character of text) body += character === quote ? `\\${quote}` : escaped(character);
  return quote + body + quote;
}

/** `b'a'`; bytes outside printable ASCII as `\x00`. */
export function pythonBytes(bytes: Uint8Array): string {
  let ascii = '';
  for (const byte of bytes) ascii += String.fromCharCode(byte);
  const quote = quoteFor(ascii);
  let body = '';
  for (const character of ascii) {
    const isPlain = character >= ' ' && character <= '~';
    if (character === quote) body += `\\${quote}`;
    else body += ESCAPES.get(character) ?? (isPlain ? character : hexEscape(character.charCodeAt(0)));
  }
  return `b${quote}${body}${quote}`;
}

const quoteFor = (text: string): string => (text.includes("'") && !text.includes('"') ? '"' : "'");

function escaped(character: string): string {
  const escape = ESCAPES.get(character);
  if (escape !== undefined) return escape;
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  return hexEscape(character.codePointAt(0)!);
}

function hexEscape(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
