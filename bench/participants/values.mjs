/**
 * The values of the benchmark's arrays. values.py has the same in Python.
 *
 * `field`: (x + ⌊y²/32⌋ + z³) mod 65536 at (z, y, x), that of the public benchmark. `noisy`: what a camera sees, a smooth
 * picture whose last five bits are noise; it shrinks to about a half. Arrays with fewer axes have those at the end.
 */

/** The values in a window of `shape` at `start`, in C order. */
export function valuesAt(values, start, shape) {
  const [depth, height, width] = threeOf(shape, 1);
  const [firstZ, firstY, firstX] = threeOf(start, 0);
  const data = new Uint16Array(depth * height * width);
  const fill = values === 'field' ? fillField : fillNoisy;
  let at = 0;
  for (let z = firstZ; z < firstZ + depth; z++) {
    for (let y = firstY; y < firstY + height; y++) {
      fill(data.subarray(at, at + width), z, y, firstX);
      at += width;
    }
  }
  return data;
}

/** Where `data` is not what the window of `shape` at `start` holds; undefined where it is. */
export function wrongValue(values, start, shape, data) {
  const size = shape.reduce((left, right) => left * right, 1);
  if (data.length !== size) return `expected ${size} values, got ${data.length}`;
  // By the first axis, so that not everything is there twice.
  const part = size / shape[0];
  for (let i = 0; i < shape[0]; i++) {
    const expected = valuesAt(values, [start[0] + i, ...start.slice(1)], [1, ...shape.slice(1)]);
    for (let j = 0; j < part; j++) {
      if (data[i * part + j] === expected[j]) continue;
      return `expected ${expected[j]} at ${i * part + j} of ${size} values, got ${data[i * part + j]}`;
    }
  }
  return undefined;
}

function fillField(row, z, y, firstX) {
  const rest = Math.floor((y * y) / 32) + z ** 3;
  for (let x = 0; x < row.length; x++) row[x] = firstX + x + rest;
}

function fillNoisy(row, z, y, firstX) {
  const smooth = Math.floor((y * y) / 32) + 7 * z;
  const seed = Math.imul(y, 0x85ebca77) ^ Math.imul(z, 0xc2b2ae3d);
  for (let i = 0; i < row.length; i++) {
    const x = firstX + i;
    let noise = Math.imul(x, 0x9e3779b1) ^ seed;
    noise = Math.imul(noise ^ (noise >>> 15), 0x2c1b3c6d);
    row[i] = ((x + smooth) & 0xfe0) + (noise >>> 27);
  }
}

function threeOf(lengths, missing) {
  return [...Array(3 - lengths.length).fill(missing), ...lengths];
}
