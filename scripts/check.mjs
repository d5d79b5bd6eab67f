/**
 * Everything that must hold before a change goes in: `npm run check`. Name steps to run only those:
 * `npm run check -- lint types`. All steps run even when one fails; the exit code says whether all passed.
 */
import { spawnSync } from 'node:child_process';
import { packTarball, root } from './tarball.mjs';

/** In the order of what is quickest to tell. A step is what `npm run` calls, with its arguments. */
const STEPS = {
  lint: ['lint'],
  kernels: ['kernels'],
  types: ['types'],
  tidy: ['tidy'],
  gates: ['gates'],
  'published-types': ['test:types', '--', '5.9.3', '7.0.2'],
  tests: ['test'],
};

/** Steps that look at the package as users get it. */
const PACKED = ['gates', 'published-types'];

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in STEPS));
if (unknown.length > 0) {
  console.error(`check: unknown step ${unknown.join(', ')}; the steps are ${Object.keys(STEPS).join(', ')}`);
  process.exit(2);
}

const chosen = names.length > 0 ? names : Object.keys(STEPS);
const environment = { ...process.env };
const results = chosen.map(runStep);
console.log('\ncheck:');
for (const { name, passed, seconds } of results) {
  console.log(`  ${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${seconds.toFixed(1)} s`);
}
process.exit(results.every(({ passed }) => passed) ? 0 : 1);

function runStep(name) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`);
  const start = performance.now();
  const passed = (!PACKED.includes(name) || packOnce()) && run(STEPS[name]);
  return { name, passed, seconds: (performance.now() - start) / 1000 };
}

function run(args) {
  return spawnSync('npm', ['run', '--silent', ...args], { cwd: root, stdio: 'inherit', env: environment }).status === 0;
}

/** Whether there is a tarball: the steps share one. */
function packOnce() {
  try {
    environment.ZARR_TS_TARBALL ||= packTarball();
    return true;
  } catch (error) {
    console.error(`check: the package could not be packed: ${error.message}`);
    return false;
  }
}
