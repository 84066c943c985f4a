/** The colour scale of depth maps: what its ends stand for, and how it is shown. */

import { css, depthColour } from "../colours.js";
import { make } from "../controls.js";

/** @import { Plane } from "../types.js" */

const OUTLIERS = 0.01;
const STEPS_M = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 1e4, 1e5];
const FEWEST_STEPS = 3;
const TICKS = 3;
const MANY_PX = 4e6;
const STEP = 4;

/**
 * Metres of a number of a plane: millimetres, or coarser where it goes beyond 65.535 m.
 * @param {Plane} plane
 * @param {number} depth
 */
export const metresOf = ({ perMetre }, depth) => depth / (perMetre ?? 1000);

/** @type {WeakMap<Plane, [number, number]>} */
const spans = new WeakMap();

/**
 * The same for both planes of a comparison, without outliers, and round, so that it rarely moves.
 * @param {Plane} plane
 * @param {Plane} other
 * @returns {[number, number]} Metres.
 */
export function rangeOf(plane, other) {
  const [one, two] = [spanOf(plane), spanOf(other)];
  const low = Math.min(one[0], two[0]);
  const high = Math.max(one[1], two[1]);
  const step = STEPS_M.findLast((size) => (high - low) / size >= FEWEST_STEPS) ?? STEPS_M[0];
  const from = Math.floor(low / step + 1e-6) * step;
  return [from, Math.max(Math.ceil(high / step - 1e-6) * step, from + step)];
}

/**
 * The depth that as many known pixels lie before as behind.
 * @param {Plane} plane
 * @returns {number | null} Metres; null where nothing is known.
 */
export function medianOf(plane) {
  const counts = countsOf(plane);
  const known = counts.reduce((sum, count) => sum + count, 0);
  return known ? metresOf(plane, quantile(counts, known / 2)) : null;
}

/**
 * Between which depths nearly all of a plane lies, metres.
 * @param {Plane} plane
 * @returns {[number, number]}
 */
function spanOf(plane) {
  const kept = spans.get(plane);
  if (kept) return kept;
  const counts = countsOf(plane);
  const known = counts.reduce((sum, count) => sum + count, 0);
  /** @type {[number, number]} */
  const span = known
    ? [metresOf(plane, quantile(counts, OUTLIERS * known)), metresOf(plane, quantile(counts, (1 - OUTLIERS) * known))]
    : [0, 1];
  spans.set(plane, span);
  return span;
}

/**
 * How many pixels have each depth in units; the unknown, 0, are left out. On a large photo those count that a
 * coarse plane has.
 * @param {Plane} plane
 */
function countsOf({ width, height, data, every }) {
  const counts = new Uint32Array(1 << 16);
  const step = every || width * height < MANY_PX ? 1 : STEP;
  const across = Math.ceil(width / (every ?? 1));
  for (let row = (step >> 1) * across; row < data.length; row += step * across) {
    for (let at = row + (step >> 1); at < row + across; at += step) counts[data[at]]++;
  }
  counts[0] = 0;
  return counts;
}

/**
 * The smallest depth in units with more than `before` pixels up to it.
 * @param {Uint32Array} counts
 * @param {number} before
 */
function quantile(counts, before) {
  let depth = 0;
  for (let seen = 0; depth < counts.length - 1; depth++) {
    seen += counts[depth];
    if (seen > before) break;
  }
  return depth;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} ticks
 * @param {[number, number]} range
 */
export function drawScale(canvas, ticks, [near, far]) {
  const told = `Bright is near: ${near.toFixed(1)} m to ${far.toFixed(1)} m`;
  if (canvas.ariaLabel === told) return;
  canvas.ariaLabel = told;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (let x = 0; x < canvas.width; x++) {
    context.fillStyle = css(depthColour(near + ((x + 0.5) / canvas.width) * (far - near), [near, far]));
    context.fillRect(x, 0, 1, canvas.height);
  }
  const numbers = Array.from({ length: TICKS }, (_, i) => near + (i / (TICKS - 1)) * (far - near));
  ticks.replaceChildren(
    ...numbers.map((metres) => make("span", { textContent: String(Math.round(100 * metres) / 100) })),
  );
}
