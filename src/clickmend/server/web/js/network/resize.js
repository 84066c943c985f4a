/** Pictures at another size, as `resize` of `feedback/crop.py` has them from OpenCV. */

import { roundEven } from "./geometry.js";

/**
 * A rectangle of one channel.
 * @typedef {object} Part
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {number} stride Numbers in a row of the picture.
 * @property {number} [step] Numbers in a pixel.
 * @property {number} [channel]
 */

/**
 * @param {ArrayLike<number>} data
 * @param {Part} part
 * @param {number} outW
 * @param {number} outH
 * @returns {Float32Array} Row by row.
 */
export function resized(data, { left, top, width, height, stride, step = 1, channel = 0 }, outW, outH) {
  const shrinks = outW < width || outH < height;
  const how = shrinks && outW <= width && outH <= height ? area : between(shrinks);
  const across = taps(width, outW, how);
  const down = taps(height, outH, how);
  // In single precision and in this order, or a pixel in a thousand would be another, and then the next view.
  const rows = new Float32Array(height * outW);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * stride + left * step + channel;
    for (let x = 0; x < outW; x++) {
      let sum = 0;
      for (let i = across.first[x]; i < across.first[x + 1]; i++) {
        sum = Math.fround(sum + Math.fround(across.weight[i] * data[from + across.at[i] * step]));
      }
      rows[y * outW + x] = sum;
    }
  }
  const out = new Float32Array(outW * outH);
  for (let y = 0; y < outH; y++) {
    for (let i = down.first[y]; i < down.first[y + 1]; i++) {
      const [weight, row, to] = [down.weight[i], down.at[i] * outW, y * outW];
      for (let x = 0; x < outW; x++) out[to + x] += Math.fround(weight * rows[row + x]);
    }
  }
  return out;
}

/**
 * The same of a photo: whole numbers, rounded as OpenCV rounds them.
 * Where a side grows, that is with 11 bits for each share and fewer on the way: one pixel in eight is lower for it.
 * @param {ArrayLike<number>} data
 * @param {Part} part
 * @param {number} outW
 * @param {number} outH
 * @returns {Float32Array}
 */
export function resizedPhoto(data, part, outW, outH) {
  const { left, top, width, height, stride, step = 1, channel = 0 } = part;
  if (outW <= width && outH <= height) {
    // Halves go to the even neighbour, and up where four pixels become one. By whole numbers OpenCV adds whole
    // numbers, so that what is no half but for rounding is one.
    const [whole, halved] = [width % outW === 0 && height % outH === 0, width === 2 * outW && height === 2 * outH];
    const round = halved ? Math.round : roundEven;
    return resized(data, part, outW, outH).map((level) => round(whole ? Math.round(level * 4096) / 4096 : level));
  }
  const shrinks = outW < width || outH < height;
  const across = shares(width, outW, shrinks);
  const down = shares(height, outH, shrinks);
  const rows = new Int32Array(height * outW);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * stride + left * step + channel;
    for (let x = 0; x < outW; x++) {
      const { low, high, far, near } = across[x];
      rows[y * outW + x] = near * data[from + low * step] + far * data[from + high * step];
    }
  }
  const out = new Float32Array(outW * outH);
  for (let y = 0; y < outH; y++) {
    const { low, high, far, near } = down[y];
    for (let x = 0; x < outW; x++) {
      const [above, below] = [rows[low * outW + x] >> 4, rows[high * outW + x] >> 4];
      out[y * outW + x] = (((near * above) >> 16) + ((far * below) >> 16) + 2) >> 2;
    }
  }
  return out;
}

/**
 * @param {number} size
 * @param {number} out
 * @param {boolean} shrinks Whether one of the sides does.
 */
function shares(size, out, shrinks) {
  return Array.from({ length: out }, (_, k) => {
    const { low, share } = placeOf(k, size / out, shrinks);
    const inside = (/** @type {number} */ at) => Math.min(Math.max(at, 0), size - 1);
    const over = Math.fround(share);
    return { low: inside(low), high: inside(low + 1), far: roundEven(over * 2048), near: roundEven(Math.fround(1 - over) * 2048) };
  });
}

/**
 * What each number is made of: those from `first[k]` up to `first[k + 1]` belong to the k-th.
 * @param {number} size
 * @param {number} out
 * @param {(k: number, scale: number, add: (at: number, weight: number) => void) => void} how
 */
function taps(size, out, how) {
  const first = [0];
  /** @type {number[]} */
  const at = [];
  /** @type {number[]} */
  const weight = [];
  for (let k = 0; k < out; k++) {
    how(k, size / out, (place, share) => {
      if (share <= 0) return;
      at.push(Math.min(Math.max(place, 0), size - 1));
      weight.push(Math.fround(share));
    });
    first.push(at.length);
  }
  return { first, at, weight };
}

/**
 * Between which two a number lies, and how near it is to the second: bilinear where both sides grow; where
 * one grows and one shrinks, of pixels as squares.
 * @param {number} k
 * @param {number} scale
 * @param {boolean} shrinks
 */
function placeOf(k, scale, shrinks) {
  if (!shrinks) {
    const place = Math.fround((k + 0.5) * scale - 0.5);
    return { low: Math.floor(place), share: place - Math.floor(place) };
  }
  const low = Math.floor(k * scale);
  const over = k + 1 - (low + 1) / scale;
  return { low, share: over <= 0 ? 0 : over - Math.floor(over) };
}

/**
 * @param {boolean} shrinks
 * @returns {Parameters<typeof taps>[2]}
 */
const between = (shrinks) => (k, scale, add) => {
  const { low, share } = placeOf(k, scale, shrinks);
  add(low, 1 - share);
  add(low + 1, share);
};

/** Both sides shrink: the mean of the area. @type {Parameters<typeof taps>[2]} */
function area(k, scale, add) {
  const [from, to] = [k * scale, (k + 1) * scale];
  for (let i = Math.floor(from); i < to; i++) {
    const share = (Math.min(to, i + 1) - Math.max(from, i)) / scale;
    if (share * scale > 1e-3) add(i, share);
  }
}
