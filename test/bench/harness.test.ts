/** The parts of the benchmarks that compute: no test here takes a time. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The benchmarks are scripts, without types. */
const load = (name: string): Promise<any> => import(new URL(`../../bench/${name}`, import.meta.url).href);

const { bytesOf, median, ratioText, roundsWithin, sizeText, timeText } = await load('numbers.mjs');
const { circumstances, table, withSection } = await load('page.mjs');
const { plot, ticksAround } = await load('plot.mjs');
const { holdsMemory, verdicts } = await load('promises.mjs');
const { report, verdictText } = await load('report.mjs');
const { standingPlot } = await load('standing-plot.mjs');
const { windowStarts } = await load('windows.mjs');
const { rows } = await load('work.mjs');
const { valuesAt, wrongValue } = await load('participants/values.mjs');

test('numbers', () => {
  expect(median([3, 100, 1])).toBe(3);
  expect(median([1, 2, 3, 4])).toBe(3);
  expect(() => median([])).toThrow('none');
  expect(roundsWithin({ seconds: 0.1, budgetSeconds: 2, rounds: 3 })).toBe(3);
  expect(roundsWithin({ seconds: 0.9, budgetSeconds: 2, rounds: 3 })).toBe(2);
  expect(roundsWithin({ seconds: 60, budgetSeconds: 2, rounds: 3 })).toBe(1);
  expect([0.5, 9.876, 12.34, 123.4].map(ratioText)).toEqual(['0.50', '9.88', '12.3', '123']);
  expect([1.5, 0.0123, 4.2e-6].map(timeText)).toEqual(['1.50 s', '12.3 ms', '4.20 µs']);
  expect([400, 2 ** 16, 3 * 2 ** 19].map(sizeText)).toEqual(['400 B', '64 KiB', '1.5 MiB']);
  expect(['64K', '2M'].map(bytesOf)).toEqual([65536, 2 ** 21]);
});

test('a section of the page is replaced, and nothing else', () => {
  const page = 'head\n<!-- a: start -->\nold\n<!-- a: end -->\nbetween\n<!-- b: start -->\nkept\n<!-- b: end -->\n';
  const written = withSection(page, 'a', 'new\n');
  expect(written).toBe(page.replace('\nold\n', '\n\nnew\n\n'));
  expect(withSection(written, 'a', 'new')).toBe(written);
  expect(() => withSection(page, 'c', 'new')).toThrow('<!-- c: start -->');
  expect(() => withSection(page + page, 'a', 'new')).toThrow('once each');
});

test('a busy machine is said to be one', () => {
  const processors = [{ model: 'P' }, { model: 'P' }];
  const on = (load: number) => circumstances(['x 1'], { load, processors, date: new Date('2030-01-02') });
  expect(on(1.5)).toBe('2030-01-02; P, 2 cores, on average 1.5 programs running on them; x 1.');
  expect(on(2.5)).toContain('**The machine was busy');
});

test('tables are Markdown', () => {
  expect(
    table([
      ['', 'n'],
      ['a', '1'],
    ]),
  ).toBe('|  | n |\n| --- | ---: |\n| a | 1 |');
});

test('a promise holds or misses', () => {
  const figures = { 'zarr-ts': 2, pool: 1, zarrita: 7, 'zarr-python': 4, zarrs: 1.5, TensorStore: 1 };
  const found = (promised: object) =>
    Object.fromEntries(
      verdicts({ promised }, new Map(Object.entries(figures))).map((verdict: any) => [verdict.peer, verdict]),
    );
  const both = found({ zarrita: [2, 8], zarrPython: 4, native: [0.5, 0.9] });
  expect(both['zarrita']).toMatchObject({ reached: { one: 3.5, pool: 7 }, holds: false });
  expect(verdictText(both['zarrita'])).toBe('**misses** 3.50 / 7.00 (≥ 2 / 8)');
  // One number: the better of the two has to reach it.
  expect(both['zarrPython']).toMatchObject({ reached: { one: 2, pool: 4 }, holds: true });
  // The fastest of the native ones.
  expect(both['native']).toMatchObject({ best: 'TensorStore', reached: { one: 0.5, pool: 1 }, holds: true });
  expect(found({ native: [undefined, 0.9] })['native'].holds).toBe(true);
  expect(found({})['zarrita'].holds).toBeUndefined();
  expect(verdictText(found({})['zarrita'])).toBe('3.50 / 7.00');
  const [alone] = verdicts({ promised: { zarrita: 2 } }, new Map([['zarr-ts', 1]]));
  expect(alone.holds).toBeUndefined();
  expect(verdictText(alone)).toBe('–');
  expect(holdsMemory({ promised: { result: 1.1 }, bytes: 100 }, 110)).toBe(true);
  expect(holdsMemory({ promised: { result: 1.1 }, bytes: 100 }, 111)).toBe(false);
});

