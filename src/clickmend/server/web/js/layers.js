/** From the numbers of a prediction to canvases. */

import { boxApart } from "./tiles.js";

/** @import { Box, Plane } from "./types.js" */

/**
 * Each number as the pixel that a table has for it.
 * @param {Plane} plane
 * @param {Uint32Array} table Packed pixels, see `packed`; what is beyond its end is transparent.
 * @returns {OffscreenCanvas}
 */
export function painted({ width, height, data }, table) {
  const canvas = new OffscreenCanvas(width, height);
  contextOf(canvas).putImageData(new ImageData(pixelsOf(data, table), width, height), 0, 0);
  return canvas;
}

/** What is laid over a photo. It is painted when it is first asked for, and of one like it only what differs. */
export class Layer {
  #plane;
  #table;
  /** @type {Layer | null} */
  #before;
  /** @type {OffscreenCanvas | null} */
  #canvas = null;

  /**
   * @param {Plane} plane
   * @param {Uint32Array} table As of `painted`.
   * @param {Layer | null} [before] That of the picture which this one takes the place of.
   */
  constructor(plane, table, before = null) {
    this.#plane = plane;
    this.#table = table;
    this.#before = before && !before.#canvas ? before.#before : before;
  }

  /** @returns {OffscreenCanvas} */
  canvas() {
    this.#canvas ??= this.#taken() ?? painted(this.#plane, this.#table);
    this.#before = null;
    return this.#canvas;
  }

  /** The canvas of the layer before, which would have to paint itself again, with what differs. */
  #taken() {
    const before = this.#before;
    const canvas = before && before.#canvas;
    if (!canvas || canvas.width !== this.#plane.width || canvas.height !== this.#plane.height) return null;
    if (before.#table.length !== this.#table.length || before.#table.some((pixel, i) => pixel !== this.#table[i])) return null;
    before.#canvas = null;
    repaint(canvas, this.#plane, this.#table, boxApart(this.#plane, before.#plane) ?? rowsApart(this.#plane, before.#plane));
    return canvas;
  }
}

/**
 * The rows between which two planes of a size differ.
 * @param {Plane} one
 * @param {Plane} other
 * @returns {Box}
 */
function rowsApart({ data, width }, { data: old }) {
  let [first, last] = [0, data.length];
  while (first < last && data[first] === old[first]) first++;
  while (last > first && data[last - 1] === old[last - 1]) last--;
  return { x0: 0, y0: Math.floor(first / width), x1: width, y1: Math.ceil(last / width) };
}

/**
 * @param {OffscreenCanvas} canvas
 * @param {Plane} plane
 * @param {Uint32Array} table
 * @param {Box} box
 */
function repaint(canvas, { width, data }, table, { x0, y0, x1, y1 }) {
  if (y0 >= y1) return; // nothing differs
  const part = data.subarray(0, (x1 - x0) * (y1 - y0)).slice();
  for (let y = y0; y < y1; y++) part.set(data.subarray(y * width + x0, y * width + x1), (y - y0) * (x1 - x0));
  contextOf(canvas).putImageData(new ImageData(pixelsOf(part, table), x1 - x0, y1 - y0), x0, y0);
}

/**
 * @param {Plane["data"]} data
 * @param {Uint32Array} table
 */
function pixelsOf(data, table) {
  const pixels = new Uint32Array(data.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[data[i]] ?? 0;
  return new Uint8ClampedArray(pixels.buffer);
}

/**
 * @param {number} length
 * @param {(number: number) => number} pixel Packed.
 */
export function table(length, pixel) {
  return Uint32Array.from({ length }, (_, number) => pixel(number));
}

/**
 * The photo, as opaque as a layer is.
 * @param {ImageBitmap} photo
 * @param {OffscreenCanvas} layer
 */
export function cutOut(photo, layer) {
  const canvas = new OffscreenCanvas(photo.width, photo.height);
  const context = contextOf(canvas);
  context.drawImage(photo, 0, 0);
  context.globalCompositeOperation = "destination-in";
  context.drawImage(layer, 0, 0);
  return canvas;
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
 * The number at a place.
 * @param {Plane} plane
 * @param {{ x: number, y: number }} at Inside.
 */
export function numberAt({ width, data }, { x, y }) {
  return data[Math.floor(y) * width + Math.floor(x)];
}

/** @param {OffscreenCanvas} canvas */
function contextOf(canvas) {
  return /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
}
