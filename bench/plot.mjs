/** A plot of ratios as SVG: a line for each label, points on a logarithmic axis. Its colours suit light and dark pages. */

const WIDTH = 890;
const LABELS_WIDTH = 360;
const LINE_HEIGHT = 20;
const TOP = 74;
const BOTTOM = 24;
const SHAPES = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="5"/>`,
  (x, y) => `<rect x="${x - 4.5}" y="${y - 4.5}" width="9" height="9"/>`,
  (x, y) => `<path d="M${x} ${y - 6}l6 6l-6 6l-6 -6z"/>`,
];
const STYLE = `
  svg { font: 12px system-ui, sans-serif; color-scheme: light dark }
  text { fill: #1f2328 } .quiet { fill: #59636e } .grid { stroke: #d1d9e0 } .one { stroke: #59636e; stroke-width: 1.5 }
  .s0 { fill: #0969da } .s1 { fill: #bc4c00 } .s2 { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .one { stroke: #9198a1 }
    .s0 { fill: #58a6ff } .s1 { fill: #f0883e } .s2 { fill: #3fb950 }
  }`;

/** `lines`: `{ label, points: { series, value }[] }[]`; a series is a colour and a shape, explained at the top. */
export function plot({ title, note, series, lines }) {
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const ticks = ticksAround(values);
  const [least, most] = [Math.log(ticks[0]), Math.log(ticks.at(-1))];
  const place = (value) =>
    round(LABELS_WIDTH + ((WIDTH - LABELS_WIDTH - 30) * (Math.log(value) - least)) / (most - least));
  const height = TOP + LINE_HEIGHT * lines.length + BOTTOM;
  const text = (x, y, content, attributes = '') => `<text x="${x}" y="${y}"${attributes}>${escaped(content)}</text>`;
  const mark = (name, x, y) => {
    const index = series.indexOf(name);
    return `<g class="s${index}">${SHAPES[index](x, y)}</g>`;
  };
  const keys = series.map((name, i) => mark(name, 20 + 120 * i, 46) + text(32 + 120 * i, 50, name));
  const grid = ticks.map((tick) => {
    const x = place(tick);
    const kind = tick === 1 ? 'one' : 'grid';
    return (
      `<line class="${kind}" x1="${x}" x2="${x}" y1="${TOP - 4}" y2="${height - BOTTOM}"/>` +
      text(x, height - 8, `${tick}`, ' text-anchor="middle" class="quiet"')
    );
  });
  const rows = lines.map(({ label, points }, i) => {
    const y = TOP + LINE_HEIGHT * (i + 0.5);
    const marks = points.map(({ series: name, value }) => mark(name, place(value), y));
    return text(LABELS_WIDTH - 14, y + 4, label, ' text-anchor="end"') + marks.join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}
</style>
${text(14, 24, title, ' font-weight="600"')}
${text(14, TOP - 8, note, ' class="quiet" font-size="10"')}
${[...keys, ...grid, ...rows].join('\n')}
</svg>
`;
}

/** 1, 2, 5 and their decades, from one that is not above the least of the values and of 1 to one that is not below the most. */
export function ticksAround(values) {
  const least = Math.min(1, ...values);
  const most = Math.max(1, ...values);
  const all = [];
  for (let power = -6; power <= 6; power++) for (const step of [1, 2, 5]) all.push(Number(`${step}e${power}`));
  const first = all.findLastIndex((tick) => tick <= least);
  const last = all.findIndex((tick) => tick >= most);
  return all.slice(Math.max(0, first), last === first ? last + 2 : last + 1);
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function round(number) {
  return Math.round(10 * number) / 10;
}
