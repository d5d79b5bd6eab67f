/** What is promised of a row, against what was measured. */

/** Whose ratios are promised: a peer, or the fastest of those whose work is done by C++ and Rust on all cores. */
export const PEERS = {
  zarrita: { title: 'zarrita', names: ['zarrita'] },
  zarrPython: { title: 'zarr-python', names: ['zarr-python'] },
  native: { title: 'native', names: ['fused', 'zarrs', 'TensorStore'] },
};

/**
 * How we stand in a row: `figures` has, by the name of each participant, its seconds (or bytes). A reached ratio is how
 * many times the best of the peers takes as much as we: `one` for one thread, `pool` for the pool. `holds` is undefined
 * where nothing is promised, or nobody is there to compare with.
 */
export function verdicts({ promised }, figures) {
  return Object.entries(PEERS).map(([peer, { names }]) => {
    const best = names.filter((name) => figures.has(name)).sort((a, b) => figures.get(a) - figures.get(b))[0];
    const ratio = (own) => (best && figures.has(own) ? figures.get(best) / figures.get(own) : undefined);
    const reached = { one: ratio('zarr-ts'), pool: ratio('pool') };
    return { peer, best, reached, promised: promised[peer], holds: holds(promised[peer], reached) };
  });
}

function holds(promised, { one, pool }) {
  if (promised === undefined) return undefined;
  if (!Array.isArray(promised)) {
    const reached = [one, pool].filter((ratio) => ratio !== undefined);
    return reached.length === 0 ? undefined : Math.max(...reached) >= promised;
  }
  const parts = [one, pool].flatMap((ratio, i) =>
    ratio === undefined || promised[i] === undefined ? [] : [ratio >= promised[i]],
  );
  return parts.length === 0 ? undefined : parts.every(Boolean);
}

/** Whether memory grew by no more than what is promised of the result's size; undefined where that is not known. */
export function holdsMemory({ promised, bytes }, peakBytes) {
  if (promised.result === undefined || peakBytes === undefined) return undefined;
  return peakBytes <= promised.result * bytes;
}
