/**
 * Huffman codes: how long the words of a prefix code should be. It gives the lengths that `../../codecs/compressors/prefix-lengths.ts`
 * gives.
 *
 * Bounds: at most 288 symbols, at least two of which occur, each less than 2^22 times.
 */

const MOST_SYMBOLS: u32 = 288;
const SYMBOL_BITS: u32 = 9;
const SYMBOL_MASK: u32 = (1 << SYMBOL_BITS) - 1;

/** u32 × 288: the symbols that occur, the rarest first, under their counts: count · 512 + symbol. */
const RANKED: usize = memory.data(288 * 4, 16);
/** { u32 weight, u32 parent, later depth } × 575: leaves by rank, then the nodes that join two. */
const NODES: usize = memory.data(576 * 8, 16);

/** Stores a word length of at most `longest` bits for each of the counted symbols, 0 where it does not occur. */
export function makePrefixLengths(counts: usize, symbolCount: u32, longest: u32, lengths: usize): void {
  if (symbolCount > MOST_SYMBOLS) unreachable();
  memory.fill(lengths, 0, symbolCount);
  const leaves = collectSymbols(counts, symbolCount);
  if (leaves < 2) unreachable();
  sortSymbols(leaves);
  while (!storeHuffmanLengths(leaves, longest, lengths)) {
    // Flatter counts make a flatter tree, at last one as flat as it can be, when all are 1 or 2.
    for (let rank: u32 = 0; rank < leaves; rank++) {
      const key = load<u32>(RANKED + (<usize>rank << 2));
      store<u32>(RANKED + (<usize>rank << 2), (((key >> (SYMBOL_BITS + 1)) + 1) << SYMBOL_BITS) | (key & SYMBOL_MASK));
    }
    sortSymbols(leaves);
  }
}

/** Stores the lengths by Huffman's algorithm; false if one is too long. */
function storeHuffmanLengths(leaves: u32, longest: u32, lengths: usize): bool {
  const nodes = joinNodes(leaves);
  // From the root down, each parent is replaced by a depth.
  store<u32>(nodeAt(nodes - 1), 0, 4);
  for (let node: i32 = nodes - 2; node >= 0; node--) {
    const place = nodeAt(node);
    const depth = load<u32>(nodeAt(load<u32>(place, 4)), 4) + 1;
    store<u32>(place, depth, 4);
    if (node >= <i32>leaves) continue;
    if (depth > longest) return false;
    store<u8>(lengths + (load<u32>(RANKED + (<usize>node << 2)) & SYMBOL_MASK), <u8>depth);
  }
  return true;
}

// @ts-ignore: decorator
@inline
function nodeAt(node: u32): usize {
  return NODES + (<usize>node << 3);
}

/** Puts the symbols that occur to RANKED, in their order; how many there are. */
function collectSymbols(counts: usize, symbolCount: u32): u32 {
  let leaves: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbolCount; symbol++) {
    const count = load<u32>(counts + (<usize>symbol << 2));
    if (count == 0) continue;
    store<u32>(RANKED + (<usize>leaves << 2), (count << SYMBOL_BITS) | symbol);
    leaves++;
  }
  return leaves;
}

/** Shell's sort: no more memory, and fast enough for so few. */
function sortSymbols(leaves: u32): void {
  for (let gap: u32 = 121; gap > 0; gap /= 3) {
    for (let i = gap; i < leaves; i++) {
      const moved = load<u32>(RANKED + (<usize>i << 2));
      let hole = i;
      while (hole >= gap && load<u32>(RANKED + (<usize>(hole - gap) << 2)) > moved) {
        store<u32>(RANKED + (<usize>hole << 2), load<u32>(RANKED + (<usize>(hole - gap) << 2)));
        hole -= gap;
      }
      store<u32>(RANKED + (<usize>hole << 2), moved);
    }
  }
}

/** Joins the two lightest nodes until one is left; how many nodes there are. */
function joinNodes(leaves: u32): u32 {
  const nodes: u32 = 2 * leaves - 1;
  for (let rank: u32 = 0; rank < leaves; rank++) {
    store<u32>(nodeAt(rank), load<u32>(RANKED + (<usize>rank << 2)) >> SYMBOL_BITS);
  }
  // Both leaves and joined nodes come in rising order, so the lightest is at the front of one of the two.
  let leaf: u32 = 0;
  let joined = leaves;
  for (let node = leaves; node < nodes; node++) {
    let weight: u32 = 0;
    for (let side = 0; side < 2; side++) {
      const takesLeaf = leaf < leaves && (joined >= node || load<u32>(nodeAt(leaf)) <= load<u32>(nodeAt(joined)));
      const lighter = nodeAt(takesLeaf ? leaf++ : joined++);
      weight += load<u32>(lighter);
      store<u32>(lighter, node, 4);
    }
    store<u32>(nodeAt(node), weight);
  }
  return nodes;
}
