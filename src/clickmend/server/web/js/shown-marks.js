/** The marks that are drawn on the photo, and which of them lies under the pointer. */

import { sceneOf, taskOf } from "./store.js";

/** @import { Mark, Point, State } from "./types.js" */
/** @import { Viewport } from "./viewport.js" */

const REACH_PX = 8;

/**
 * @param {State} state
 * @returns {Mark[]}
 */
export function shownMarks(state) {
  const scene = sceneOf(state);
  if (!scene) return [];
  return taskOf(state).marks?.(scene.session, scene.settings) ?? scene.session.feedback;
}

/**
 * The topmost mark with a place of its own that is near.
 * @param {State} state
 * @param {Viewport} viewport
 * @param {Point} view In pixels of the page.
 * @param {number} [reach] How near, in pixels of the page.
 * @returns {Mark | null}
 */
export function markAt(state, viewport, view, reach = REACH_PX) {
  let [found, nearest] = [/** @type {Mark | null} */ (null), reach];
  for (const mark of shownMarks(state)) {
    if (!("x" in mark)) continue;
    const at = viewport.toView(mark.x, mark.y);
    const apart = Math.hypot(at.x - view.x, at.y - view.y);
    if (apart <= nearest) [found, nearest] = [mark, apart];
  }
  return found;
}
