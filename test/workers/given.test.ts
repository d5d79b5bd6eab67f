/** What goes to a worker and back: encoded chunks in one piece of memory, and that memory again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packed, sizeOfCells, unpacked } from '../../src/core/parallel/given.js';
import { PoolWorker } from '../../src/workers/pool.js';
import type { Thread } from '../../src/workers/thread.js';

const cell = fc.tuple(fc.array(fc.nat(99), { maxLength: 3 }), fc.uint8Array({ maxLength: 20 }));

it('encoded chunks are the same once they were packed, whatever was in the memory before', () => {
  fc.assert(
    fc.property(fc.array(cell), fc.nat(9), (list, slack) => {
      const cells = new Map(list.map(([coords, bytes]) => [coords.join(), bytes]));
      const room = new ArrayBuffer(sizeOfCells(cells) + slack);
      new Uint8Array(room).fill(255);
      const sent = structuredClone(packed(cells, room), { transfer: [room] });
      expect([...unpacked(sent)].map(([coords, bytes]) => [coords, [...bytes]])).toEqual(
        [...cells].map(([coords, bytes]) => [coords, [...bytes]]),
      );
    }),
  );
});

describe('memory that a worker has sent back', () => {
  const worker = (): PoolWorker => new PoolWorker({} as Thread); // Nothing is said to it.

  it('is given out once, where it is long enough', () => {
    const one = worker();
    const [short, long] = [new ArrayBuffer(10), new ArrayBuffer(100)];
    one.keep(short);
    one.keep(long);
    expect(one.recycled(101)).toBeUndefined();
    expect(one.recycled(11)).toBe(long);
    expect(one.recycled(11)).toBeUndefined();
    expect(one.recycled(10)).toBe(short);
    expect(one.keptBytes).toBe(0);
  });

  it('is kept in few pieces, the largest ones', () => {
    const one = worker();
    for (const size of [5, 1, 4, 2, 3, 6]) one.keep(new ArrayBuffer(size));
    expect(one.keptBytes).toBe(3 + 4 + 5 + 6);
    one.release();
    expect(one.recycled(0)).toBeUndefined();
  });
});
