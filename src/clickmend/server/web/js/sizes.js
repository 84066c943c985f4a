/** The circle around the pointer: how far a mark reaches, or how broad the brush is. */

import { settingsOf, toolOf } from "./store.js";
import { brushRadius } from "./tasks/marks.js";
import { between } from "./viewport.js";

/** @import { State } from "./types.js" */
/** @import { Store } from "./store.js" */

const FIRST_SHARE = 0.05;
const SMALLEST_PX = 1;
/** By which the corners of an outline become fewer with a key, and at most. */
export const SIMPLIFY_STEP_PX = 0.5;
export const MOST_SIMPLIFIED_PX = 20;

/**
 * @typedef {object} Circle
 * @property {"radius" | "brush"} kind
 * @property {number | null} radius Photo pixels; null where it is not known beforehand.
 * @property {boolean} automatic Whether the session chooses it.
 * @property {number} largest
 */

/**
 * The circle of the chosen tool.
 * @param {State} state
 * @returns {Circle | null}
 */
export function circleOf(state) {
  const { session } = state;
  const kind = toolOf(state).size;
  if (!session || !kind) return null;
  const settings = settingsOf(state);
  const largest = Math.min(...session.size);
  if (kind === "brush") return { kind, radius: brushRadius(settings, session), automatic: false, largest };
  return { kind, radius: settings.radius ?? session.radius_px, automatic: settings.radius === null, largest };
}

/**
 * @param {Store} store
 * @param {number | null} radius Null leaves it to the session.
 */
export function setRadius(store, radius) {
  const circle = circleOf(store.state);
  if (!circle) return;
  const kept = radius && Math.round(between(radius, SMALLEST_PX, circle.largest));
  store.choose({ [circle.kind]: kept });
}

/**
 * A smaller or larger circle; of an outline, which has none, more corners or fewer.
 * @param {Store} store
 * @param {number} factor
 */
export function scaleRadius(store, factor) {
  if (toolOf(store.state).gesture === "outline") {
    const { simplify } = settingsOf(store.state);
    store.choose({ simplify: between(simplify + (factor > 1 ? SIMPLIFY_STEP_PX : -SIMPLIFY_STEP_PX), 0, MOST_SIMPLIFIED_PX) });
    return;
  }
  const circle = circleOf(store.state);
  if (!circle) return;
  const radius = circle.radius ?? FIRST_SHARE * circle.largest;
  const step = factor > 1 ? 1 : -1;
  const scaled = Math.round(radius * factor);
  setRadius(store, scaled === Math.round(radius) ? Math.round(radius) + step : scaled);
}
