/** The borders of many objects, each traced within its own box. */

import { exactPath, smoothPath, traceLoops } from "./contour.js";
import { once, shrunk } from "./layers.js";
import { boxApart } from "./tiles.js";

/** @import { Border, Box, Plane } from "./types.js" */

/** How far a smooth border may be from the pixels that it runs round, in these. */
const ASIDE = 1;

/** The borders of the numbers in a plane. They are traced when they are first asked for, and of a plane like one before only what differs. */
export class Outlines {
  #plane;
  #count;
  /** @type {Outlines | null} */
  #before;
  /** As fine as they were last asked for. @type {Traced | null} */
  #traced = null;

  /**
   * @param {Plane} plane 0 is no object.
   * @param {number} count The largest number.
   * @param {Outlines | null} [before] Of the plane which this one takes the place of.
   */
  constructor(plane, count, before = null) {
    this.#plane = plane;
    this.#count = count;
    this.#before = before && !before.#traced ? before.#before : before;
  }

  /**
   * @param {number} number
   * @param {number} every Of the middle pixel of each square of so many a side.
   * @returns {Border}
   */
  of(number, every) {
    return this.#at(every).all[number].border();
  }

  /**
   * Where the border of a number runs; nowhere where it has no pixels.
   * @param {number} number
   * @param {number} every As for `of`.
   * @returns {Box}
   */
  boxOf(number, every) {
    return finer(this.#at(every).all[number].box, every);
  }

  /**
   * Around all that differs from the borders before, theirs and these; null where that is not known.
   * @param {Outlines} before
   * @param {number} every As for `of`.
   * @returns {Box | null}
   */
  apart(before, every) {
    const { since } = this.#at(every);
    return since?.before.deref() === before ? finer(since.box, every) : null;
  }

  /**
   * @param {number} every
   * @returns {Traced}
   */
  #at(every) {
    if (this.#traced?.every !== every) this.#traced = this.#trace(every);
    return this.#traced;
  }

  /**
   * @param {number} every
   * @returns {Traced}
   */
  #trace(every) {
    const before = this.#before;
    this.#before = null;
    const small = every > 1 ? shrunk(this.#plane, every) : this.#plane;
    const known = before && before.#traced?.every === every ? before.#traced : null;
    const box = before && boxApart(this.#plane, before.#plane);
    if (!known || !box) {
      return { every, small, all: boxesOf(small, this.#count).map((one, number) => outlined(small, number, one, every)), since: null };
    }
    let differs = coarser(box, every);
    const changed = changedIn(differs, small, known.small);
    const all = Array.from({ length: this.#count + 1 }, (_, number) => {
      const [old, fresh] = [known.all[number], changed.get(number)];
      if (!fresh) return old ?? outlined(small, number, NOWHERE, every);
      const now = outlined(small, number, old ? around(old.box, fresh) : fresh, every);
      differs = [old?.box ?? NOWHERE, now.box].reduce(around, differs);
      return now;
    });
    for (const number of changed.keys()) if (number > this.#count) differs = around(differs, known.all[number].box);
    return { every, small, all, since: { before: new WeakRef(before), box: differs } };
  }
}

/**
 * The borders by number, the pixels that they run between, and around what they differ from those they were made of.
 * @typedef {{ every: number, small: Plane, all: Outlined[], since: { before: WeakRef<Outlines>, box: Box } | null }} Traced
 */

/** @typedef {{ box: Box, border: () => Border }} Outlined */

/** @type {Box} */
export const NOWHERE = { x0: Infinity, y0: Infinity, x1: 0, y1: 0 };

/**
 * @param {Box} one
 * @param {Box} other
 */
export const meet = (one, other) => one.x0 < other.x1 && other.x0 < one.x1 && one.y0 < other.y1 && other.y0 < one.y1;

/**
 * @param {Plane} plane
 * @param {number} number
 * @param {Box} box Where it is looked for; it is nowhere else.
 * @param {number} every How many pixels of the photo are one of the plane.
 * @returns {Outlined}
 */
function outlined({ width, data }, number, box, every) {
  if (!number || box.x1 <= box.x0) return { box: NOWHERE, border: once(() => borderOf([])) };
  const mask = new Uint8Array((box.x1 - box.x0) * (box.y1 - box.y0));
  for (let y = box.y0, i = 0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++, i++) mask[i] = data[y * width + x] === number ? 1 : 0;
  }
  const loops = tracedIn(box, mask);
  return { box: boxOf(loops), border: once(() => borderOf(loops, every)) };
}

/**
 * The numbers whose pixels differ between two planes, each with the box of those that it has got.
 * @param {Box} place Where the planes may differ.
 * @param {Plane} plane
 * @param {Plane} before
 */
function changedIn(place, { width, data }, { data: old }) {
  /** @type {Map<number, Box>} */
  const found = new Map();
  const boxOfNumber = (/** @type {number} */ number) => {
    const box = found.get(number) ?? { ...NOWHERE };
    found.set(number, box);
    return box;
  };
  let [gone, last, box] = [-1, -1, NOWHERE];
  for (let y = place.y0; y < place.y1; y++) {
    for (let x = place.x0, i = y * width + x; x < place.x1; x++, i++) {
      if (data[i] === old[i]) continue;
      if (old[i] !== gone) boxOfNumber((gone = old[i]));
      if (data[i] !== last) [last, box] = [data[i], boxOfNumber(data[i])];
      if (x < box.x0) box.x0 = x;
      if (x >= box.x1) box.x1 = x + 1;
      if (y < box.y0) box.y0 = y;
      box.y1 = y + 1;
    }
  }
  return found;
}

/**
 * The squares that pixels of a box are in.
 * @param {Box} box
 * @param {number} every The side of a square.
 * @returns {Box}
 */
const coarser = ({ x0, y0, x1, y1 }, every) => ({
  x0: Math.floor(x0 / every),
  y0: Math.floor(y0 / every),
  x1: Math.ceil(x1 / every),
  y1: Math.ceil(y1 / every),
});

/**
 * The pixels in which a border runs round squares of a box.
 * @param {Box} box
 * @param {number} every The side of a square.
 * @returns {Box}
 */
const finer = ({ x0, y0, x1, y1 }, every) =>
  x1 <= x0 ? NOWHERE : { x0: every * (x0 - ASIDE), y0: every * (y0 - ASIDE), x1: every * (x1 + ASIDE), y1: every * (y1 + ASIDE) };

/** @param {number[][]} loops */
function boxOf(loops) {
  const box = { ...NOWHERE };
  for (const loop of loops) {
    for (let i = 0; i < loop.length; i += 2) {
      box.x0 = Math.min(box.x0, loop[i]);
      box.x1 = Math.max(box.x1, loop[i]);
      box.y0 = Math.min(box.y0, loop[i + 1]);
      box.y1 = Math.max(box.y1, loop[i + 1]);
    }
  }
  return box;
}

/**
 * @param {Box} one
 * @param {Box} other
 * @returns {Box}
 */
export const around = (one, other) => ({
  x0: Math.min(one.x0, other.x0),
  y0: Math.min(one.y0, other.y0),
  x1: Math.max(one.x1, other.x1),
  y1: Math.max(one.y1, other.y1),
});

/**
 * Several borders as one.
 * @param {Border[]} borders
 * @returns {Border}
 */
export function joined(borders) {
  if (borders.length === 1) return borders[0];
  return madeOf(
    () => together(borders.map(({ smooth }) => smooth)),
    () => together(borders.map(({ exact }) => exact)),
  );
}

/**
 * The border of all that is not 0, as fine as it is asked for.
 * @param {Plane} plane
 * @returns {(every: number) => Border} Of the middle pixel of each square of so many a side.
 */
export function bordersOf(plane) {
  let [made, fine] = [borderOf([]), 0];
  return (every) => {
    if (fine !== every) [made, fine] = [borderOf(traceOne(every > 1 ? shrunk(plane, every) : plane), every), every];
    return made;
  };
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
 * @param {number} [every] How many pixels of the photo are one of theirs.
 * @returns {Border}
 */
export function borderOf(loops, every = 1) {
  return madeOf(
    () => smoothPath(loops, every),
    () => exactPath(loops, every),
  );
}

/**
 * A border of which that is made alone which is drawn.
 * @param {() => Path2D} smooth
 * @param {() => Path2D} exact
 * @returns {Border}
 */
function madeOf(smooth, exact) {
  const [smoothed, exactly] = [once(smooth), once(exact)];
  return {
    get smooth() {
      return smoothed();
    },
    get exact() {
      return exactly();
    },
  };
}

/** @param {Path2D[]} paths */
function together(paths) {
  const all = new Path2D();
  for (const path of paths) all.addPath(path);
  return all;
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