test('every kind of work is there, each row once, with arrays that its windows fit into', () => {
  for (const quick of [false, true]) {
    for (const side of [256, 512, 1024]) {
      const all = rows({ side, quick });
      const names = all.map(({ section, where, label }: any) => `${section}, ${where}: ${label}`);
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(all.map(({ section }: any) => section)).size).toBe(8);
      for (const { array, windows } of all.filter((row: any) => row.windows)) {
        const starts: number[][] = windowStarts(windows, array.shape);
        expect(starts.length).toBeGreaterThan(0);
        for (const start of starts) {
          const fits = start.map((first, axis) => first >= 0 && first + windows.shape[axis] <= array.shape[axis]);
          expect(fits).not.toContain(false);
        }
      }
    }
  }
  const { array } = rows({ side: 512, quick: false }).find((row: any) => row.label === 'read all, shards');
  expect(array.shape).toEqual([512, 512, 512]);
  expect(array.metadata.chunk_grid.configuration.chunk_shape).toEqual([256, 256, 256]);
  expect(array.metadata.codecs[0].configuration.chunk_shape).toEqual([64, 64, 64]);
});

test('windows that tile an array are all of it', () => {
  const starts = windowStarts({ kind: 'all', shape: [2, 3] }, [4, 6]);
  expect(starts).toEqual([
    [0, 0],
    [0, 3],
    [2, 0],
    [2, 3],
  ]);
});

test('values are those of the public benchmark, and one that is wrong is found', () => {
  const [z, y, x] = [7, 300, 65_530];
  const data = valuesAt('field', [z, y, x], [1, 1, 8]);
  expect([...data]).toEqual(Array.from({ length: 8 }, (_, i) => (x + i + Math.floor(y ** 2 / 32) + z ** 3) % 65536));
  for (const values of ['field', 'noisy']) {
    const part: Uint16Array = valuesAt(values, [3, 5], [4, 6]);
    expect(wrongValue(values, [3, 5], [4, 6], part)).toBeUndefined();
    part[13]! ^= 1;
    expect(wrongValue(values, [3, 5], [4, 6], part)).toContain('of 24 values');
    expect(wrongValue(values, [3, 5], [4, 6], part.subarray(1))).toBe('expected 24 values, got 23');
  }
});

test('the report names what misses, what is wrong and who has not', () => {
  const [row] = rows({ side: 256, quick: true }).filter(({ label }: any) => label === '16 KiB, none');
  const of = (seconds: number) => ({ seconds, cpuSeconds: seconds, peakBytes: 2 ** 20 });
  const result = {
    row,
    figure: 'seconds',
    figures: { 'zarr-ts': of(1), pool: of(1), zarrita: of(6), 'zarr-python': of(10) },
    problems: { zarrs: { kind: 'missing', what: 'no such store' } },
  };
  const text = report([result, { ...result, figures: {}, problems: {}, wrong: 'zarrita: expected 1' }]);
  expect(text).toContain('holds 6.00 / 6.00 (≥ 5)');
  expect(text).toContain('**misses** 10.0 / 10.0 (≥ 18)');
  expect(text).toContain('**wrong**: zarrita: expected 1');
  expect(text).toContain('- zarrs has not: no such store (16 KiB, none)');
  expect(standingPlot([result])).toContain('>full reads: 16 KiB<');
});

test('a plot has a mark for each value, and an axis that holds them all', () => {
  expect(ticksAround([0.3, 40])).toEqual([0.2, 0.5, 1, 2, 5, 10, 20, 50]);
  expect(ticksAround([])).toEqual([1, 2]);
  const svg: string = plot({
    title: 'A < B',
    note: '',
    series: ['one', 'two'],
    lines: [
      {
        label: 'x',
        points: [
          { series: 'one', value: 1 },
          { series: 'two', value: 3 },
        ],
      },
    ],
  });
  expect(svg).toContain('A &lt; B');
  expect(svg).toContain('prefers-color-scheme: dark');
  // One in the line and one in the legend.
  expect(svg.split('class="s1"').length - 1).toBe(2);
  expect(svg).not.toContain('NaN');
});

test.each([
  ['browser', '--quick', "Unknown option '--quick'; it takes --rounds 3, --seconds 0.1, --sizes …, --write"],
  ['codecs', '--quick', "Unknown option '--quick'; it takes --rounds 3, --seconds 0.1, --sizes …, --codecs …"],
  ['codecs', '--clock=sun', '--clock: expected wall or cpu, got sun'],
  ['end-to-end', '--qick', "Unknown option '--qick'; it takes --rows …, --rounds 3, --size …"],
  ['end-to-end', '--rounds', 'argument missing; it takes --rows …, --rounds 3'],
  ['end-to-end', '--size=3', '--size: expected 1024, 512, 256, got 3'],
  ['end-to-end', '--rows=nothing', '--rows: no row is like nothing'],
  ['install', '--quick', "Unknown option '--quick'; it takes no options"],
])('%s %s is told in a line', (script, option, line) => {
  const file = fileURLToPath(new URL(`../../bench/${script}.mjs`, import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [file, option], { encoding: 'utf8' });
  expect(stderr).toContain(line);
  expect(stderr).toMatch(new RegExp(`^bench/${script}\\.mjs: .*\n$`));
  expect(status).toBe(2);
});
