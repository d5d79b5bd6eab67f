// Scalars and attributes as a JSON file can carry them from one language to the other without loss:
// `{"int": "12"}`, `{"float": "nan"}`, `{"complex": ["1.5", "inf"]}`, `{"bytes": "00ff"}`, `{"object": [[key, value]]}`;
// strings, booleans, null and lists stand for themselves. tokens.py is the other half.

/** The JavaScript value that a token stands for. Integers of 64-bit types are bigints. */
export function valueOf(token, dtype) {
  if (token === null || typeof token !== 'object') return token;
  if ('int' in token) return /^(u?int64|<[mM]8.*)$/.test(dtype) ? BigInt(token.int) : Number(token.int);
  if ('float' in token) return floatOf(token.float);
  if ('object' in token) return Object.fromEntries(token.object.map(([name, member]) => [name, valueOf(member)]));
  if ('complex' in token) return { re: floatOf(token.complex[0]), im: floatOf(token.complex[1]) };
  return new Uint8Array(Buffer.from(token.bytes, 'hex'));
}

/** Whether a value of ours is what zarr-python's token says. */
export function matches(token, actual) {
  if (token === null || typeof token !== 'object') return token === actual;
  if (Array.isArray(token)) return matchesList(token, actual);
  if ('int' in token) return isInteger(actual) && BigInt(actual) === BigInt(token.int);
  if ('float' in token) return Object.is(actual, floatOf(token.float));
  if ('complex' in token) {
    return Object.is(actual?.re, floatOf(token.complex[0])) && Object.is(actual?.im, floatOf(token.complex[1]));
  }
  if ('bytes' in token) return actual instanceof Uint8Array && Buffer.from(actual).toString('hex') === token.bytes;
  const names = Object.keys(actual ?? {});
  return (
    names.length === token.object.length &&
    token.object.every(([name, value]) => Object.hasOwn(actual, name) && matches(value, actual[name]))
  );
}

function matchesList(tokens, actual) {
  return (
    Array.isArray(actual) &&
    actual.length === tokens.length &&
    tokens.every((token, index) => matches(token, actual[index]))
  );
}

function isInteger(value) {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function floatOf(text) {
  return Number(text.replace('nan', 'NaN').replace('inf', 'Infinity'));
}
