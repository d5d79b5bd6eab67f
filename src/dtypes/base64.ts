/**
 * Base64 of RFC 4648 with the standard alphabet and padding: how fill values that are bytes stand in metadata.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const count = Math.min(3, bytes.length - at);
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let i = 0; i < 4; i++) text += i <= count ? ALPHABET[(group >> (18 - 6 * i)) & 63] : '=';
  }
  return text;
}

/** The bytes that `text` stands for; undefined unless it is strictly Base64: padded, without spaces or stray bits. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const end = text.length - padding;
  let group = 0;
  for (let at = 0, out = 0; at < text.length; at++) {
    const value = at < end ? ALPHABET.indexOf(text[at]!) : 0;
    if (value < 0) return undefined;
    group = ((group << 6) | value) & 0xffffff;
    if (at % 4 !== 3) continue;
    if (at === text.length - 1 && (group & ((1 << (8 * padding)) - 1)) !== 0) return undefined;
    for (let shift = 16; shift >= 0 && out < bytes.length; shift -= 8) bytes[out++] = group >> shift;
  }
  return bytes;
}
