/** From the numbers of a prediction to what is laid over a photo, as fine as the screen shows it. */

import { boxApart } from "./tiles.js";

/** @import { Box, Plane } from "./types.js" */

/** What is laid over a photo. It is painted when it is first drawn, and of one like it only what differs. */
export class Layer {
  #plane;
  #table;
  /** @type {Layer | null} */
  #before;
  /** @type {OffscreenCanvas | null} */
  #canvas = null;
  /** How many pixels of the photo, in each direction, are one of the canvas. */
  #every = 1;

  /**
   * @param {Plane} plane
   * @param {Uint32Array} table Packed pixels of the numbers, see `packed`; what is beyond its end is transparent.
   * @param {Layer | null} [before] That of the picture which this one takes the place of.
   */
  constructor(plane, table, before = null) {
    this.#plane = plane;
    this.#table = table;
    this.#before = before && !before.#canvas ? before.#before : before;
  }

  /**
   * Draw it where a context is set to draw the photo.
   * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
   * @param {number} every How many pixels of the photo, in each direction, may be one.
   */
  draw(context, every) {
    const canvas = this.canvas(every);
    laid(context, canvas, this.#plane, this.#every);
  }

  /**
   * @param {number} every As for `draw`; where the plane itself is coarser, that of the plane.
   * @returns {OffscreenCanvas}
   */
  canvas(every) {
    const wanted = Math.max(every, this.#plane.every ?? 1);
    if (!this.#canvas || this.#every !== wanted) {
      this.#canvas = this.#taken(wanted) ?? painted(this.#plane, this.#table, wanted);
      this.#every = wanted;
    }
    this.#before = null;
    return this.#canvas;
  }

  /**
   * The canvas of the layer before, which would have to paint itself again, with what differs.
   * @param {number} every
   */
  #taken(every) {
    const before = this.#before;
    const canvas = before && before.#canvas;
    if (!canvas || before.#every !== every || !areAlike(before.#plane, this.#plane)) return null;
    // Of numbers that only one of them has there are no pixels but where the planes differ.
    const both = Math.min(before.#table.length, this.#table.length);
    if (this.#table.subarray(0, both).some((pixel, i) => pixel !== before.#table[i])) return null;
    before.#canvas = null;
    repaint(canvas, this.#plane, this.#table, every, boxApart(this.#plane, before.#plane) ?? rowsApart(this.#plane, before.#plane));
    return canvas;
  }
}

/** The photo, as opaque as a layer is. */
export class Cut {
  #photo;
  #layer;
  /** @type {OffscreenCanvas | null} */
  #canvas = null;
  #every = 0;

  /**
   * @param {ImageBitmap} photo
   * @param {Layer} layer
   */
  constructor(photo, layer) {
    this.#photo = photo;
    this.#layer = layer;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} every As for `Layer.draw`.
   */
  draw(context, every) {
    if (!this.#canvas || this.#every !== every) {
      const { width, height } = this.#photo;
      this.#canvas = new OffscreenCanvas(Math.ceil(width / every), Math.ceil(height / every));
      this.#every = every;
      const own = contextOf(this.#canvas);
      own.drawImage(smallPhoto(this.#photo, every), 0, 0);
      own.globalCompositeOperation = "destination-in";
      own.scale(1 / every, 1 / every);
      this.#layer.draw(own, every);
    }
    laid(context, this.#canvas, this.#photo, every);
  }
}

/** Photos as small as they were last asked for. @type {WeakMap<ImageBitmap, { every: number, canvas: OffscreenCanvas }>} */
const small = new WeakMap();

/**
 * @param {ImageBitmap} photo
 * @param {number} every
 * @returns {ImageBitmap | OffscreenCanvas}
 */
function smallPhoto(photo, every) {
  if (every === 1) return photo;
  const known = small.get(photo);
  if (known?.every === every) return known.canvas;
  const canvas = new OffscreenCanvas(Math.ceil(photo.width / every), Math.ceil(photo.height / every));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(photo, 0, 0, photo.width / every, photo.height / every);
  small.set(photo, { every, canvas });
  return canvas;
}

/**
 * Draw a canvas over the photo; squares that the border of the photo cuts are cut.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {OffscreenCanvas} canvas
 * @param {{ width: number, height: number }} photo
 * @param {number} every
 */
function laid(context, canvas, { width, height }, every) {
  context.drawImage(canvas, 0, 0, width / every, height / every, 0, 0, width, height);
}

/**
 * Each number as the pixel that a table has for it.
 * @param {Plane} plane
 * @param {Uint32Array} table As of `Layer`.
 * @param {number} [every] Not less than the plane's own.
 * @returns {OffscreenCanvas}
 */
export function painted(plane, table, every = 1) {
  const [width, height] = [Math.ceil(plane.width / every), Math.ceil(plane.height / every)];
  const canvas = new OffscreenCanvas(width, height);
  fill(canvas, plane, table, every, { x0: 0, y0: 0, x1: width, y1: height });
  return canvas;
}

/**
 * @param {OffscreenCanvas} canvas
 * @param {Plane} plane
 * @param {Uint32Array} table
 * @param {number} every
 * @param {Box} box Of the plane.
 */
function repaint(canvas, plane, table, every, { x0, y0, x1, y1 }) {
  if (y0 >= y1) return; // nothing differs
  const [left, top] = [Math.floor(x0 / every), Math.floor(y0 / every)];
  fill(canvas, plane, table, every, { x0: left, y0: top, x1: Math.ceil(x1 / every), y1: Math.ceil(y1 / every) });
}

/**
 * Paint the middle pixel of each square of a plane.
 * @param {OffscreenCanvas} canvas
 * @param {Plane} plane
 * @param {Uint32Array} table
 * @param {number} every The side of a square.
 * @param {Box} box Of the canvas.
 */
function fill(canvas, { width, height, data, every: own = 1 }, table, every, { x0, y0, x1, y1 }) {
  const step = every / own;
  const middle = step >> 1;
  const [across, last] = [Math.ceil(width / own), Math.ceil(width / own) - 1];
  const lowest = Math.ceil(height / own) - 1;
  const pixels = new Uint32Array((x1 - x0) * (y1 - y0));
  for (let y = y0, i = 0; y < y1; y++) {
    const row = Math.min(y * step + middle, lowest) * across;
    for (let x = x0, at = x0 * step + middle; x < x1; x++, at += step, i++) {
      pixels[i] = table[data[row + (at < last ? at : last)]] ?? 0;
    }
  }
  const bytes = new Uint8ClampedArray(pixels.buffer);
  contextOf(canvas).putImageData(new ImageData(bytes, x1 - x0, y1 - y0), x0, y0);
}

/**
 * The middle pixel of each square of a plane, as a plane of its own.
 * @param {Plane} plane Not a coarse one.
 * @param {number} every The side of a square.
 * @returns {Plane}
 */
export function shrunk({ width, height, data }, every) {
  const [across, down, middle] = [Math.ceil(width / every), Math.ceil(height / every), every >> 1];
  const small = data.slice(0, across * down);
  for (let y = 0, i = 0; y < down; y++) {
    const row = Math.min(y * every + middle, height - 1) * width;
    for (let x = middle; i < (y + 1) * across; x += every, i++) small[i] = data[row + (x < width ? x : width - 1)];
  }
  return { width: across, height: down, data: small };
}

/**
 * Whether the numbers of two planes stand for the same pixels.
 * @param {Plane} one
 * @param {Plane} other
 */
function areAlike(one, other) {
  return one.width === other.width && one.height === other.height && (one.every ?? 1) === (other.every ?? 1);
}

/**
 * The rows between which two planes that are alike differ.
 * @param {Plane} one
 * @param {Plane} other
 * @returns {Box}
 */
function rowsApart({ data, width, every = 1 }, { data: old }) {
  const across = Math.ceil(width / every);
  let [first, last] = [data === old ? data.length : 0, data.length];
  while (first < last && data[first] === old[first]) first++;
  while (last > first && data[last - 1] === old[last - 1]) last--;
  return { x0: 0, y0: every * Math.floor(first / across), x1: width, y1: every * Math.ceil(last / across) };
}

/**
 * @param {number} length
 * @param {(number: number) => number} pixel Packed.
 */
export function table(length, pixel) {
  return Uint32Array.from({ length }, (_, number) => pixel(number));
}

/**
 * A function that makes its result once, when it is first asked for.
 * @template T
 * @param {() => T} make
 * @returns {() => T}
 */
export function once(make) {
  /** @type {{ made: T } | null} */
  let kept = null;
  return () => (kept ??= { made: make() }).made;
}

/**
 * A function that keeps what it has made last, for the number that it was asked for.
 * @template T
 * @param {(number: number) => T} make
 * @returns {(number: number) => T}
 */
export function newest(make) {
  /** @type {{ number: number, made: T } | null} */
  let kept = null;
  return (number) => (kept = kept?.number === number ? kept : { number, made: make(number) }).made;
}

/**
 * The number at a place; of a coarse plane that of the square which holds it.
 * @param {Plane} plane
 * @param {{ x: number, y: number }} at Inside.
 */
export function numberAt({ width, data, every = 1 }, { x, y }) {
  return data[Math.floor(y / every) * Math.ceil(width / every) + Math.floor(x / every)];
}

/**
 * The smallest box around all pixels of a number, in pixels of the photo; null where there is none.
 * @param {Plane} plane
 * @param {number} number
 * @returns {Box | null}
 */
export function boxOf({ width, data, every = 1 }, number) {
  const across = Math.ceil(width / every);
  const first = data.indexOf(number);
  if (first < 0) return null;
  let [x0, x1] = [across, 0];
  let last = first;
  for (let i = first; i >= 0; i = data.indexOf(number, i + 1)) {
    const x = i % across;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    last = i;
  }
  return { x0: every * x0, y0: every * Math.floor(first / across), x1: every * (x1 + 1), y1: every * (Math.floor(last / across) + 1) };
}

/** @param {OffscreenCanvas} canvas */
function contextOf(canvas) {
  return /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
}
