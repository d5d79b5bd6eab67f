/** How we stand, as a picture: a line for each kind of work, and on it how many times as fast as each peer we are. */
import { plot } from './plot.mjs';
import { PEERS, verdicts } from './promises.mjs';
import { valuesOf } from './report.mjs';

/** Rows of one kind, of several codecs, are one line of the picture, at the geometric mean of their ratios. */
export function standingPlot(results) {
  const kinds = new Map();
  for (const result of results) {
    if (result.wrong) continue;
    const kind = kindOf(result.row);
    kinds.set(kind, [...(kinds.get(kind) ?? []), result]);
  }
  const lines = [...kinds].map(([label, members]) => ({
    label,
    points: Object.keys(PEERS).flatMap((peer) => {
      const ratios = members.flatMap((result) => {
        const { reached } = verdicts(result.row, valuesOf(result)).find((verdict) => verdict.peer === peer);
        const best = Math.max(reached.one ?? 0, reached.pool ?? 0);
        return best > 0 ? [best] : [];
      });
      return ratios.length === 0 ? [] : [{ series: PEERS[peer].title, value: geometricMean(ratios) }];
    }),
  }));
  return plot({
    title: 'How many times as fast as …',
    note: 'the better of one thread and a pool of 2; mean of the codecs; native: fastest of fused zarr-python, zarrs, TensorStore',
    series: Object.values(PEERS).map(({ title }) => title),
    lines,
  });
}

function kindOf({ section, label, where, action, figure }) {
  const kind = label.replace(/, (none|raw|zstd 0|zstd|blosc|gzip|shards)(?=,|$)/, '').replace(/, \d+ in flight/, '');
  const place = where === 'memory' ? ', in memory' : '';
  if (figure === 'peakBytes') return `peak memory: ${kind}`;
  return action === 'openGroup' ? kind : `${section}: ${kind}${place}`;
}

function geometricMean(numbers) {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
}
