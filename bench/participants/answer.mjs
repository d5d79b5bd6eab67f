/**
 * How a participant of codecs.mjs answers: a line of JSON with a task comes in, a line with what it took goes out. A task
 * names a codec, `encode`, `decode` or `reuse` (decode into memory that was there), a file with the input, one
 * with what is right when it is decoded, the decoded size and how long to repeat it.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { cpuSeconds } from './process.mjs';

/**
 * Serves tasks with `codecs[name].encode(bytes, itemSize)`, `.decode(bytes, size)` and `.reuse(bytes, size)`, as far as
 * they are there.
 */
export async function answer(codecs) {
  for await (const line of createInterface({ input: process.stdin })) {
    const task = JSON.parse(line);
    const versions = { kind: 'versions', node: process.version };
    console.log(JSON.stringify(task.direction === 'versions' ? versions : await timed(codecs, task)));
  }
}

async function timed(codecs, { codec, direction, file, raw, size, itemSize, seconds }) {
  const work = codecs[codec]?.[direction];
  if (work === undefined) return { kind: 'missing' };
  const input = Uint8Array.from(readFileSync(file));
  const argument = direction === 'encode' ? itemSize : size;
  // What cannot serve, as a codec that lends nothing of this size, is as good as not there.
  let output = await work(input, argument);
  if (output === undefined) return { kind: 'missing' };
  if (direction !== 'encode' && Buffer.compare(output, readFileSync(raw)) !== 0) {
    throw new Error(`${codec}: not the ${size} bytes that were encoded`);
  }
  const times = [];
  const cpuBefore = cpuSeconds();
  const end = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    output = work(input, argument);
    // Waiting for what is there costs as much as a small chunk takes.
    if (output instanceof Promise) output = await output;
    times.push(performance.now() - start);
  } while (performance.now() < end);
  const cpu = (cpuSeconds() - cpuBefore) / times.length;
  times.sort((left, right) => left - right);
  const middle = times[times.length >> 1] / 1000;
  return { kind: 'timed', seconds: middle, cpuSeconds: cpu, bytes: output.byteLength };
}
