// Runs programs: each step with zarr-python and with both of our APIs, each on a folder of its own, and compares what
// came of it and what is in the folders then.

import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { keysOf } from '../interop/files.mjs';
import { descriptionProblems, folderProblems, outcomeProblems, readFolder, sameProblems } from './compare.mjs';
import { knownDifferences } from './differences.mjs';
import { describe, Session } from './steps.mjs';

export class Runner {
  #worker;
  #apis;
  #folder;
  #count = 0;

  constructor({ worker, apis, folder }) {
    this.#worker = worker;
    this.#apis = apis;
    this.#folder = folder;
  }

  /** What differs: `{ problems, step, met }`, with the index of the step and the known differences that were met. */
  async run(program) {
    const folder = join(this.#folder, String(this.#count++));
    const run = new Run(this.#worker, this.#apis, folder);
    try {
      return await run.execute(program.steps);
    } catch (error) {
      return { problems: [`thrown: ${error.stack}`], step: run.at, met: [] };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

class Run {
  #worker;
  #apis;
  #folders;
  #sessions;
  #met = [];
  /** The index of the step that is executed. */
  at = 0;

  constructor(worker, apis, folder) {
    this.#worker = worker;
    this.#apis = apis;
    this.#folders = { python: join(folder, 'python'), sync: join(folder, 'sync'), promises: join(folder, 'promises') };
    for (const one of Object.values(this.#folders)) mkdirSync(one, { recursive: true });
    this.#sessions = {
      sync: new Session(apis.sync, apis.sync, this.#folders.sync),
      promises: new Session(apis.promises, apis.sync, this.#folders.promises),
    };
  }

  async execute(steps) {
    await this.#worker.ask({ do: 'start', folder: this.#folders.python });
    for (const [index, step] of steps.entries()) {
      this.at = index;
      const problems = await this.#step(step);
      if (problems.length > 0) return { problems, step: index, met: this.#met };
    }
    return { problems: await this.#crossReading(), step: steps.length, met: this.#met };
  }

  async #step(step) {
    const asked = this.#worker.ask({ do: 'step', step });
    const mine = {};
    for (const [api, session] of Object.entries(this.#sessions)) mine[api] = (await session.execute(step)).outcome;
    const { outcome: theirs, notes } = await asked;
    for (const note of notes) this.#met.push(knownDifferences.find((one) => one.note === note));
    const apart = this.#apart(mine).map((problem) => `both APIs: ${problem}`);
    if (apart.length > 0) return apart;
    const problems = outcomeProblems(theirs, mine.sync);
    const met = { step, theirs, mine: mine.sync, problems, isMixed: this.#isMixed() };
    const known = problems.length > 0 ? knownDifferences.find((one) => one.explains?.(met)) : undefined;
    if (problems.length > 0 && known === undefined) return problems;
    if (known !== undefined) this.#met.push(known);
    if (known?.winner !== undefined) await this.#agree(known.winner);
    else if (isChange(step)) await this.#forget(keepsHandle(step) ? step.path : undefined);
    return this.#compareFolders(step, mine.sync);
  }

  /** Whether there are nodes of both formats. */
  #isMixed() {
    const keys = keysOf(this.#folders.sync);
    return keys.some((key) => key.endsWith('zarr.json')) && keys.some((key) => /\.z(array|group)$/.test(key));
  }

  /** How what came of a step differs between our APIs; messages name the folders. */
  #apart({ sync, promises }) {
    const [expected, actual] = [sync, promises].map(plain);
    if (expected?.error === undefined || actual?.error === undefined) return outcomeProblems(expected, actual);
    const named = actual.message.replaceAll(this.#folders.promises, this.#folders.sync);
    const isSame = expected.error[0] === actual.error[0] && expected.message === named;
    return isSame ? [] : [`${expected.error[0]} (${expected.message}), ${actual.error[0]} (${named})`];
  }

  /** The folder of one side in place of the others'. */
  async #agree(winner) {
    const sides = winner === 'python' ? ['sync', 'promises'] : ['python'];
    const source = this.#folders[winner === 'python' ? 'python' : 'sync'];
    for (const side of sides) {
      rmSync(this.#folders[side], { recursive: true, force: true });
      cpSync(source, this.#folders[side], { recursive: true });
    }
    await this.#forget(undefined);
  }

  /** Handles of what may have changed are opened again; the one that changed it goes on. */
  async #forget(path) {
    const isConsolidated = [...readFolder(this.#folders.sync)].some(
      ([key, bytes]) =>
        key.endsWith('.zmetadata') || (key.endsWith('zarr.json') && bytes.includes('"consolidated_metadata"')),
    );
    const kept = isConsolidated ? undefined : path;
    await this.#worker.ask({ do: 'forget', kept: kept ?? null });
    for (const session of Object.values(this.#sessions)) session.forget(kept);
  }

  async #compareFolders(step, outcome) {
    const [python, sync, promises] = ['python', 'sync', 'promises'].map((side) => readFolder(this.#folders[side]));
    const adjust = (key, text, mine) => {
      let expected = text;
      for (const difference of knownDifferences) {
        const adjusted = difference.adjust?.(key, expected, mine) ?? expected;
        if (adjusted !== expected) this.#met.push(difference);
        expected = adjusted;
      }
      return expected;
    };
    const apart = sameProblems(sync, promises).map((problem) => `both APIs: ${problem}`);
    const problems = folderProblems(python, sync, adjust);
    const files = { step, outcome, theirs: python, mine: sync, problems, isMixed: this.#isMixed() };
    const known = problems.length > 0 ? knownDifferences.find((one) => one.explainsFiles?.(files)) : undefined;
    if (known === undefined) return [...problems, ...apart];
    this.#met.push(known);
    await this.#agree(known.winner);
    return apart;
  }

  /** Every side reads its own folder and the other's, and finds the same. */
  async #crossReading() {
    const { python, sync, promises } = this.#folders;
    const expected = await this.#worker.ask({ do: 'describe', folder: python });
    const found = {
      'zarr-python reads ours': await this.#worker.ask({ do: 'describe', folder: sync }),
      'sync reads its own': await describe(this.#apis.sync, sync),
      "sync reads zarr-python's": await describe(this.#apis.sync, python),
      'promises read their own': await describe(this.#apis.promises, promises),
      "promises read zarr-python's": await describe(this.#apis.promises, python),
    };
    const problems = Object.entries(found).flatMap(([who, nodes], i) =>
      (i === 0 ? sameDescriptions(expected, nodes) : descriptionProblems(expected, nodes)).map(
        (problem) => `${who}: ${problem}`,
      ),
    );
    const isMixed = problems.length > 0 && this.#isMixed();
    return problems.filter((problem) => {
      const known = isMixed ? knownDifferences.find((one) => one.explainsReading?.(problem)) : undefined;
      if (known !== undefined) this.#met.push(known);
      return known === undefined;
    });
  }
}

const sameDescriptions = (expected, nodes) =>
  Object.keys(expected)
    .filter((path) => JSON.stringify(expected[path]) !== JSON.stringify(nodes[path]))
    .map((path) => `"${path}": expected ${JSON.stringify(expected[path])}, got ${JSON.stringify(nodes[path])}`);

const reading = ['get', 'inspect', 'members', 'lookUp', 'load'];

/** The promise API has no mapping of attributes: such a change was made through another handle. */
const keepsHandle = ({ op, action }) => op !== 'attributes' || action === 'update' || action === 'updateAttributes';

const isChange = (step) => !reading.includes(step.op);

/** An outcome of ours as tokens, to compare it with that of the other API. */
function plain(outcome) {
  return JSON.parse(
    JSON.stringify(outcome ?? null, (name, value) => {
      if (typeof value === 'bigint') return `${value}n`;
      if (name === 'attributes' || name === 'fillValue') return { text: String(JSON.stringify(value, show)) };
      return value;
    }),
    (name, value) => (name === 'attributes' || name === 'fillValue' ? value.text : value),
  );
}

const show = (_name, value) => {
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? `number ${value}` : value;
};
