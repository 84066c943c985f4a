/**
 * Which part of the photo the network looks at. The numbers are those of `feedback/crop.py` and
 * `tasks/interactive/view.py`, whose functions have the same names.
 */

import { partsOf } from "./parts.js";

/** @import { BoxMark, ClickMark } from "../types.js" */

/** @typedef {{ x0: number, y0: number, x1: number, y1: number, outW: number, outH: number }} Crop Whole pixels, seen at a size. */
/** @typedef {ClickMark | BoxMark} Told A mark that the network can be told. */
/** @typedef {{ data: Uint8Array, width: number, height: number }} Mask 1 on the object. */

const MULTIPLE = 32;
const ZOOM_BELOW = 0.7;
const KEPT_PART = 0.05;

/** As Python rounds: halves to the even neighbour. @param {number} x */
export function roundEven(x) {
  const up = Math.round(x);
  return Math.abs(x % 1) === 0.5 && up % 2 ? up - 1 : up;
}

/** @param {ClickMark} click */
export const isForeground = ({ label }) => (label ?? "foreground") === "foreground";

/**
 * @param {number} width
 * @param {number} height
 * @param {number} longSide
 */
function viewSize(width, height, longSide) {
  const scale = longSide / Math.max(width, height);
  const side = (/** @type {number} */ s) => Math.max(MULTIPLE, roundEven((s * scale) / MULTIPLE) * MULTIPLE);
  return { outW: side(width), outH: side(height) };
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} longSide
 * @returns {Crop}
 */
export function wholeImage(width, height, longSide) {
  return { x0: 0, y0: 0, x1: width, y1: height, ...viewSize(width, height, longSide) };
}

/**
 * @param {[number, number, number, number]} extent x0, y0, x1, y1.
 * @param {{ width: number, height: number, margin: number, longSide: number }} how
 * @returns {Crop}
 */
export function around([x0, y0, x1, y1], { width, height, margin, longSide }) {
  let w = Math.max((x1 - x0) * margin, longSide / 4);
  let h = Math.max((y1 - y0) * margin, longSide / 4);
  [w, h] = [Math.max(w, h / 2), Math.max(h, w / 2)];
  const [left, right] = fit((x0 + x1) / 2, w, width);
  const [top, bottom] = fit((y0 + y1) / 2, h, height);
  return { x0: left, y0: top, x1: right, y1: bottom, ...viewSize(right - left, bottom - top, longSide) };
}

/**
 * @param {number} centre
 * @param {number} length
 * @param {number} limit
 */
function fit(centre, length, limit) {
  const whole = Math.min(Math.ceil(length), limit);
  const start = Math.min(Math.max(roundEven(centre - length / 2), 0), limit - whole);
  return [start, start + whole];
}

/**
 * @param {Crop} crop
 * @param {{ x: number, y: number }} at
 */
export function toView({ x0, y0, x1, y1, outW, outH }, { x, y }) {
  return { x: ((x - x0) * outW) / (x1 - x0), y: ((y - y0) * outH) / (y1 - y0) };
}

/**
 * @param {Crop} crop
 * @param {{ x: number, y: number }} at
 */
export const contains = ({ x0, y0, x1, y1 }, { x, y }) => x0 <= x && x < x1 && y0 <= y && y < y1;

/**
 * @param {Told[]} marks
 * @param {Mask} mask
 * @param {{ whole: Crop, viewPx: number, margin: number }} how
 * @returns {Crop}
 */
export function chooseView(marks, mask, { whole, viewPx, margin }) {
  const { width, height } = mask;
  const boxes = marks.filter((mark) => mark.type === "box").map(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1]);
  const parts = partsOf(mask);
  const largest = Math.max(0, ...parts.map(({ area }) => area));
  for (const { area, box } of parts) if (area >= KEPT_PART * largest) boxes.push(box);
  if (!boxes.length) return whole;
  const clicks = marks.filter((mark) => mark.type === "click");
  for (const click of clicks) {
    if (isForeground(click) || click === clicks[clicks.length - 1]) boxes.push([click.x, click.y, click.x, click.y]);
  }
  const side = (/** @type {number} */ i) => boxes.map((box) => box[i]);
  const zoomed = around(
    [
      Math.max(0, Math.min(...side(0))),
      Math.max(0, Math.min(...side(1))),
      Math.min(width, Math.max(...side(2))),
      Math.min(height, Math.max(...side(3))),
    ],
    { width, height, margin, longSide: viewPx },
  );
  const share = ((zoomed.x1 - zoomed.x0) * (zoomed.y1 - zoomed.y0)) / (width * height);
  return share >= ZOOM_BELOW ? whole : zoomed;
}

/**
 * @param {Crop} crop
 * @param {Mask} mask
 */
export function cutsOff({ x0, y0, x1, y1 }, { data, width, height }) {
  for (let x = x0; x < x1; x++) {
    if (y0 > 0 && data[y0 * width + x]) return true;
    if (y1 < height && data[(y1 - 1) * width + x]) return true;
  }
  for (let y = y0; y < y1; y++) {
    if (x0 > 0 && data[y * width + x0]) return true;
    if (x1 < width && data[y * width + x1 - 1]) return true;
  }
  return false;
}
