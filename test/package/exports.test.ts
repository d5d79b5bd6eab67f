/**
 * The public names, one text file for each entry point. A name that comes, goes or changes its kind shows in a review;
 * `npx vitest run test/package -u` writes the files anew.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { root } from '../tidy/sources.js';

const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | object>;
};
const names = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([subpath]) => (subpath === '.' ? 'index' : subpath.slice(2)));
const files = names.map((name) => resolve(root, 'src', `${name}.ts`));

const { config } = ts.readConfigFile(resolve(root, 'tsconfig.build.json'), ts.sys.readFile);
const program = ts.createProgram(files, ts.parseJsonConfigFileContent(config, ts.sys, root).options);
const checker = program.getTypeChecker();

describe('public names', () => {
  test.each(names)('%s', async (name) => {
    const lines = exportsOf(name).map((entry) => `${entry.kind} ${entry.name}`);
    await expect(`${lines.sort().join('\n')}\n`).toMatchFileSnapshot(`exports/${name.replaceAll('/', '-')}.txt`);
  });

  test('"zarr-ts" and "zarr-ts/sync" export the same values', () => {
    const valuesOf = (name: string): string[] =>
      exportsOf(name).flatMap((entry) => (entry.kind === 'type' ? [] : [entry.name]));
    expect(valuesOf('sync').sort()).toEqual(valuesOf('index').sort());
  });

  test('nothing exports "then": a module that does cannot be imported with import()', () => {
    expect(names.filter((name) => exportsOf(name).some((entry) => entry.name === 'then'))).toEqual([]);
  });
});

interface Name {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'const' | 'type';
}

/** What a module exports, behind every re-export. */
function exportsOf(name: string): Name[] {
  const source = program.getSourceFile(resolve(root, 'src', `${name}.ts`));
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`src/${name}.ts is no module`);
  return checker.getExportsOfModule(module).map((symbol) => ({ name: symbol.name, kind: kindOf(symbol) }));
}

function kindOf(symbol: ts.Symbol): Name['kind'] {
  const isTypeOnly = (node: ts.Declaration): boolean =>
    ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly);
  if (symbol.declarations?.some(isTypeOnly)) return 'type';
  const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  return flags & ts.SymbolFlags.Value ? 'const' : 'type';
}
