/** Huffman codes: how long the words of a prefix code should be. */

/**
 * The word lengths of a prefix code for symbols of these frequencies, none longer than `longest`. A symbol of frequency 0
 * has no word. A single symbol has one of one bit.
 */
export function wordLengths(frequencies: ArrayLike<number>, longest: number): Uint8Array {
  let weights = Float64Array.from(frequencies);
  for (;;) {
    const lengths = huffmanLengths(weights);
    if (Math.max(...lengths) <= longest) return lengths;
    // Flatter weights make a flatter tree, at last one with all words alike.
    weights = weights.map((weight) => (weight === 0 ? 0 : Math.floor(weight / 2) + 1));
  }
}

function huffmanLengths(weights: Float64Array): Uint8Array {
  const lengths = new Uint8Array(weights.length);
  const symbols = [...weights.keys()].filter((symbol) => weights[symbol]! > 0);
  symbols.sort((a, b) => weights[a]! - weights[b]! || a - b);
  const { length: count } = symbols;
  if (count < 2) {
    for (const symbol of symbols) lengths[symbol] = 1;
    return lengths;
  }
  // Leaves in the order of their weights, then the nodes that join two, which come in that order by themselves.
  const sums = new Float64Array(2 * count - 1);
  const parents = new Int32Array(2 * count - 1);
  for (let i = 0; i < count; i++) sums[i] = weights[symbols[i]!]!;
  let leaf = 0;
  let joined = count;
  for (let node = count; node < sums.length; node++) {
    for (let side = 0; side < 2; side++) {
      const lighter = leaf < count && (joined >= node || sums[leaf]! <= sums[joined]!) ? leaf++ : joined++;
      sums[node]! += sums[lighter]!;
      parents[lighter] = node;
    }
  }
  const depths = new Uint16Array(sums.length);
  for (let node = sums.length - 2; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  for (let i = 0; i < count; i++) lengths[symbols[i]!] = Math.min(255, depths[i]!);
  return lengths;
}

/** The words of the canonical code of these lengths, the highest bit first. */
export function canonicalWords(lengths: Uint8Array): Uint32Array {
  const words = new Uint32Array(lengths.length);
  let word = 0;
  for (let length = 1; length <= 32; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) if (lengths[symbol] === length) words[symbol] = word++;
    word *= 2;
  }
  return words;
}

/** The words of the same code, the lowest bit first, as deflate writes them. */
export const reversedWords = (lengths: Uint8Array): Uint32Array =>
  canonicalWords(lengths).map((word, symbol) => reversed(word, lengths[symbol]!));

/** The lowest `length` bits of `word`, in the opposite order. */
function reversed(word: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((word >>> i) & 1) << (length - 1 - i);
  return result;
}
