/** Runtimes that have the modules of Node, but not all that is in them. */
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';

const versions = vi.hoisted((): { current: object } => ({ current: {} }));

vi.mock('node:process', async (original) => {
  const { default: process } = await original<{ default: NodeJS.Process }>();
  const other = new Proxy(process, {
    get: (target, name) => (name === 'versions' ? versions.current : Reflect.get(target, name, target)),
  });
  return { default: other };
});

const { canBlock, startThread } = await import('../../src/platform/node/worker.js');

const nothing = new URL('data:text/javascript,');

describe.each(['bun', 'deno'])('%s', (name) => {
  it('does not tell whether a worker is still there, so that no blocking call waits for one', async () => {
    versions.current = { ...process.versions, [name]: '1.0.0' };
    expect(canBlock()).toBe(false);
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const started = once(process, 'worker');
    const thread = startThread(nothing, { message: () => {}, end });
    thread.hold(true);
    const [worker] = await started;
    Object.defineProperty(worker, 'performance', { value: {} });
    expect(thread.isGone).toBe(false);
    await ended;
    expect(thread.isGone).toBe(true);
  });
});

it('Node tells it', () => {
  versions.current = { ...process.versions };
  expect(canBlock()).toBe(true);
});
