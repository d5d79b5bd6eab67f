/** A module holds declarations: importing it does nothing, so that bundlers may leave out what nobody uses. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import { lineOf, placeOf, readSources } from './sources.js';

/** A function that is longer holds a second one. */
const LONGEST_FUNCTION = 80;

/** A loop of a kernel keeps its state in local variables, so it can be cut less well. */
const LONGEST_KERNEL = 120;

/** The state of the process: settings, what is loaded once, and whether a blocking call is on the stack. */
const STATEFUL = /^src\/(config\.ts$|task\.ts$|kernels\/|platform\/)/;

/** What a worker is started with, and nobody imports. */
const PROGRAM = 'src/worker.ts';

const sources = readSources();

const DECLARATIONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
  ts.SyntaxKind.VariableStatement,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
]);

test('nothing is executed at import', () => {
  const modules = sources.filter(({ path }) => path !== PROGRAM);
  const executed = modules.flatMap(({ tree }) => tree.statements.filter(({ kind }) => !DECLARATIONS.has(kind)));
  expect(executed.map(placeOf)).toEqual([]);
});

test('nobody imports the program of the workers', () => {
  expect(sources.filter(({ imports }) => imports.some(({ target }) => target === PROGRAM))).toEqual([]);
});

test('no module waits at its top level', () => {
  const waits: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isAwaitExpression(node)) waits.push(node);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  for (const { tree } of sources) visit(tree);
  expect(waits.map(placeOf)).toEqual([]);
});

test('no state at module level', () => {
  const variables = sources
    .filter(({ path }) => !STATEFUL.test(path))
    .flatMap(({ tree }) => tree.statements.filter(ts.isVariableStatement))
    .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) === 0);
  expect(variables.map(placeOf)).toEqual([]);
});

test('no function is longer than two screens', () => {
  const long: string[] = [];
  for (const { path, tree } of sources) {
    const limit = path.startsWith('src/kernels/') ? LONGEST_KERNEL : LONGEST_FUNCTION;
    for (const node of functionsOf(tree)) {
      const lines = ownLines(node);
      if (lines > limit) long.push(`${placeOf(node)}: ${lines} lines`);
    }
  }
  expect(long).toEqual([]);
});

function functionsOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = ts.isFunctionLike(node) && 'body' in node && node.body !== undefined ? [node] : [];
  ts.forEachChild(node, (child) => void found.push(...functionsOf(child)));
  return found;
}

/** The lines of a function without those of the functions it holds: a maker of an object of methods is not long. */
function ownLines(node: ts.Node): number {
  const inner: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    if (functionsOf(child)[0] === child) inner.push(child);
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return inner.reduce((lines, child) => lines - linesOf(child) + 1, linesOf(node));
}

function linesOf(node: ts.Node): number {
  const tree = node.getSourceFile();
  return tree.getLineAndCharacterOfPosition(node.end).line + 1 - lineOf(tree, node) + 1;
}
