/** The sources as the TypeScript compiler sees them from the package's entry points. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { manifest, root } from '../tarball.mjs';

/** The entry points that are modules: `zarr-ts`, `zarr-ts/sync`, and so on, with the source of each. */
export const entryPoints = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target !== 'string')
  .map(([subpath]) => ({
    name: manifest.name + subpath.slice(1),
    file: join(root, 'src', `${subpath === '.' ? 'index' : subpath.slice(2)}.ts`),
  }));

export function compile() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const program = ts.createProgram(
    entryPoints.map(({ file }) => file),
    options,
  );
  const checker = program.getTypeChecker();

  /** What a module exports: each name with the symbol behind every re-export, and whether it is a type alone. */
  function exportsOf(file) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    return checker.getExportsOfModule(module).map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return { name: symbol.name, symbol: target, isType: isTypeOnly(symbol, target) };
    });
  }

  return { program, checker, exportsOf };
}

function isTypeOnly(symbol, target) {
  const named = (node) => ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly);
  return symbol.declarations.some(named) || (target.flags & ts.SymbolFlags.Value) === 0;
}
