/** A browser has no variables of an environment. */

/** The variables of the environment: none. */
export const environment = (): Readonly<Record<string, string | undefined>> => ({});

/** Names and values that tell platforms apart. */
export function platformInfo(): [name: string, value: string][] {
  const { userAgent } = globalThis.navigator ?? {};
  return userAgent === undefined ? [] : [['browser', userAgent]];
}
