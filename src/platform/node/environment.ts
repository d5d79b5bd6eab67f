/** The variables of the process, and what it runs on. Deno and Bun have `process` too. */
import process from 'node:process';

/** The variables of the environment. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;

/** Names and values that tell platforms apart. */
export function platformInfo(): [name: string, value: string][] {
  const { node, v8, zlib } = process.versions;
  const runtimes = [
    ['node', node],
    ['deno', process.versions['deno']],
    ['bun', process.versions['bun']],
    ['v8', v8],
    ['zlib', zlib],
  ] as const;
  const known = runtimes.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  return [['platform', `${process.platform} ${process.arch}`], ...known];
}
