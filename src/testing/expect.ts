/**
 * What the suites find out with: plain functions that throw plain errors.
 */

/** Throws unless the two are the same by `Object.is`. */
export function expectEqual(found: unknown, expected: unknown, what = ''): void {
  if (Object.is(found, expected)) return;
  throw new Error(`${what === '' ? '' : `${what}: `}expected ${shown(expected)}, got ${shown(found)}`);
}

/** Throws unless the two are the same value: by `Object.is`, or by their members, elements and bytes. */
export function expectSame(found: unknown, expected: unknown, what = ''): void {
  if (isSame(found, expected)) return;
  throw new Error(`${what === '' ? '' : `${what}: `}expected ${shown(expected)}, got ${shown(found)}`);
}

/** What `action` fails with, at once or later. */
export async function expectFailure(
  action: () => unknown,
  errorClass: new (...rest: never[]) => Error = Error,
): Promise<unknown> {
  let result: unknown;
  try {
    result = await action();
  } catch (error) {
    if (error instanceof errorClass) return error;
    throw new Error(`expected a ${errorClass.name}, got ${String(error)}`, { cause: error });
  }
  throw new Error(`expected a ${errorClass.name}, got ${shown(result)}`);
}

/** Whether two values are the same: by `Object.is`, or by their members, elements and bytes. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [left, right] = [one, other] as [Record<string, unknown>, Record<string, unknown>]; // Objects, by the test above.
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => isSame(left[key], right[key]));
}

function shown(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `[${[...(value as Uint8Array)].slice(0, 40).join(' ')}]`; // Bytes or numbers.
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
  return typeof value === 'number' || text === undefined ? String(value) : text.slice(0, 200);
}
