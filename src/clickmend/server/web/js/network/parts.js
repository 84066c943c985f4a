/** Connected parts of a mask, with the eight neighbours of a pixel, as OpenCV counts them. */

/** @import { Mask } from "./geometry.js" */

/**
 * @param {Mask} mask
 * @returns {{ area: number, box: [number, number, number, number] }[]} x0, y0, x1, y1, in no order.
 */
export function partsOf(mask) {
  const seen = new Uint8Array(mask.data.length);
  const parts = [];
  for (let at = 0; at < seen.length; at++) {
    if (mask.data[at] && !seen[at]) parts.push(flood(mask, at, seen));
  }
  return parts;
}

/**
 * The part that holds a pixel, which counts as one of the mask; `_part_at` of `correction/masks.py`.
 * @param {Mask} mask
 * @param {number} at
 * @returns {Uint8Array}
 */
export function partAt(mask, at) {
  const seen = new Uint8Array(mask.data.length);
  flood(mask, at, seen);
  return seen;
}

/**
 * Mark all that is connected with a pixel.
 * @param {Mask} mask
 * @param {number} start
 * @param {Uint8Array} seen
 */
function flood({ data, width, height }, start, seen) {
  const waiting = [start];
  seen[start] = 1;
  let area = 0;
  const box = /** @type {[number, number, number, number]} */ ([width, height, 0, 0]);
  while (waiting.length) {
    const at = /** @type {number} */ (waiting.pop());
    const x = at % width;
    const y = (at - x) / width;
    area++;
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x >= box[2]) box[2] = x + 1;
    if (y >= box[3]) box[3] = y + 1;
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const next = row * width + column;
        if (data[next] && !seen[next]) {
          seen[next] = 1;
          waiting.push(next);
        }
      }
    }
  }
  return { area, box };
}
