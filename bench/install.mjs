/**
 * Makes the environments in which the benchmarks' peers live: bench/node_modules, and a virtual environment of Python in
 * .venv/bench, by $PYTHON or python3.13.
 *
 *     npm run bench:install
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { optionsOf } from './options.mjs';
import { benchPython, root } from './participant.mjs';

optionsOf({});

execute('npm', 'ci', '--prefix', join(root, 'bench'), '--no-audit', '--no-fund');
if (!existsSync(join(root, '.venv/bench'))) {
  execute(process.env['PYTHON'] ?? 'python3.13', '-m', 'venv', join(root, '.venv/bench'));
}
execute(benchPython(), '-m', 'pip', 'install', '--quiet', '--requirement', join(root, 'bench/requirements.txt'));

function execute(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`bench:install: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}
