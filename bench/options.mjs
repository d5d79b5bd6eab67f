/** The options of the scripts: one that is not known, or has another value than it can have, is told in a line. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

/** The values of the options that a script was given, of those that it `takes`: what `parseArgs` is told of them. */
export function optionsOf(takes) {
  try {
    return parseArgs({ options: takes }).values;
  } catch (error) {
    const [reason] = error.message.split(/(?<=')\. /);
    return refuse(`${reason}; ${optionsText(takes)}`);
  }
}

/** Ends the script, and says why. */
export function refuse(reason) {
  console.error(`bench/${basename(process.argv[1])}: ${reason}`);
  process.exit(2);
}

/** What options there are: `it takes --rounds 3, --sizes …, --write`. */
export function optionsText(takes) {
  const texts = Object.entries(takes).map(([name, { type, default: usual }]) =>
    type === 'boolean' ? `--${name}` : `--${name} ${usual || '…'}`,
  );
  return `it takes ${texts.join(', ') || 'no options'}`;
}
