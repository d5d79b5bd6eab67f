// A small covering product. Every value of the first table meets every value of the second (and if asked, each of the
// third with each such pair), and each value of any table meets each value of any other at least once, without the
// millions of cases of the full product.

/**
 * Choices (one value per table) that cover all pairs. `tables` maps a table's name to its values; `impossible` is
 * told some values by table and says whether they exclude each other; `telling` has the tables again, with the values
 * that the cases of the first two tables are completed with; `depth` is of how many tables there are all combinations.
 */
export function pairwise({ tables, telling, impossible, depth = 2 }) {
  const names = Object.keys(tables);
  const met = new Set();
  const choices = [];
  const pairs = depth === 3 ? [...triplesOf(tables, names), ...pairsOf(tables, names)] : pairsOf(tables, names);
  for (const pair of pairs) {
    const isProduct = names.slice(0, depth).every((name) => name in pair);
    if (impossible(pair) || (met.has(keyOf(pair)) && !isProduct)) continue;
    const choice = complete(pair, isProduct ? telling : tables, names, met, impossible);
    if (choice === undefined) continue;
    choices.push(choice);
    for (const covered of pairsWithin(choice, names)) met.add(keyOf(covered));
  }
  return choices;
}

function* pairsOf(tables, names) {
  for (const [index, left] of names.entries()) {
    for (const right of names.slice(index + 1)) {
      for (const first of tables[left]) for (const second of tables[right]) yield { [left]: first, [right]: second };
    }
  }
}

function* triplesOf(tables, [one, two, three]) {
  for (const first of tables[one]) {
    for (const second of tables[two]) {
      for (const third of tables[three]) yield { [one]: first, [two]: second, [three]: third };
    }
  }
}

function* pairsWithin(choice, names) {
  for (const [index, left] of names.entries()) {
    for (const right of names.slice(index + 1)) yield { [left]: choice[left], [right]: choice[right] };
  }
}

function keyOf(pair) {
  return JSON.stringify(pair);
}

/** A pair completed with the values that meet the most values they have not met yet; undefined if nothing fits. */
function complete(pair, tables, names, met, impossible) {
  const choice = { ...pair };
  for (const [place, name] of names.entries()) {
    if (name in choice) continue;
    const fresh = (value) => {
      const others = names.filter((other) => other !== name && other in choice);
      const pairs = others.map((other) =>
        names.indexOf(other) < place
          ? { [other]: choice[other], [name]: value }
          : { [name]: value, [other]: choice[other] },
      );
      return pairs.filter((one) => !met.has(keyOf(one))).length;
    };
    const candidates = tables[name].filter((value) => !impossible({ ...choice, [name]: value }));
    if (candidates.length === 0) return undefined;
    // Ties go round the table, so that no value is always first.
    const turned = candidates.map((_, index) => candidates[(index + met.size) % candidates.length]);
    choice[name] = turned.reduce((best, value) => (fresh(value) > fresh(best) ? value : best));
  }
  return Object.fromEntries(names.map((name) => [name, choice[name]]));
}
