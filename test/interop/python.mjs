// The Python side: an interpreter, a virtual environment with the pinned zarr-python, and running a script in it.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const environment = fileURLToPath(new URL('../../.venv/interop', import.meta.url));
const interpreter = join(
  environment,
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);
const requirements = join(here, 'requirements.txt');

/** Makes the virtual environment, or keeps the one whose versions are the pinned ones. */
export function prepareEnvironment() {
  if (hasPinnedVersions()) return;
  const python = findPython();
  console.log(`Making ${environment} with Python ${python.version}`);
  mustSucceed(
    spawnSync(python.command, ['-m', 'venv', '--clear', environment], { ...python.options, stdio: 'inherit' }),
  );
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  mustSucceed(spawnSync(interpreter, install, { stdio: 'inherit' }));
  if (!hasPinnedVersions()) throw new Error(`pip did not install the versions of ${requirements}`);
}

/** Runs one of the scripts beside this file; its output is shown. */
export function runPython(script, ...args) {
  mustSucceed(spawnSync(interpreter, [join(here, script), ...args], { stdio: 'inherit', env: pythonVariables() }));
}

/** Starts a script, by its whole path, that answers on standard output what it is asked on standard input. */
export function startPython(script) {
  return spawn(interpreter, [script], { stdio: ['pipe', 'pipe', 'inherit'], env: pythonVariables() });
}

const pythonVariables = () => ({ ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1' });

function hasPinnedVersions() {
  if (!existsSync(interpreter)) return false;
  const pinned = readFileSync(requirements, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const names = pinned.map((line) => line.split('==')[0]);
  const code = `import importlib.metadata as m; print(*(n + "==" + m.version(n) for n in ${JSON.stringify(names)}), sep="\\n")`;
  const result = spawnSync(interpreter, ['-c', code], { encoding: 'utf8' });
  return result.status === 0 && result.stdout.trim().split(/\r?\n/).join() === pinned.join();
}

/** A Python that the pinned zarr-python runs on; older ones would silently be given an older zarr-python. */
function findPython() {
  const plain = (command) => ({ command, options: {} });
  const candidates = process.env.PYTHON
    ? [plain(process.env.PYTHON)]
    : [
        { command: 'python3.13', options: { env: { ...process.env, PYENV_VERSION: '3.13.0' } } },
        ...['python3.13', 'python3.12', 'python3', 'python'].map(plain),
      ];
  const found = candidates.map((candidate) => ({ ...candidate, version: versionOf(candidate) }));
  const suitable = found.find(({ version }) => version !== undefined && isSuitable(version));
  if (suitable !== undefined) return suitable;
  const tried = found.map(({ command, version }) => `${command} (${version ?? 'not there'})`).join(', ');
  throw new Error(
    `zarr-python 3.4.2 needs Python 3.12 or later, found ${tried}. ` +
      'Set PYTHON to a newer one, for example PYTHON=/usr/bin/python3.13 npm run interop',
  );
}

function versionOf({ command, options }) {
  const code = 'import sys; print(".".join(map(str, sys.version_info[:3])))';
  const result = spawnSync(command, ['-c', code], { ...options, encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

function isSuitable(version) {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && minor >= 12;
}

function mustSucceed({ status, error, spawnargs }) {
  if (error) throw error;
  if (status !== 0) throw new Error(`exit code ${status}${spawnargs ? ` of ${spawnargs.join(' ')}` : ''}`);
}
