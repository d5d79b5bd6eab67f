/**
 * A Task that is called but not `yield*`-ed does nothing, and a promise that nobody waits for loses its failure. Both
 * compile; the type checker knows them.
 */
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { placeOf, readSources, root } from './sources.js';

/** Where the word `Task` may stand; everything else is plain functions of values. */
const WAITING =
  /^src\/(core|workers|testing|platform)\/|^src\/(task|api|blocking|array|group|index|sync|like|hierarchy|copying)\.ts$|^src\/stores\/(wrappers\/|adapted\.ts$)|^src\/codecs\/pipeline\.ts$/;

/** Methods of a promise: a call of one of them is what deals with the promise. */
const PROMISE_METHODS: readonly string[] = ['then', 'catch', 'finally'];

const sources = readSources();

test('every Task is yielded and every promise is waited for', () => {
  expect(lostIn(libraryProgram())).toEqual([]);
});

test.each([
  ['as a statement', 'work();', 'a Task must be yield*-ed'],
  ['as a condition', 'if (work()) count();', 'a Task is always true: yield* it'],
  ['in a text', 'count(`$' + '{work()}`);', 'a Task is no text: yield* it'],
  ['as a callback', '[1].forEach(() => work());', 'a Task returned to nobody'],
  ['promise', 'later();', 'a promise must be waited for'],
  ['promise, perhaps', 'perhaps();', 'a promise must be waited for'],
])('finds a lost one: %s', (_, statement, expected) => {
  const program = programOf(`
    import { type MaybePromise, type Task, wait } from '${resolve(root, 'src/task.js')}';
    declare function count(text?: string): void;
    declare function work(): Task<number>;
    declare function later(): Promise<number>;
    declare function perhaps(): MaybePromise<void>;
    export function* fine(): Task<void> {
      count(\`\${yield* work()}\`);
      later().catch(() => {});
      yield* wait(later());
      void later();
    }
    ${statement}`);
  expect(lostIn(program).map((line) => line.replace(/^\S+ /, ''))).toEqual([expected]);
});

test('only what waits names Task', () => {
  const named = sources
    .filter(({ path }) => !WAITING.test(path))
    .flatMap(({ tree }) => identifiersOf(tree).filter((node) => node.text === 'Task'))
    .map((node) => placeOf(node));
  expect(named).toEqual([]);
});

function libraryProgram(): ts.Program {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.build.json'), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return ts.createProgram(fileNames, options);
}

/** A program of one file that is not on disk. */
function programOf(text: string): ts.Program {
  const path = resolve(root, 'test/tidy/lost.ts');
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) =>
    resolve(name) === path
      ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
      : getSourceFile.call(host, name, ...rest);
  return ts.createProgram([path], options, host);
}

/** What is called and then forgotten, with its place. */
function lostIn(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  const lost: string[] = [];
  const say = (node: ts.Node, text: string): void => void lost.push(`${placeOf(node)}: ${text}`);
  const isTask = (node: ts.Node): boolean => isTaskType(checker.getTypeAtLocation(node));
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      const { expression } = node;
      if (isTask(expression)) say(node, 'a Task must be yield*-ed');
      else if (isPromiseType(checker, expression) && !handlesPromise(expression))
        say(node, 'a promise must be waited for');
    }
    const condition = conditionOf(node);
    if (condition && isTask(condition)) say(condition, 'a Task is always true: yield* it');
    if (ts.isTemplateSpan(node) && isTask(node.expression)) say(node, 'a Task is no text: yield* it');
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body) && isTask(node.body) && returnsToNobody(checker, node)) {
      say(node, 'a Task returned to nobody');
    }
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) {
    if (!file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file)) visit(file);
  }
  return lost;
}

function isTaskType(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some(isTaskType);
  return (
    type.aliasSymbol?.name === 'Task' || type.symbol?.name === 'Generator' || type.symbol?.name === 'AsyncGenerator'
  );
}

function isPromiseType(checker: ts.TypeChecker, node: ts.Node): boolean {
  const type = checker.getTypeAtLocation(node);
  const members = type.isUnion() ? type.types : [type];
  return members.some((member) => member.getProperty('then') !== undefined);
}

function handlesPromise({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && PROMISE_METHODS.includes(expression.name.text);
}

function conditionOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return node.expression;
  if (ts.isConditionalExpression(node)) return node.condition;
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return node.operand;
  const isLogical =
    ts.isBinaryExpression(node) &&
    (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      node.operatorToken.kind === ts.SyntaxKind.BarBarToken);
  return isLogical ? node.left : undefined;
}

/** Whether the function is passed where its result is thrown away. */
function returnsToNobody(checker: ts.TypeChecker, node: ts.ArrowFunction): boolean {
  const signatures = checker.getContextualType(node)?.getCallSignatures() ?? [];
  return signatures.some((signature) => (signature.getReturnType().flags & ts.TypeFlags.Void) !== 0);
}

function identifiersOf(tree: ts.SourceFile): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
