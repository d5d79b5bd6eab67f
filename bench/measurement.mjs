/** Asking every participant for the work of a row, in turns. */
import { join } from 'node:path';
import { Data } from './data.mjs';
import { median, roundsWithin } from './numbers.mjs';
import { startParticipant } from './participant.mjs';
import { windowStarts } from './windows.mjs';

/** Work of more seconds is warm once it has been done. */
const LONG_SECONDS = 1;

/**
 * Results are `{ row, figure, figures, problems, wrong }`: by the name of each participant `figures` has what it took,
 * `{ seconds, cpuSeconds, peakBytes, rounds }`, and `problems` why it took nothing; `figure` is the one that is compared.
 */
export class Measurement {
  #commands;
  #settings;
  #data;
  #participants;
  #readers = new Map();

  /**
   * `commands` by the names of participants; short work is repeated for `warmSeconds` before the first answer and for
   * `answerSeconds` for each one, and one participant may take `budgetSeconds` for the rounds of a row.
   */
  constructor({ commands, folder, figure, rounds, warmSeconds, answerSeconds, budgetSeconds }) {
    this.#commands = commands;
    this.#settings = { figure, rounds, warmSeconds, answerSeconds, budgetSeconds };
    this.#participants = this.#start();
    this.#data = new Data(folder, (work) => this.#make(work));
  }

  /** What the participants are versions of. */
  async versions() {
    const versions = new Set();
    for (const participant of this.#participants) {
      const answer = await participant.ask({ step: 'versions' });
      for (const version of answer.versions) versions.add(version);
    }
    return [...versions];
  }

  /** The result of a row. */
  measure(row) {
    return row.figure === 'peakBytes' ? this.#peak(row) : this.#inTurns(row);
  }

  /** Lets go of the data that none of these rows needs. */
  keep(rows) {
    this.#data.keep(rows);
  }

  end() {
    for (const participant of [...this.#participants, ...this.#readers.values()]) participant.end();
  }

  async #inTurns(row) {
    const { figure, rounds, warmSeconds, answerSeconds, budgetSeconds } = this.#settings;
    const result = { row, figure, figures: {}, problems: {} };
    const plans = [];
    for (const participant of this.#participants) {
      const answer = await this.#prepared(participant, await this.#workOf(row, participant.name));
      if (isTaken(result, participant.name, answer)) continue;
      const seconds = Math.max(answer.seconds, answerSeconds);
      const own = roundsWithin({ seconds, budgetSeconds, rounds });
      plans.push({ participant, rounds: own, answers: [], isWarm: answer.seconds > LONG_SECONDS });
    }
    for (let round = 0; round <= rounds && result.wrong === undefined; round++) {
      for (const { participant, answers, ...plan } of plans) {
        if (round === 0 ? plan.isWarm : answers.length === plan.rounds) continue;
        if (participant.name in result.problems) continue;
        const seconds = round === 0 ? warmSeconds : answerSeconds;
        const answer = await asked(participant, { step: 'time', seconds });
        if (!isTaken(result, participant.name, answer) && round > 0) answers.push(answer);
      }
    }
    for (const { participant, answers } of plans) {
      await asked(participant, { step: 'end' });
      if (answers.length > 0) result.figures[participant.name] = figureOf(answers);
    }
    this.#data.remove('written');
    return result;
  }

  /** Peak memory: everyone is started anew, and does the same for a small array first. */
  async #peak(row) {
    const result = { row, figure: row.figure, figures: {}, problems: {} };
    const [height, width] = row.array.metadata.chunk_grid.configuration.chunk_shape;
    const shape = [2 * height, width];
    const small = { ...row, array: { ...row.array, shape, metadata: { ...row.array.metadata, shape } } };
    for (const participant of this.#start()) {
      await asked(participant, { step: 'prepare', work: await this.#workOf(small, participant.name) });
      await asked(participant, { step: 'end' });
      const answer = await asked(participant, { step: 'once', work: await this.#workOf(row, participant.name) });
      if (!isTaken(result, participant.name, answer)) result.figures[participant.name] = figureOf([answer]);
      participant.end();
    }
    return result;
  }

  #start() {
    return Object.entries(this.#commands).map(([name, command]) => startParticipant(name, command));
  }

  /** The answer to `prepare`; what was written is read by somebody else. */
  async #prepared(participant, work) {
    const answer = await asked(participant, { step: 'prepare', work });
    if (answer.kind !== 'ready' || work.target === undefined) return answer;
    const reader = this.#readerFor(participant.name);
    const written = { ...work, action: 'read', where: 'files', folder: join(work.target, 'array') };
    const check = await asked(reader, { step: 'prepare', work: written });
    await asked(reader, { step: 'end' });
    return check.kind === 'ready' ? answer : { kind: 'wrong', what: `${reader.name} reads: ${check.what}` };
  }

  /** Somebody else than the writer, in a process of its own: the participants have work of their own in a row. */
  #readerFor(writer) {
    const name = ['TensorStore', 'zarr-ts', 'zarrita', 'pool'].find((one) => one !== writer && one in this.#commands);
    if (name === undefined) throw new Error(`nobody is there to read what ${writer} writes`);
    if (!this.#readers.has(name)) this.#readers.set(name, startParticipant(name, this.#commands[name]));
    return this.#readers.get(name);
  }

  /** A row as a participant is told it. */
  async #workOf(row, name) {
    const { action, where, array, inFlight, group } = row;
    if (action === 'openGroup') return { action, where, group, folder: this.#data.group(group) };
    const writes = action === 'write' || action === 'copy';
    const target = writes ? this.#data.target(join('written', name), array) : undefined;
    const folder = action === 'write' ? undefined : await this.#data.array(array);
    const windows = row.windows && { shape: row.windows.shape, starts: windowStarts(row.windows, array.shape) };
    return { action, where, array, inFlight, windows, target, folder };
  }

  /** By TensorStore, with the codecs in C that most arrays are written with; by ourselves where it is not installed. */
  async #make({ target, array }) {
    const [own] = this.#participants;
    const maker = this.#participants.find(({ name }) => name === 'TensorStore');
    const answer = maker
      ? await maker.ask({ step: 'make', work: { folder: join(target, 'array'), array } })
      : await own.ask({ step: 'prepare', work: { action: 'write', target, array } });
    if (answer.kind !== 'made' && answer.kind !== 'ready') throw new Error(`no array could be made: ${answer.what}`);
  }
}

/** Whether an answer is none that counts; then `result` has it. */
function isTaken(result, name, answer) {
  if (answer.kind === 'ready' || answer.kind === 'timed') return false;
  if (answer.kind === 'wrong') result.wrong = `${name}: ${answer.what}`;
  else result.problems[name] = answer;
  return true;
}

/** A participant's answer; one that ended on a task fails at it, and is started anew for what comes next. */
async function asked(participant, task) {
  try {
    return await participant.ask(task);
  } catch (error) {
    participant.restart();
    return { kind: 'failed', what: error.message };
  }
}

function figureOf(answers) {
  const of = (name) => answers.map((answer) => answer[name]);
  const peaks = of('peakBytes').filter((peak) => peak !== undefined);
  return {
    seconds: median(of('seconds')),
    cpuSeconds: median(of('cpuSeconds')),
    peakBytes: peaks.length > 0 ? Math.max(...peaks) : undefined,
    rounds: answers.length,
  };
}
