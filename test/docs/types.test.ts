/** The examples of README.md as TypeScript: a reader's editor must not complain. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { markdownExamples } from './example.js';

const ROOT = new URL('../..', import.meta.url).pathname;

it('the examples of README.md type-check', () => {
  const examples = markdownExamples(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'README.md');
  const files = new Map(examples.map(({ code }, i) => [join(ROOT, `readme-${i}.ts`), `${code}\nexport {};\n`]));
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noUnusedLocals: false, noPropertyAccessFromIndexSignature: false, noEmit: true },
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) =>
    files.has(name)
      ? ts.createSourceFile(name, files.get(name)!, ts.ScriptTarget.ES2022, true)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([...files.keys()], options, host);
  const problems = [...files.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  });
  expect(problems).toEqual([]);
});
