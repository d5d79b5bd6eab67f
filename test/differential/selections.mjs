// Random selections, for arrays of a shape that is known: sensible ones, and a few that no array has.

/** A method and a selection for it; `isWrite` leaves out what writes to one element twice. */
export function randomSelection(random, shape, chunks, isWrite = false) {
  if (random.chance(0.03)) return strangeSelection(random, shape);
  const choices = [
    [7, basic],
    [3, orthogonal],
    [2, text],
  ];
  if (shape.length > 0) choices.push([3, coordinate], [2, mask], [2, blocks]);
  return random.weighted(choices)(random, shape, chunks, isWrite);
}

function basic(random, shape) {
  if (random.chance(0.1)) return { method: 'get', selection: { single: '...' } };
  const entries = shape.map((length) =>
    random.weighted([
      [4, () => ({ slice: sliceOf(random, length) })],
      [2, () => (length > 0 ? random.integer(-length, length - 1) : { slice: [null, null, null] })],
      [2, () => ({ slice: [null, null, null] })],
    ])(),
  );
  const method = random.pick(['get', 'basic']);
  if (entries.length > 0 && random.chance(0.2)) entries.pop();
  if (entries.length > 0 && random.chance(0.2)) entries[random.integer(0, entries.length - 1)] = '...';
  if (entries.length === 1 && random.chance(0.3)) return { method, selection: { single: entries[0] } };
  return { method, selection: { entries } };
}

function sliceOf(random, length) {
  const end = () => (random.chance(0.25) ? null : random.integer(-length - 1, length + 2));
  const step = random.weighted([
    [6, null],
    [3, random.integer(1, 4)],
    [1, -random.integer(1, 3)],
  ]);
  return [end(), end(), step];
}

function orthogonal(random, shape, _chunks, isWrite) {
  const entries = shape.map((length) =>
    random.weighted([
      [3, () => ({ [random.pick(['list', 'array'])]: indices(random, length, isWrite) })],
      [2, () => ({ [random.pick(['bools', 'boolArray'])]: bits(random, length) })],
      [2, () => ({ slice: sliceOf(random, length).with(2, random.pick([null, 2])) })],
      [1, () => (length > 0 ? random.integer(-length, length - 1) : { slice: [null, null, null] })],
    ])(),
  );
  return { method: random.pick(['oindex', 'oindex', 'orthogonal', 'get']), selection: { entries } };
}

/** Indices along an axis: in any order, negative ones too, and for reading some twice. */
function indices(random, length, isDistinct) {
  if (length === 0) return [];
  const places = random.sample(
    Array.from({ length }, (_, place) => place),
    random.integer(1, Math.min(length, 5)),
  );
  if (!isDistinct && random.chance(0.4)) places.push(random.pick(places));
  if (random.chance(0.5)) places.sort((a, b) => a - b);
  return places.map((place) => (random.chance(0.15) ? place - length : place));
}

const bits = (random, length) => Array.from({ length }, () => Number(random.chance(0.5)));

function coordinate(random, shape, _chunks, isWrite) {
  const method = random.pick(['vindex', 'coordinate', 'get']);
  if (shape.some((length) => length === 0)) return { method, selection: { entries: shape.map(() => ({ array: [] })) } };
  const count = random.integer(1, 6);
  let points = Array.from({ length: count }, () => shape.map((length) => random.integer(0, length - 1)));
  if (isWrite) points = [...new Map(points.map((point) => [point.join(), point])).values()];
  const entries = shape.map((length, axis) => {
    const list = points.map((point) => (random.chance(0.1) ? point[axis] - length : point[axis]));
    return { [random.pick(['list', 'array'])]: list };
  });
  return { method, selection: { entries } };
}

function mask(random, shape) {
  const count = shape.reduce((product, length) => product * length, 1);
  const single = { mask: { shape, bits: bits(random, count) } };
  return { method: random.pick(['mask', 'vindex', 'get']), selection: { single } };
}

function blocks(random, shape, chunks) {
  const entries = shape.map((length, axis) => {
    const edge = Number(chunks?.[axis]);
    const count = Math.ceil(length / (edge > 0 ? edge : Math.max(1, length)));
    return random.weighted([
      [3, () => (count > 0 ? random.integer(-count, count - 1) : { slice: [null, null, null] })],
      [2, () => ({ slice: [null, null, null] })],
      [2, () => ({ slice: [count > 0 ? random.integer(0, count - 1) : null, random.integer(0, count + 1), null] })],
    ])();
  });
  return { method: random.pick(['blocks', 'block']), selection: { entries } };
}

