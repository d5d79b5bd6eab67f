/**
 * How objects look in a console: Node, Deno and Bun call the method of this name, and its symbol needs no import.
 */

/** The name of the method that gives an object's text, or what is shown in its place. */
export const INSPECT: unique symbol = /* @__PURE__ */ Symbol.for('nodejs.util.inspect.custom');

/** What the method is given besides: how deep it is, the options of the console, and its own `inspect`. */
export type Inspect = (value: unknown, options?: object) => string;

/** `name(length) [ … ]`: at most 100 elements, as of typed arrays. */
export function inspectedElements(
  name: string,
  elements: { readonly length: number; at(index: number): unknown },
  options: object,
  inspect: Inspect,
): string {
  const shown = Array.from({ length: Math.min(100, elements.length) }, (_, index) => elements.at(index));
  const more = elements.length - shown.length;
  return `${name}(${elements.length}) ${inspect(shown, options)}${more > 0 ? ` and ${more} more` : ''}`;
}
