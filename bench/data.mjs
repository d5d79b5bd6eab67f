/** The arrays and groups of the benchmark, as folders below one temporary folder; made when they are first asked for. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zarr from '../dist/sync.js';

export class Data {
  #folder;
  #make;
  #arrays = new Map();
  #count = 0;

  /** `make` writes the values of `array` to `target/array`, where its metadata is. */
  constructor(folder, make) {
    this.#folder = folder;
    this.#make = make;
  }

  /** Where an array is. */
  async array(array) {
    const key = JSON.stringify(array);
    if (!this.#arrays.has(key)) {
      const target = this.target(`array-${this.#count++}`, array);
      this.#arrays.set(key, target);
      await this.#make({ target, array });
    }
    return join(this.#arrays.get(key), 'array');
  }

  /** A folder in whose subfolder `array` an array can be written; its metadata is there, and kept beside it. */
  target(name, array) {
    const target = join(this.#folder, name);
    mkdirSync(join(target, 'array'), { recursive: true });
    for (const place of ['.', 'array']) writeFileSync(join(target, place, 'zarr.json'), JSON.stringify(array.metadata));
    return target;
  }

  /** Where a group is, of so many arrays named `a0`, `a1` and so on. */
  group({ count, consolidated }) {
    const path = join(this.#folder, `group-${count}-${consolidated}`);
    if (existsSync(path)) return path;
    const group = zarr.createGroup(path);
    for (let index = 0; index < count; index++) {
      group.createArray(`a${index}`, { shape: [1000, 1000], chunks: [100, 100], dtype: 'uint16' });
    }
    if (consolidated) zarr.consolidateMetadata(path);
    return path;
  }

  /** Removes a target, or what is not there. */
  remove(name) {
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Removes the arrays that none of these rows needs. */
  keep(rows) {
    const needed = new Set(rows.map(({ array }) => JSON.stringify(array)));
    for (const [key, target] of this.#arrays) {
      if (needed.has(key)) continue;
      rmSync(target, { recursive: true, force: true });
      this.#arrays.delete(key);
    }
  }
}
