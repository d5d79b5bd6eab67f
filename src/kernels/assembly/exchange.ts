/**
 * The memory by which bytes come and go: input, output, and scratch memory between them, one after another behind the
 * static data. What one call leaves there is gone with the next `reserve`.
 *
 * Use: `reserve`, put the input where that says, call a kernel; its output lies at `outputAddress`.
 *
 * Bounds: memory grows to what the largest call needs. Around each part are bytes that may be read and written, so that
 * kernels can copy and look ahead in whole vectors.
 */

const PAGE_BYTES: usize = 1 << 16;
const PADDING: usize = 320;

export let inputStart: usize = 0;
export let inputEnd: usize = 0;
export let scratchStart: usize = 0;
export let scratchEnd: usize = 0;
export let outputStart: usize = 0;
export let outputEnd: usize = 0;

/** Makes room for so many bytes, and returns where to put the input, or 0 if there is no memory. */
export function reserve(inputBytes: u32, scratchBytes: u32, outputBytes: u32): usize {
  inputStart = aligned(__heap_base + PADDING);
  inputEnd = inputStart + inputBytes;
  scratchStart = aligned(inputEnd + PADDING);
  scratchEnd = scratchStart + scratchBytes;
  outputStart = aligned(scratchEnd + PADDING);
  outputEnd = outputStart + outputBytes;
  if (inputEnd < inputStart || scratchStart < inputEnd || scratchEnd < scratchStart) unreachable();
  if (outputStart < scratchEnd || outputEnd < outputStart || outputEnd + PADDING < outputEnd) unreachable();
  const neededPages = (outputEnd + PADDING) / PAGE_BYTES + 1;
  const pages = <usize>memory.size();
  if (neededPages > pages && memory.grow(<i32>(neededPages - pages)) < 0) return 0;
  return inputStart;
}

/** The input is so many other bytes, no more than there was room for; where to put them. */
export function refill(inputBytes: u32): usize {
  if (inputBytes > scratchStart - inputStart) unreachable();
  inputEnd = inputStart + inputBytes;
  return inputStart;
}

function aligned(address: usize): usize {
  return (address + 15) & ~15;
}

/** Where the output lies. */
export function outputAddress(): usize {
  return outputStart;
}
