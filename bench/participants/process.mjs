/** What this process has used: its processors' time, and its memory. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Seconds of processor time of all threads so far. */
export function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Starts to watch how much memory is resident. `end` tells by how much it grew, at most; undefined where Linux is not. */
export function watchMemory() {
  try {
    // Forgets the peak of what was before.
    writeFileSync('/proc/self/clear_refs', '5');
    const before = residentBytes('VmRSS');
    return { end: () => residentBytes('VmHWM') - before };
  } catch {
    return { end: () => undefined };
  }
}

function residentBytes(name) {
  const [, kibibytes] = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * Number(kibibytes);
}
