/** A depth map as points in space, and how they look from elsewhere. */

import { numberAt } from "../layers.js";

/** @import { Plane } from "../types.js" */

/** So many points at most, for what is turned is drawn anew with each frame. */
const MOST_POINTS = 160_000;

/** The lens is not known: its picture is taken to be as wide as it is far away. */
const FOCAL_SHARE = 1;

/**
 * Points relative to a centre about which they are turned: x to the right, y down, z away, in metres.
 * @typedef {object} Cloud
 * @property {Float32Array} places x, y and z of each, one after the other.
 * @property {Uint32Array} colours Packed.
 * @property {number} distance Metres from where the photo was taken to the centre.
 * @property {number} step Pixels of the photo between neighbours.
 * @property {number} width Of the photo.
 */

/**
 * @param {Plane} plane 0 is not known.
 * @param {(level: number) => number} metres
 * @param {ImageBitmap} photo
 * @returns {Cloud | null} Null where no depth is known.
 */
export function cloudOf(plane, metres, photo) {
  const { width, height } = plane;
  const step = Math.max(1, Math.ceil(Math.sqrt((width * height) / MOST_POINTS)));
  const pixels = pixelsOf(photo);
  const focal = FOCAL_SHARE * width;
  /** @type {number[]} */
  const places = [];
  /** @type {number[]} */
  const colours = [];
  /** @type {number[]} */
  const depths = [];
  for (let y = step >> 1; y < height; y += step) {
    for (let x = step >> 1; x < width; x += step) {
      const level = numberAt(plane, { x, y });
      if (!level) continue;
      const z = metres(level);
      depths.push(z);
      places.push(((x + 0.5 - width / 2) * z) / focal, ((y + 0.5 - height / 2) * z) / focal, z);
      colours.push(pixels[y * width + x]);
    }
  }
  if (!depths.length) return null;
  const distance = Float32Array.from(depths).sort()[depths.length >> 1];
  for (let i = 2; i < places.length; i += 3) places[i] -= distance;
  return { places: Float32Array.from(places), colours: Uint32Array.from(colours), distance, step, width };
}

/** @param {ImageBitmap} photo */
function pixelsOf(photo) {
  const context = new OffscreenCanvas(photo.width, photo.height).getContext("2d");
  context?.drawImage(photo, 0, 0);
  const { data } = /** @type {OffscreenCanvasRenderingContext2D} */ (context).getImageData(0, 0, photo.width, photo.height);
  return new Uint32Array(data.buffer);
}

/**
 * The points as they look when they are turned about their centre. The nearer one hides the other.
 * @param {Cloud} cloud
 * @param {{ yaw: number, pitch: number, zoom: number }} view Radians; at 0 as in the photo.
 * @param {number} width Of the picture.
 * @param {number} height Of the picture.
 */
export function seen({ places, colours, distance, step, width: whole }, { yaw, pitch, zoom }, width, height) {
  const pixels = new Uint32Array(width * height);
  const nearest = new Float32Array(width * height).fill(Infinity);
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const focal = FOCAL_SHARE * width * zoom;
  const size = (step * focal) / (FOCAL_SHARE * whole);
  for (let i = 0, j = 0; i < colours.length; i++, j += 3) {
    const [x, y, z] = [places[j], places[j + 1], places[j + 2]];
    const across = cy * x + sy * z;
    const back = cy * z - sy * x;
    const away = cp * back - sp * y + distance;
    if (away <= 0.05 * distance) continue;
    const down = cp * y + sp * back;
    const grown = Math.min(12, Math.ceil((size * (z + distance)) / away) + 1);
    const left = Math.round(width / 2 + (focal * across) / away - grown / 2);
    const top = Math.round(height / 2 + (focal * down) / away - grown / 2);
    for (let v = Math.max(0, top); v < Math.min(height, top + grown); v++) {
      for (let u = Math.max(0, left); u < Math.min(width, left + grown); u++) {
        const at = v * width + u;
        if (away >= nearest[at]) continue;
        nearest[at] = away;
        pixels[at] = colours[i];
      }
    }
  }
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
}
