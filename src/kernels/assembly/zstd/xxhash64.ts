/** XXH64 with seed 0, of which a zstd frame stores the low half as its checksum: RFC 8878, section 3.1.1. */

import { outputEnd, outputStart } from '../exchange';

const PRIME_1: u64 = 0x9e3779b185ebca87;
const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME_3: u64 = 0x165667b19e3779f9;
const PRIME_4: u64 = 0x85ebca77c2b2ae63;
const PRIME_5: u64 = 0x27d4eb2f165667c5;
const STRIPE_BYTES: usize = 32;

/** The low half of the hash of the output from `start` to `end`, as a signed number. */
export function xxhash64Output(start: u32, end: u32): u32 {
  if (start > end || end > outputEnd - outputStart) unreachable();
  let at = outputStart + start;
  const hashEnd = outputStart + end;
  const length = end - start;
  let hash = PRIME_5;
  if (<usize>length >= STRIPE_BYTES) {
    let lane1 = PRIME_1 + PRIME_2;
    let lane2 = PRIME_2;
    let lane3: u64 = 0;
    let lane4 = -PRIME_1;
    for (; at + STRIPE_BYTES <= hashEnd; at += STRIPE_BYTES) {
      lane1 = round(lane1, load<u64>(at));
      lane2 = round(lane2, load<u64>(at, 8));
      lane3 = round(lane3, load<u64>(at, 16));
      lane4 = round(lane4, load<u64>(at, 24));
    }
    hash = rotl(lane1, 1) + rotl(lane2, 7) + rotl(lane3, 12) + rotl(lane4, 18);
    hash = merge(merge(merge(merge(hash, lane1), lane2), lane3), lane4);
  }
  hash += length;
  for (; at + 8 <= hashEnd; at += 8) hash = rotl(hash ^ round(0, load<u64>(at)), 27) * PRIME_1 + PRIME_4;
  if (at + 4 <= hashEnd) {
    hash = rotl(hash ^ (load<u32>(at) * PRIME_1), 23) * PRIME_2 + PRIME_3;
    at += 4;
  }
  for (; at < hashEnd; at++) hash = rotl(hash ^ (load<u8>(at) * PRIME_5), 11) * PRIME_1;
  hash = (hash ^ (hash >> 33)) * PRIME_2;
  hash = (hash ^ (hash >> 29)) * PRIME_3;
  return <u32>(hash ^ (hash >> 32));
}

// @ts-ignore: decorator
@inline
function round(lane: u64, input: u64): u64 {
  return rotl(lane + input * PRIME_2, 31) * PRIME_1;
}

// @ts-ignore: decorator
@inline
function merge(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
}
