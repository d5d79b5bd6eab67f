/** The tables of the benchmark from end to end. */
import { ratioText, sizeText, timeText } from './numbers.mjs';
import { table } from './page.mjs';
import { holdsMemory, PEERS, verdicts } from './promises.mjs';

const TITLES = { 'zarr-ts': 'zarr-ts', pool: 'zarr-ts, pool of 2', fused: 'zarr-python, fused' };

/** For each section what is promised and what was reached, and then what each one took. */
export function report(results) {
  const sections = [...new Set(results.map(({ row }) => row.section))];
  return sections
    .map((section) => {
      const own = results.filter(({ row }) => row.section === section);
      return `### ${section[0].toUpperCase()}${section.slice(1)}\n\n${standing(own)}\n\n${everyone(own)}`;
    })
    .join('\n\n');
}

/** How a cell of promises reads: what was reached on one thread / with the pool, and what is promised. */
export function verdictText({ reached, promised, holds }) {
  const ratios = [reached.one, reached.pool].filter((ratio) => ratio !== undefined).map(ratioText);
  if (ratios.length === 0) return '–';
  if (holds === undefined) return ratios.join(' / ');
  const wanted = [promised]
    .flat()
    .map((ratio) => ratio ?? '–')
    .join(' / ');
  return `${holds ? 'holds' : '**misses**'} ${ratios.join(' / ')} (≥ ${wanted})`;
}

function standing(results) {
  const peers = Object.values(PEERS).map(({ title }) => `: ${title}`);
  const isMemory = results.some(({ row }) => row.promised.result !== undefined);
  const own = ['zarr-ts', 'pool of 2', ...(isMemory ? [': result'] : [])];
  const heading = ['', ...own, ...peers];
  const lines = results.map((result) => {
    const { row, figures } = result;
    const name = `${row.label}, ${row.where}`;
    if (result.wrong) return [name, `**wrong**: ${result.wrong}`, ...Array(heading.length - 2).fill('')];
    const values = valuesOf(result);
    const own = ['zarr-ts', 'pool'].map((participant) => figureText(result, values.get(participant)));
    const cells = verdicts(row, values).map(verdictText);
    return [name, ...own, ...(isMemory ? [memoryText(row, figures['zarr-ts'])] : []), ...cells];
  });
  return table([heading, ...lines]);
}

function memoryText(row, figure) {
  const holds = holdsMemory(row, figure?.peakBytes);
  if (holds === undefined) return '–';
  return `${holds ? 'holds' : '**misses**'} ${ratioText(figure.peakBytes / row.bytes)} (≤ ${row.promised.result})`;
}

function everyone(results) {
  const names = [
    ...new Set(results.flatMap(({ figures, problems }) => [...Object.keys(figures), ...Object.keys(problems)])),
  ];
  const lines = results
    .filter(({ wrong }) => wrong === undefined)
    .map(({ row, figures, problems }) => [
      `${row.label}, ${row.where}`,
      ...names.map((name) => {
        if (problems[name]) return problems[name].kind === 'missing' ? '–' : 'fails';
        if (figures[name] === undefined) return '–';
        const { seconds, cpuSeconds, peakBytes } = figures[name];
        const memory = peakBytes === undefined ? '' : `, ${sizeText(Math.max(0, peakBytes))}`;
        return `${timeText(seconds)}, ${timeText(cpuSeconds)}${memory}`;
      }),
    ]);
  const failed = results.flatMap(({ row, problems }) =>
    Object.entries(problems).map(([name, { kind, what }]) => ({ row, name, kind, what })),
  );
  const reasons = new Map();
  for (const { row, name, kind, what } of failed) {
    const text = `${name} ${kind === 'missing' ? 'has not' : 'fails'}: ${what.slice(0, 200)}`;
    reasons.set(text, new Set([...(reasons.get(text) ?? []), row.label]));
  }
  const notes = [...reasons].map(([text, labels]) => `- ${text} (${[...labels].join('; ')})`);
  const heading = ['', ...names.map((name) => TITLES[name] ?? name)];
  return [
    '<details><summary>What each one took: time, time of all processors, memory that it grew by</summary>',
    table([heading, ...lines]),
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    '</details>',
  ].join('\n\n');
}

/** What is compared in a row, by the participants' names: seconds, or bytes of memory. */
export function valuesOf({ figure, figures }) {
  const values = Object.entries(figures).map(([name, all]) => [name, all[figure]]);
  return new Map(values.filter(([, value]) => value !== undefined));
}

function figureText({ row, figure }, value) {
  if (value === undefined) return '–';
  if (figure === 'peakBytes') return sizeText(value);
  if (row.windows?.count) return `${timeText(value / row.windows.count)} each`;
  return row.bytes ? `${(row.bytes / value / 1e6).toFixed(0)} MB/s` : timeText(value);
}
