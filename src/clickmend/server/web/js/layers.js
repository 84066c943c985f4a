/** From the numbers of a prediction to canvases. */

/** @import { Plane } from "./types.js" */

/**
 * Each number as the pixel that a table has for it.
 * @param {Plane} plane
 * @param {Uint32Array} table Packed pixels, see `packed`; what is beyond its end is transparent.
 * @returns {OffscreenCanvas}
 */
export function painted({ width, height, data }, table) {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[data[i]] ?? 0;
  const bytes = new Uint8ClampedArray(pixels.buffer);
  contextOf(canvas).putImageData(new ImageData(bytes, width, height), 0, 0);
  return canvas;
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
