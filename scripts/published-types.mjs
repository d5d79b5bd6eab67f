/**
 * Compiles the type tests against the declarations of the packed package, as users' compilers see them: for Node and
 * for a browser, with the libraries checked too. Uses the repository's TypeScript; versions given as arguments are
 * fetched besides: `npm run test:types -- 5.9.3 7.0.2`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTarball, root, temporaryFolder, unpackInto } from './tarball.mjs';

const strict = { target: 'ES2022', strict: true, noEmit: true, skipLibCheck: false };

/** How users set up their compilers. */
const SETTINGS = {
  node: { ...strict, module: 'NodeNext', types: ['node'] },
  // The bases that Node's users extend leave the DOM out, and do not check libraries.
  'node-without-dom': { ...strict, module: 'NodeNext', types: ['node'], lib: ['ES2022'], skipLibCheck: true },
  // `Disposable` is younger than ES2022; Node's own types bring it, a browser's do not.
  browser: {
    ...strict,
    module: 'ESNext',
    moduleResolution: 'Bundler',
    customConditions: ['browser'],
    types: [],
    lib: ['ES2022', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'],
  },
};

const folder = temporaryFolder();
unpackInto(folder, packTarball());
mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
cpSync(join(root, 'test/types'), join(folder, 'types'), { recursive: true });
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
for (const [name, compilerOptions] of Object.entries(SETTINGS)) {
  writeFileSync(join(folder, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions, include: ['types'] }));
}

let failures = 0;
for (const version of ['local', ...process.argv.slice(2)]) {
  for (const name of Object.keys(SETTINGS)) {
    const { status, stdout, stderr } = compile(version, `tsconfig.${name}.json`);
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'} TypeScript ${version}, ${name}`);
    if (status === 0) continue;
    console.log((stdout + stderr).trim());
    failures += 1;
  }
}
process.exit(failures === 0 ? 0 : 1);

function compile(version, project) {
  const command =
    version === 'local'
      ? [process.execPath, join(root, 'node_modules/typescript/bin/tsc')]
      : ['npx', '--yes', '--package', `typescript@${version}`, 'tsc'];
  const [program, ...args] = [...command, '-p', project];
  return spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
}
