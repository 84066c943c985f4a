/** The borders of many objects, each traced within its own box. */

import { exactPath, smoothPath, traceLoops } from "./contour.js";

/** @import { Border, Plane } from "./types.js" */

/**
 * The loops of every number in a plane, by number; nothing where there is none.
 * @param {Plane} plane 0 is no object.
 * @param {number} count The largest number.
 * @returns {number[][][]}
 */
export function traceAll({ width, height, data }, count) {
  const boxes = boxesOf({ width, height, data }, count);
  return boxes.map((box, number) => {
    if (!number || box.x1 <= box.x0) return [];
    const mask = new Uint8Array((box.x1 - box.x0) * (box.y1 - box.y0));
    for (let y = box.y0, i = 0; y < box.y1; y++) {
      for (let x = box.x0; x < box.x1; x++, i++) mask[i] = data[y * width + x] === number ? 1 : 0;
    }
    return tracedIn(box, mask);
  });
}

/**
 * The loops of all that is not 0.
 * @param {Plane} plane
 * @returns {number[][]}
 */
export function traceOne({ width, data }) {
  let [first, last] = [0, data.length];
  while (first < last && !data[first]) first++;
  while (last > first && !data[last - 1]) last--;
  if (first === last) return [];
  const box = { x0: width, y0: Math.floor(first / width), x1: 0, y1: Math.ceil(last / width) };
  for (let y = box.y0; y < box.y1; y++) {
    let [left, right] = [0, width];
    while (left < box.x0 && !data[y * width + left]) left++;
    while (right > box.x1 && !data[y * width + right - 1]) right--;
    [box.x0, box.x1] = [left, right];
  }
  const mask = new Uint8Array((box.x1 - box.x0) * (box.y1 - box.y0));
  for (let y = box.y0, i = 0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++, i++) mask[i] = data[y * width + x] ? 1 : 0;
  }
  return tracedIn(box, mask);
}

/**
 * @param {{ x0: number, y0: number, x1: number, y1: number }} box
 * @param {Uint8Array} mask What is in it.
 */
function tracedIn({ x0, y0, x1, y1 }, mask) {
  const loops = traceLoops(mask, x1 - x0, y1 - y0);
  for (const loop of loops) {
    for (let i = 0; i < loop.length; i += 2) {
      loop[i] += x0;
      loop[i + 1] += y0;
    }
  }
  return loops;
}

/**
 * @param {number[][]} loops
 * @returns {Border}
 */
export function borderOf(loops) {
  return { smooth: smoothPath(loops), exact: exactPath(loops) };
}

/**
 * Where each number is, from (x0, y0) up to (x1, y1).
 * @param {Plane} plane
 * @param {number} count
 */
function boxesOf({ width, height, data }, count) {
  const boxes = Array.from({ length: count + 1 }, () => ({ x0: width, y0: height, x1: 0, y1: 0 }));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const number = data[i];
      if (!number) continue;
      const box = boxes[number];
      if (x < box.x0) box.x0 = x;
      if (x >= box.x1) box.x1 = x + 1;
      if (y < box.y0) box.y0 = y;
      box.y1 = y + 1;
    }
  }
  return boxes;
}
