/** Arrays that should all hold the same, by the folders that their paths begin with. */
import { join } from 'node:path';
import { elementText, problemOf } from './expected.mjs';

export class Alike {
  #depth;
  /** By the beginning of their paths: each array's result and elements, and those as text. */
  #groups = new Map();

  constructor(depth) {
    if (!Number.isInteger(depth) || depth < 0) throw new Error(`--same: expected a number of folders, got ${depth}`);
    this.#depth = depth;
  }

  add(result, array) {
    const start = join(...result.path.split('/').slice(0, this.#depth), '.');
    const found = array.get();
    const text = JSON.stringify([found.shape, [...found].map(elementText)]);
    if (!this.#groups.has(start)) this.#groups.set(start, []);
    this.#groups.get(start).push({ result, found, text });
  }

  /** The results: of one array alone nothing is known; those that are as most are, are right, and all others have failed. */
  *outcomes() {
    for (const group of this.#groups.values()) {
      const model = mostCommon(group);
      for (const { result, found, text } of group) {
        if (group.length === 1) yield result;
        else if (text === model.text) yield { ...result, outcome: 'right' };
        else {
          const reason = `not as ${model.result.path}: ${problemOf(found, model.found)}`;
          yield { ...result, outcome: 'failed', reason };
        }
      }
    }
  }
}

function mostCommon(group) {
  const counts = new Map();
  for (const { text } of group) counts.set(text, (counts.get(text) ?? 0) + 1);
  return group.reduce((most, one) => (counts.get(one.text) > counts.get(most.text) ? one : most));
}
