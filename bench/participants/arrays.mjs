/**
 * How a participant of end-to-end.mjs answers; arrays.py does the same in Python. Steps for each row:
 *
 * `prepare` opens what the work needs (in memory: loads the files first), does the work once and compares what it read
 * with what is right: `ready`, `missing` for what the library has not, `failed`, or `wrong`. `time` does the work, again
 * and again for so many seconds, and answers with what once took: `timed`, with the median of the seconds, the seconds of
 * processors, and by how much memory grew at most. `once` is all of it for work that is done a single time: what memory a
 * process takes is not to be seen once it has done the same before. `end` lets go of everything.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuSeconds, watchMemory } from './process.mjs';
import { valuesAt, wrongValue } from './values.mjs';

/** Thrown by a library for what it has not. */
export class Missing extends Error {}

/** Serves the steps with a library. */
export async function answerArrays(library) {
  let job;
  for await (const line of createInterface({ input: process.stdin })) {
    const { step, work, seconds } = JSON.parse(line);
    let answer = { kind: 'ended' };
    try {
      if (step === 'versions') answer = { kind: 'versions', versions: library.versions() };
      else if (step === 'prepare') ({ job, answer } = await prepared(library, work));
      else if (step === 'time') answer = await timed(job, seconds);
      else if (step === 'once') answer = await once(library, work);
      else job = undefined;
    } catch (error) {
      answer = { kind: error instanceof Missing ? 'missing' : 'failed', what: String(error?.message ?? error) };
    }
    console.log(JSON.stringify(answer));
  }
}

/** A job has `run`, which is timed, `before`, which is not, and `wrong`, which looks at what `run` gave. */
async function prepared(library, work) {
  const job = await ACTIONS[work.action](library, work);
  await job.before?.();
  const start = performance.now();
  const result = await job.run();
  const seconds = (performance.now() - start) / 1000;
  const wrong = job.wrong?.(result);
  return wrong ? { answer: { kind: 'wrong', what: wrong } } : { job, answer: { kind: 'ready', seconds } };
}

async function once(library, work) {
  let result;
  const job = await ACTIONS[work.action](library, work);
  const answer = await timed({ ...job, run: async () => void (result = await job.run()) }, 0);
  const wrong = job.wrong?.(result);
  return wrong ? { kind: 'wrong', what: wrong } : answer;
}

async function timed(job, seconds) {
  const times = [];
  let cpu = 0;
  const memory = watchMemory();
  const end = performance.now() + 1000 * seconds;
  do {
    await job.before?.();
    const cpuBefore = cpuSeconds();
    const start = performance.now();
    const result = job.run();
    // Waiting for what is there costs as much as a small chunk takes.
    if (result instanceof Promise) await result;
    times.push(performance.now() - start);
    cpu += cpuSeconds() - cpuBefore;
  } while (performance.now() < end);
  times.sort((left, right) => left - right);
  return {
    kind: 'timed',
    seconds: times[times.length >> 1] / 1000,
    cpuSeconds: cpu / times.length,
    peakBytes: memory.end(),
  };
}

const ACTIONS = {
  async read(library, { folder, where, array }) {
    const opened = await library.open(await storeOf(library, folder, where));
    const start = array.shape.map(() => 0);
    return {
      run: () => library.read(opened),
      wrong: (data) => wrongValue(array.values, start, array.shape, data),
    };
  },

  async readInto(library, { folder, where, array }) {
    if (library.readInto === undefined) throw new Missing('reads into memory of its own only');
    const opened = await library.open(await storeOf(library, folder, where));
    const length = array.shape.reduce((left, right) => left * right, 1);
    const out = (library.outMemory?.(length) ?? new Uint16Array(length)).fill(1);
    return {
      run: () => library.readInto(opened, out, array.shape),
      wrong: () => wrongValue(array.values, [0, 0], array.shape, out),
    };
  },

  async windows(library, { folder, where, array, windows, inFlight }) {
    const opened = await library.open(await storeOf(library, folder, where));
    const { starts, shape } = windows;
    const read = (start) => library.readWindow(opened, start, shape);
    let wrong;
    const check = (start, data) => {
      wrong ??= wrongValue(array.values, start, shape, data);
    };
    // The first time everything is looked at, so that no window has to be kept.
    let run = () => forEach(starts, inFlight, read, check);
    return {
      run: () => run(),
      wrong: () => {
        run = () => forEach(starts, inFlight, read);
        return wrong;
      },
    };
  },

  async write(library, { target, array }) {
    const data = valuesAt(
      array.values,
      array.shape.map(() => 0),
      array.shape,
    );
    let opened;
    return {
      before: async () => {
        opened = await library.open(await library.files(emptied(target)));
      },
      run: () => library.write(opened, data, array.shape),
    };
  },

  async copy(library, { folder, target, array }) {
    const source = await library.open(await library.files(folder));
    let opened;
    return {
      before: async () => {
        opened = await library.open(await library.files(emptied(target)));
      },
      run: async () => library.write(opened, await library.read(source), array.shape),
    };
  },

  async openGroup(library, { folder, group }) {
    return {
      run: () => library.openGroup(folder, group),
      wrong: (count) => (count === group.count ? undefined : `expected ${group.count} arrays, got ${count}`),
    };
  },
};

function storeOf(library, folder, where) {
  return where === 'files' ? library.files(folder) : library.memory(filesBelow(folder));
}

function filesBelow(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return names.map((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    return [path.slice(folder.length + 1).replaceAll('\\', '/'), Uint8Array.from(readFileSync(path))];
  });
}

/** The folder of an array to be written, with nothing in it but its metadata. */
function emptied(folder) {
  rmSync(join(folder, 'array'), { recursive: true, force: true });
  mkdirSync(join(folder, 'array'));
  cpSync(join(folder, 'zarr.json'), join(folder, 'array/zarr.json'));
  return join(folder, 'array');
}

/** Reads at each start, with so many in flight at once; `use` is given what was read. */
function forEach(starts, inFlight, read, use) {
  let next = 0;
  const runner = async () => {
    while (next < starts.length) {
      const start = starts[next++];
      let data = read(start);
      if (data instanceof Promise) data = await data;
      use?.(start, data);
    }
  };
  return Promise.all(Array.from({ length: inFlight }, runner));
}
