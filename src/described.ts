/**
 * What a value is, in the words of messages. Nothing of the value is called that could fail or run on: messages are made
 * of what callers got wrong, such as objects without `toString`, revoked proxies, and lists that hold themselves.
 */

/** `value` in a few words: numbers and texts as they are, of everything else what it is. */
export function described(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : describedObject(value);
    default:
      return String(value); // Never an object, so nothing of the caller's is run.
  }
}

function describedObject(value: object): string {
  try {
    if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
    const name: unknown = value.constructor?.name;
    return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object of class ${name}` : 'an object';
  } catch {
    return 'an object that cannot be looked at';
  }
}
