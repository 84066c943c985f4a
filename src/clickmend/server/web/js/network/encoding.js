/** Marks as the channels that the network reads, as `networks/encoding.py` and `feedback/encoding.py` draw them. */

import { contains, isForeground, toView } from "./geometry.js";

/** @import { Crop, Told } from "./geometry.js" */

/** @typedef {{ kind: "disk" | "distance", radius_px: number, previous: boolean }} Encoding */

/**
 * Foreground clicks, background clicks, the box and the previous mask, one after the other.
 * @param {Encoding} encoding
 * @param {Told[]} marks
 * @param {Float32Array | null} previous Its probability over the view.
 * @param {Crop} crop
 */
export function encoded({ kind, radius_px: radius, previous: told }, marks, previous, crop) {
  const { outW: width, outH: height } = crop;
  const size = width * height;
  const channels = new Float32Array(4 * size);
  const clicks = marks.filter((mark) => mark.type === "click");
  for (const [channel, foreground] of [true, false].entries()) {
    const points = clicks.filter((click) => isForeground(click) === foreground && contains(crop, click)).map((click) => toView(crop, click));
    const draw = kind === "disk" ? diskMap : distanceMap;
    draw(channels.subarray(channel * size, (channel + 1) * size), points, { width, height, radius });
  }
  const box = marks.find((mark) => mark.type === "box");
  if (box) {
    const low = toView(crop, { x: box.x0, y: box.y0 });
    const high = toView(crop, { x: box.x1, y: box.y1 });
    const [x0, y0, x1, y1] = [low.x, low.y, high.x, high.y].map((c) => Math.max(0, Math.ceil(c - 0.5)));
    for (let y = y0; y < Math.min(y1, height); y++) channels.fill(1, 2 * size + y * width + x0, 2 * size + y * width + Math.min(Math.max(x0, x1), width));
  }
  if (previous && told) channels.set(previous, 3 * size);
  return channels;
}

/**
 * @param {Float32Array} out
 * @param {{ x: number, y: number }[]} points
 * @param {{ width: number, height: number, radius: number }} how
 */
function diskMap(out, points, { width, height, radius }) {
  for (const { x, y } of points) {
    for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, Math.ceil(y + radius) + 1); row++) {
      for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(width, Math.ceil(x + radius) + 1); column++) {
        if ((row + 0.5 - y) ** 2 + (column + 0.5 - x) ** 2 <= radius ** 2) out[row * width + column] = 1;
      }
    }
    out[pixel(y, height) * width + pixel(x, width)] = 1;
  }
}

/**
 * @param {Float32Array} out
 * @param {{ x: number, y: number }[]} points
 * @param {{ width: number, height: number, radius: number }} how
 */
function distanceMap(out, points, { width, height, radius }) {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let nearest = radius ** 2;
      for (const { x, y } of points) nearest = Math.min(nearest, (row + 0.5 - y) ** 2 + (column + 0.5 - x) ** 2);
      out[row * width + column] = Math.sqrt(nearest) / radius;
    }
  }
}

/**
 * The row or column that holds a place.
 * @param {number} place
 * @param {number} side
 */
export const pixel = (place, side) => Math.min(Math.max(Math.trunc(place), 0), side - 1);
