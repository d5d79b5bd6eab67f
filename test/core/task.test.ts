import { describe, expect, it } from 'vitest';
import { SyncError } from '../../src/errors.js';
import { collect, each, isPromise, run, runAsync, runSync, type Task, wait } from '../../src/task.js';

const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 1, value));

function* sum(...values: (number | Promise<number>)[]): Task<number> {
  let total = 0;
  for (const value of values) total += yield* wait(value);
  return total;
}

describe('a task', () => {
  it('runs to its end without a promise when nothing waits', async () => {
    expect(runSync(sum(1, 2))).toBe(3);
    expect(run(sum(1, 2))).toBe(3);
    expect(await runAsync(sum(1, 2))).toBe(3);
  });

  it('waits for promises, foreign thenables too', async () => {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
    const foreign = { then: (resolve: (value: number) => void) => resolve(4) } as unknown as Promise<number>;
    expect(await runAsync(sum(later(1), 2, foreign))).toBe(7);
    expect(isPromise(foreign)).toBe(true);
  });

  it('fails with SyncError when it would have to wait, and gives back what it holds', () => {
    let held = true;
    const task = (function* (): Task<void> {
      try {
        yield* wait(later(undefined));
      } finally {
        held = false;
      }
    })();
    expect(() => runSync(task)).toThrow(SyncError);
    expect(held).toBe(false);
  });

  it('rejects at once when its signal aborts', async () => {
    const controller = new AbortController();
    const never = new Promise<number>(() => {});
    const result = runAsync(sum(never), controller);
    controller.abort(new Error('enough'));
    await expect(result).rejects.toThrow('enough');
    await expect(runAsync(sum(1), { signal: AbortSignal.abort('before') })).rejects.toBe('before');
  });

  it('lists what an iterable or an async iterable gives', async () => {
    async function* items(): AsyncGenerator<number> {
      yield 1;
      yield 2;
    }
    expect(runSync(collect([1, 2]))).toEqual([1, 2]);
    expect(await runAsync(collect(items()))).toEqual([1, 2]);
  });
});

describe('each', () => {
  it('has at most so many waiting at once', async () => {
    let waiting = 0;
    let most = 0;
    await runAsync(
      each(Array(50).keys(), 8, async () => {
        most = Math.max(most, ++waiting);
        await later(undefined);
        waiting--;
      }),
    );
    expect([most, waiting]).toEqual([8, 0]);
  });

  it('starts nothing more after a failure, and waits for what has started', async () => {
    let started = 0;
    let ended = 0;
    const work = async (item: number): Promise<void> => {
      started++;
      await later(undefined);
      ended++;
      if (item === 5) throw new Error('five');
    };
    await expect(runAsync(each(Array(1000).keys(), 4, work))).rejects.toThrow('five');
    await later(undefined);
    await later(undefined);
    expect(started).toBeLessThan(12);
    expect(ended).toBe(started);
  });

  it('stops at a failure that does not wait', () => {
    let started = 0;
    const work = (item: number): void => {
      started++;
      if (item === 5) throw new Error('five');
    };
    expect(() => runSync(each(Array(1000).keys(), 4, work))).toThrow('five');
    expect(started).toBe(6);
  });

  it('asks for nothing more after an abort', async () => {
    const controller = new AbortController();
    let started = 0;
    const work = async (): Promise<void> => {
      if (++started === 3) controller.abort(new Error('enough'));
      await later(undefined);
    };
    await expect(runAsync(each(Array(100).keys(), 2, work, controller.signal))).rejects.toThrow('enough');
    expect(started).toBeLessThanOrEqual(4);
  });
});

describe('of several failures', () => {
  const later = (ms: number, error: string): Promise<void> =>
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error(error)), ms);
    });

  it('that of the first item is thrown, whichever is known first', async () => {
    const times = [9, 1, 5, 3];
    const task = each(times.keys(), 4, (at) => later(times[at]!, `item ${at}`));
    await expect(runAsync(task)).rejects.toThrow('item 0');
  });

  it('so it is where one fails at once, or in a lane that has had another item', async () => {
    const atOnce = each([0, 1, 2].keys(), 3, (at) => {
      if (at === 2) throw new Error('item 2');
      return at === 1 ? later(2, 'item 1') : Promise.resolve();
    });
    await expect(runAsync(atOnce)).rejects.toThrow('item 1');
    const lanes = each([0, 1, 2, 3].keys(), 2, (at) =>
      at < 2 ? Promise.resolve() : later(at === 2 ? 4 : 1, `item ${at}`),
    );
    await expect(runAsync(lanes)).rejects.toThrow('item 2');
  });

  it('all that had begun is over by then', async () => {
    let over = 0;
    const task = each([1, 2, 3].keys(), 3, (at) => later(at, 'one').finally(() => over++));
    await expect(runAsync(task)).rejects.toThrow('one');
    expect(over).toBe(3);
  });
});
