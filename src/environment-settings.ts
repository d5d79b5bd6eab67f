/**
 * Settings from variables of the environment, as zarr-python reads them: `ZARR_ARRAY__ORDER=F` is `array.order`, with two
 * underscores for a period and one between words. A value is what it is as a literal of Python, else a text.
 */

/** A setting, and where it comes from. */
export interface EnvironmentSetting {
  readonly value: unknown;
  readonly variable: string;
  /** The value as it is written. */
  readonly text: string;
}

/** The settings that `variables` give, by their keys, which are some of `keys`; other variables are not ours. */
export function environmentSettings(
  variables: Readonly<Record<string, string | undefined>>,
  keys: readonly string[],
): Map<string, EnvironmentSetting> {
  const keyOf = new Map(keys.map((key) => [variableOf(key), key]));
  const settings = new Map<string, EnvironmentSetting>();
  for (const [variable, text] of Object.entries(variables)) {
    const key = keyOf.get(variable.toUpperCase());
    if (key === undefined || text === undefined || !variable.startsWith('ZARR_')) continue;
    settings.set(key, { value: literal(text), variable, text });
  }
  return settings;
}

/** `ZARR_ARRAY__WRITE_EMPTY_CHUNKS` for `array.writeEmptyChunks`. */
const variableOf = (key: string): string =>
  `ZARR_${key
    .replaceAll('.', '__')
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`;

/** The value of a literal of Python; the text where it is none. */
function literal(text: string): unknown {
  const trimmed = text.trim();
  switch (trimmed) {
    case 'True':
      return true;
    case 'False':
      return false;
    case 'None':
      return null;
    default:
      return quoted(trimmed) ?? numeric(trimmed) ?? text;
  }
}

/** Digits may be grouped by underscores; a decimal integer does not begin with 0. */
const INTEGER = /^[+-]?(?:0(?:_?0)*|[1-9](?:_?\d)*|0x(?:_?[\da-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+)$/i;
const FLOAT = /^[+-]?(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?$/i;

function numeric(text: string): number | undefined {
  const isFloat = FLOAT.test(text) && /[.e]/i.test(text);
  if (!isFloat && !INTEGER.test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  const magnitude = Number(digits.replace(/^[+-]/, ''));
  return digits.startsWith('-') ? -magnitude : magnitude;
}

/** What is between quotes; with backslashes it is no setting of ours. */
function quoted(text: string): string | undefined {
  const match = /^(?:'([^'\\\n]*)'|"([^"\\\n]*)")$/.exec(text);
  return match === null ? undefined : (match[1] ?? match[2]);
}
