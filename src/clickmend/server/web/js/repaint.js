/** Which part of the stage another picture of many objects changes: hundreds of others need not be drawn again. */

import { NOWHERE } from "./outlines.js";
import { settingsOf } from "./store.js";

/** @import { Box, Mark, State } from "./types.js" */
/** @import { Viewport } from "./viewport.js" */

/** Around a mark, for its dot with what is drawn around it. */
const DOT_PX = 24;
/** Around a border, for half of its line. */
export const LINE_PX = 5;
/** Around pixels, for what is mixed of them where they are drawn larger or smaller. */
const MIXED = 3;

/**
 * Where a prediction has to be painted anew on a stage on which all but the session and its picture is the same.
 * @param {State} before What is painted there.
 * @param {State} state
 * @param {Viewport} viewport
 * @param {{ every: number, lines: number }} detail As fine as layers and borders are drawn.
 * @returns {Box | null} In pixels of the page, nowhere where nothing differs; null where that is not known.
 */
export function toRepaint(before, state, viewport, { every, lines }) {
  const [old, now] = [before.picture, state.picture];
  const { chosen, hidden } = settingsOf(state);
  if (!old?.traced || !now?.traced || !old.things || !now.things || hidden.length) return null;
  if (chosen !== null && !old.chosen?.(chosen) !== !now.chosen?.(chosen)) return null; // all others are fainter beside it
  const apart = now.traced === old.traced ? NOWHERE : now.traced.apart(old.traced, lines);
  if (!apart) return null;
  return shown(apart, viewport, LINE_PX + MIXED * Math.max(every, lines) * viewport.scale);
}

/**
 * Around what is drawn of a mark, in pixels of the page.
 * @param {Mark} mark
 * @param {Viewport} viewport
 * @returns {Box}
 */
export function boxOfMark(mark, viewport) {
  if (mark.type === "tidy" || mark.type === "merge") return NOWHERE;
  if (mark.type === "box") return shown(mark, viewport, LINE_PX);
  const reach = DOT_PX + ("radius_px" in mark ? (mark.radius_px ?? 0) * viewport.scale : 0);
  const points = mark.type === "stroke" ? mark.points : [[mark.x, mark.y]];
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return shown({ x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) }, viewport, reach);
}

/**
 * The pixels of a canvas that a box touches.
 * @param {Box} box In pixels of the page.
 * @param {number} ratio Device pixels in one of the page.
 * @param {HTMLCanvasElement} canvas
 */
export function cornersOf({ x0, y0, x1, y1 }, ratio, canvas) {
  const [left, top] = [Math.max(0, Math.floor(ratio * x0)), Math.max(0, Math.floor(ratio * y0))];
  const [right, bottom] = [Math.min(canvas.width, Math.ceil(ratio * x1)), Math.min(canvas.height, Math.ceil(ratio * y1))];
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/**
 * A box of the photo with a margin, in pixels of the page.
 * @param {Box} box
 * @param {Viewport} viewport
 * @param {number} margin
 * @returns {Box}
 */
function shown({ x0, y0, x1, y1 }, viewport, margin) {
  if (x1 < x0) return NOWHERE;
  const [start, end] = [viewport.toView(x0, y0), viewport.toView(x1, y1)];
  return { x0: start.x - margin, y0: start.y - margin, x1: end.x + margin, y1: end.y + margin };
}
