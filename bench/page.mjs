/**
 * docs/performance.md: a page of sections between markers, each written by its own command, with the circumstances in
 * which its numbers were measured. What stands outside the markers is written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { root } from './participant.mjs';

const PAGE = join(root, 'docs/performance.md');

/** Puts `text` between the markers of a section of the page. */
export function writeSection(name, text) {
  writeFileSync(PAGE, withSection(readFileSync(PAGE, 'utf8'), name, text));
}

/** `page` with `text` between the markers of the section `name`, which have to be there, once. */
export function withSection(page, name, text) {
  const [start, end] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`];
  const [before, rest, ...more] = page.split(start);
  const [, after, ...others] = rest?.split(end) ?? [];
  if (after === undefined || more.length + others.length > 0) {
    throw new Error(`docs/performance.md: expected ${start} and ${end} once each`);
  }
  return `${before}${start}\n\n${text.trim()}\n\n${end}${after}`;
}

/** The date, the machine, its load and the versions; and a warning where other programs had a part of the machine. */
export function circumstances(versions, { load = loadavg()[1], processors = cpus(), date = new Date() } = {}) {
  const model = processors[0]?.model ?? 'unknown processor';
  const machine = `${model}, ${processors.length} cores, on average ${load.toFixed(1)} programs running on them`;
  const text = `${date.toISOString().slice(0, 10)}; ${machine}; ${versions.join(', ')}.`;
  // The load of the last five minutes, of which the benchmark itself is one, or with threads as many as there are cores.
  const isBusy = load > 1 + processors.length / 2;
  const warning = '**The machine was busy: a number may be wrong by several times. Measure again.**';
  return isBusy ? `${text}\n\n${warning}` : text;
}

/** A table in Markdown; the first `texts` columns are aligned as text, the others as numbers. */
export function table([heading, ...rows], texts = 1) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map((_, i) => (i < texts ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