/** A text of what NumPy has between its brackets. */
function text(random, shape) {
  if (shape.length === 0) return { method: 'get', selection: { text: '...' } };
  const parts = shape.map((length) => {
    if (length > 0 && random.chance(0.3)) return String(random.integer(-length, length - 1));
    return sliceOf(random, length)
      .map((part) => part ?? '')
      .join(':')
      .replace(/:$/, '');
  });
  if (random.chance(0.2)) parts[random.integer(0, parts.length - 1)] = '...';
  return { method: random.pick(['get', 'oindex']), selection: { text: parts.join(', ') } };
}

/** Out of bounds, of a wrong rank, of a wrong kind. */
function strangeSelection(random, shape) {
  const [length = 0] = shape;
  return random.pick([
    { method: 'get', selection: { entries: [length + random.integer(0, 3)] } },
    { method: 'basic', selection: { entries: [-length - 1] } },
    { method: 'get', selection: { entries: [...shape.map(() => 0), 0] } },
    { method: 'get', selection: { entries: ['...', '...'] } },
    { method: 'oindex', selection: { entries: [{ list: [0, length] }] } },
    { method: 'oindex', selection: { entries: [{ bools: bits(random, length + 1) }] } },
    { method: 'vindex', selection: { entries: [{ slice: [null, null, null] }] } },
    { method: 'vindex', selection: { entries: shape.map(() => ({ list: [100] })) } },
    { method: 'vindex', selection: { entries: shape.map((_, axis) => ({ list: [0, 0, 0].slice(0, axis + 2) })) } },
    { method: 'mask', selection: { single: { mask: { shape: [3], bits: [1, 0, 1] } } } },
    { method: 'blocks', selection: { entries: [1000] } },
    { method: 'blocks', selection: { entries: [{ slice: [0, 2, 2] }] } },
    { method: 'basic', selection: { entries: [{ list: [0] }] } },
    { method: 'get', selection: { entries: [{ slice: [0, 1, 0] }] } },
    { method: 'get', selection: { entries: [1.5] } },
  ]);
}

/** The shape of what a selection takes; undefined where that is not worth knowing. */
export function shapeOf({ method, selection }, shape) {
  if (selection.text !== undefined || method === 'blocks' || method === 'block') return undefined;
  const single = selection.single;
  if (single?.mask !== undefined) return [single.mask.bits.filter(Boolean).length];
  const entries = selection.entries ?? [single];
  if (entries.some((entry) => entry.slice?.[2] === 0 || (typeof entry === 'number' && !Number.isInteger(entry))))
    return undefined;
  const filled = filledEntries(entries, shape);
  if (filled === undefined) return undefined;
  const lists = filled.filter((entry) => entry.list !== undefined || entry.array !== undefined);
  const isPoints = lists.length > 0 && filled.every((entry) => typeof entry === 'number' || lists.includes(entry));
  if (
    method === 'vindex' ||
    method === 'coordinate' ||
    (method === 'get' && isPoints && lists.length === shape.length)
  ) {
    return lists.length > 0 ? [(lists[0].list ?? lists[0].array).length] : undefined;
  }
  if (method === 'get' && isPoints) return undefined;
  return filled.flatMap((entry, axis) => lengthOf(entry, shape[axis]));
}

function filledEntries(entries, shape) {
  const at = entries.indexOf('...');
  if (entries.filter((entry) => entry === '...').length > 1 || entries.length > shape.length + (at < 0 ? 0 : 1)) {
    return undefined;
  }
  const missing = Array.from({ length: shape.length - entries.length + (at < 0 ? 0 : 1) }, () => ({
    slice: [null, null, null],
  }));
  return at < 0 ? [...entries, ...missing] : [...entries.slice(0, at), ...missing, ...entries.slice(at + 1)];
}

function lengthOf(entry, length) {
  if (typeof entry === 'number') return [];
  if (entry.list ?? entry.array) return [(entry.list ?? entry.array).length];
  if (entry.bools ?? entry.boolArray) return [(entry.bools ?? entry.boolArray).filter(Boolean).length];
  const [start, stop, step] = entry.slice;
  const by = step ?? 1;
  const bound = (value, byDefault, least, most) => {
    if (value === null) return byDefault;
    return Math.min(Math.max(value < 0 ? value + length : value, least), most);
  };
  const from = by > 0 ? bound(start, 0, 0, length) : bound(start, length - 1, -1, length - 1);
  const to = by > 0 ? bound(stop, length, 0, length) : bound(stop, -1, -1, length - 1);
  return [Math.max(0, Math.ceil((to - from) / by))];
}
