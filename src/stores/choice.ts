import { described } from '../described.js';
import { ArgumentError } from '../errors.js';

/** `value`, when it is one of `choices`; otherwise an `ArgumentError` that says which option was wrong. */
export function checkChoice<T extends string>(value: T, choices: readonly T[], where: string): T {
  if (choices.includes(value)) return value;
  const expected = choices.map((choice) => `"${choice}"`).join(' or ');
  throw new ArgumentError(`${where}: expected ${expected}, got ${described(value)}`);
}
