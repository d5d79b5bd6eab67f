/**
 * Examples as tests. A statement that ends with a comment, `array.get([0]); // 7`, must have that value: the comment is
 * an expression, or `throws SomeError`. Imports are of the package's public entries.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;

/** The texts whose examples are run: README.md and the pages that are written by hand. */
export const MARKDOWN: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export interface Example {
  /** Where it stands: file and line. */
  readonly place: string;
  readonly code: string;
}

/** Modules by the names that examples import. */
export type Modules = Readonly<Record<string, () => Promise<object>>>;

/** The fenced `ts` blocks of a Markdown text. */
export function markdownExamples(text: string, file: string): Example[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => ({
    place: `${file}:${lineOf(text, match.index)}`,
    code: match[1]!,
  }));
}

/** The `@example` blocks of a source file's comments. */
export function docstringExamples(text: string, file: string): Example[] {
  return [...text.matchAll(/^ *\* @example\n((?: *\*(?! @)(?:.*)\n)+?)(?= *\*\/| *\* @)/gm)].map((match) => ({
    place: `${file}:${lineOf(text, match.index)}`,
    code: match[1]!.replace(/^ *\* ?/gm, ''),
  }));
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>;

/** Runs an example; each value comment is an assertion. How many there were. */
export async function runExample(
  { code }: Example,
  modules: Modules,
  given: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  let checks = 0;
  const load = async (name: string): Promise<object> => {
    const module = modules[name];
    if (module === undefined) throw new Error(`an example imports "${name}", which is no public entry`);
    return module();
  };
  const check = (found: unknown, expected: unknown, text: string): void => {
    checks++;
    expect(plain(found), text).toEqual(plain(expected));
  };
  const fails = async (act: () => unknown, name: string): Promise<void> => {
    checks++;
    const error: unknown = await Promise.resolve()
      .then(act)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect((error as Error | undefined)?.name, `throws ${name}`).toBe(name);
  };
  const names = Object.keys(given);
  const script = ts.transpileModule(instrumented(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  }).outputText;
  const run = new AsyncFunction('__import', '__check', '__fails', ...names, script.replace(/^export \{\};?$/m, ''));
  await run(load, check, fails, ...names.map((name) => given[name]));
  return checks;
}

/** Typed arrays compare as what they hold. */
const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? [...(value as unknown as Iterable<unknown>)] : value;

function instrumented(code: string): string {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  return file.statements.map((statement) => rewritten(statement, code)).join('\n');
}

function rewritten(statement: ts.Statement, code: string): string {
  const text = statement.getText();
  if (ts.isImportDeclaration(statement)) return importText(statement);
  const comment = /^[ \t]*\/\/ (.*)$/m.exec(code.slice(statement.end).split('\n', 1)[0]!)?.[1]?.trim();
  if (!ts.isExpressionStatement(statement) || comment === undefined) return text;
  const expression = statement.expression.getText();
  const failure = /^throws (\w+)/.exec(comment);
  if (failure) return `await __fails(async () => (${expression}), ${JSON.stringify(failure[1])});`;
  return `__check(await (${expression}), (${comment}), ${JSON.stringify(text)});`;
}

function importText(statement: ts.ImportDeclaration): string {
  const module = statement.moduleSpecifier.getText();
  const clause = statement.importClause;
  const bindings = clause?.namedBindings;
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || bindings === undefined) return '';
  if (ts.isNamespaceImport(bindings)) return `const ${bindings.name.text} = await __import(${module});`;
  const names = bindings.elements.map(({ propertyName, name }) =>
    propertyName === undefined ? name.text : `${propertyName.getText()}: ${name.text}`,
  );
  return `const { ${names.join(', ')} } = await __import(${module});`;
}
