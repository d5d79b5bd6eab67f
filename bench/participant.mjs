/** Participants: processes that answer a line of JSON with a line of JSON, and time themselves. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** How long one may take to end. */
const PATIENCE_MS = 5000;

/** The Python in which `npm run bench:install` installed the peers; undefined before that. */
export function benchPython() {
  return ['bin/python', 'Scripts/python.exe']
    .map((file) => join(root, '.venv/bench', file))
    .find((file) => existsSync(file));
}

/** The path of a script of bench/participants. */
export function participantScript(name) {
  return join(root, 'bench/participants', name);
}

/** A command and its first arguments that run Node: this one, or the newest of a major version, which npm fetches. */
export function nodeCommand(major) {
  const isThis = major === undefined || process.versions.node.split('.')[0] === major;
  return isThis ? [process.execPath] : ['npx', '-y', '-p', `node@${major}`, 'node'];
}

/**
 * Starts one. `ask` gives its answer to a task, and rejects where it ended instead; `restart` starts it anew, and `end`
 * lets it end.
 */
export function startParticipant(name, command) {
  let running = started(name, command);
  return {
    name,
    ask: (task) => running.ask(task),
    restart: () => {
      running.end();
      running = started(name, command);
    },
    end: () => running.end(),
  };
}

function started(name, [command, ...args]) {
  // Python leaves nothing beside its sources.
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    // Writing to one that ended.
    child.stdin.once('error', reject);
  });
  // Whoever asks is told; before that nobody waits for it.
  failed.catch(() => {});
  return {
    ask: async (task) => {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done) throw new Error(`${name} ended on ${JSON.stringify(task).slice(0, 1000)}`);
      return JSON.parse(value);
    },
    // It ends when nothing more can come, and cleans up after itself; or is made to.
    end: () => {
      child.stdin.end();
      setTimeout(() => child.kill(), PATIENCE_MS).unref();
    },
  };
}
