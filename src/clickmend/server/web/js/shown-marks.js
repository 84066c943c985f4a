/** The marks that are drawn on the photo, and which of them lies under the pointer. */

import { sceneOf, taskOf } from "./store.js";

/** @import { Mark, Point, Session, State } from "./types.js" */
/** @import { Viewport } from "./viewport.js" */

const REACH_PX = 8;
/** Where a mark is, and what it does there. */
const PLACES = ["x", "y", "x0", "y0", "x1", "y1", "points", "direction", "tool"];

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
 * The number of a mark in the feedback of a session, from 1; 0 when it is not there.
 * @param {Session} session
 * @param {Mark} mark
 */
export function markNumber({ feedback }, mark) {
  const here = feedback.indexOf(mark);
  return (here >= 0 || !("x" in mark) ? here : feedback.findIndex((one) => isSame(one, mark))) + 1;
}

/**
 * Whether a session has each of some marks once more than it had.
 * @param {Session} now
 * @param {Session} before
 * @param {Mark[]} marks
 */
export function hasMore(now, before, marks) {
  const count = (/** @type {Session} */ { feedback }, /** @type {Mark} */ mark) => feedback.filter((one) => isSame(one, mark)).length;
  return marks.every((mark) => count(now, mark) > count(before, mark));
}

/**
 * @param {Mark} one As the server tells it.
 * @param {Mark} mark
 */
function isSame(one, mark) {
  const type = mark.type === "point" ? "click" : mark.type;
  const label = "label" in mark ? (mark.label ?? null) : null;
  if (one.type !== type || ("label" in one && (one.label ?? null) !== label)) return false;
  return PLACES.every((name) => JSON.stringify(Reflect.get(one, name)) === JSON.stringify(Reflect.get(mark, name)));
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
