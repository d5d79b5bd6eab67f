/** How deflate and GDeflate write down the word lengths of codes (RFC 1951, section 3.2.7): runs of them are one symbol. */

/** A word length, or a run of them: the symbol of the code of lengths, and its bits. */
export interface WordLengthRun {
  readonly symbol: number;
  readonly value: number;
  readonly bits: number;
}

/** Word lengths, where runs of zeros (17, 18) and of the length before (16) are one symbol. */
export function wordLengthRuns(lengths: Uint8Array): WordLengthRun[] {
  const runs: WordLengthRun[] = [];
  for (let at = 0; at < lengths.length; ) {
    const symbol = lengths[at]!;
    const single = { symbol, value: 0, bits: 0 };
    let end = at + 1;
    while (end < lengths.length && lengths[end] === symbol) end++;
    if (symbol !== 0) {
      runs.push(single);
      at++;
    }
    while (end - at >= 3) {
      const taken = Math.min(end - at, symbol === 0 ? 138 : 6);
      if (symbol !== 0) runs.push({ symbol: 16, value: taken - 3, bits: 2 });
      else if (taken < 11) runs.push({ symbol: 17, value: taken - 3, bits: 3 });
      else runs.push({ symbol: 18, value: taken - 11, bits: 7 });
      at += taken;
    }
    for (; at < end; at++) runs.push(single);
  }
  return runs;
}
