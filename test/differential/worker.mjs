// A Python process that executes steps with zarr-python, one request and one answer at a time.

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startPython } from '../interop/python.mjs';

export class Worker {
  #process = startPython(fileURLToPath(new URL('worker.py', import.meta.url)));
  #waiting = [];

  constructor() {
    createInterface({ input: this.#process.stdout }).on('line', (line) =>
      this.#waiting.shift().resolve(JSON.parse(line)),
    );
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#waiting) reject(new Error(`the Python process ended with ${code}`));
    });
  }

  ask(request) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  close() {
    this.#process.stdin.end();
  }
}
