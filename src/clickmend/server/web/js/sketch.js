/** Trimaps that are painted on the page: sessions that no server holds. */

import { packed } from "./colours.js";
import { smoothPath, traceLoops } from "./contour.js";
import { painted, table } from "./layers.js";

/** @import { Mark, Plane, Session, Work } from "./types.js" */

const UNKNOWN = 128;
const BAND_SHARE = 0.02;
const THINNEST_BAND_PX = 3;

/**
 * @typedef {{ feedback: Mark[], mask: Plane | null }} Moment What was painted, and the mask under it.
 * @typedef {Session & { mask: Plane | null, past: Moment[], future: Moment[] }} Sketch
 */

/**
 * An empty sketch over the photo of a session.
 * @param {Session} base
 * @returns {Sketch}
 */
export function begin(base) {
  return at({ ...base, task: "trimap" }, { feedback: [], mask: null }, [], []);
}

/**
 * Begin with an object mask; a band along its border is not known.
 * @param {Session} session
 * @param {Plane} mask
 * @returns {Sketch}
 */
export function overMask(session, mask) {
  return at(session, { feedback: [], mask }, [...asSketch(session).past, momentOf(session)], []);
}

/** @type {Work} */
export const sketch = {
  async add(session, marks) {
    return marks.reduce((before, mark) => {
      const { feedback, mask, past } = asSketch(before);
      return at(before, { feedback: [...feedback, mark], mask }, [...past, momentOf(before)], []);
    }, session);
  },

  async step(session, step) {
    const { past, future } = asSketch(session);
    const now = momentOf(session);
    if (step === "reset") return at(session, { feedback: [], mask: null }, [...past, now], []);
    if (step === "undo") return at(session, past[past.length - 1], past.slice(0, -1), [now, ...future]);
    return at(session, future[0], [...past, now], future.slice(1));
  },

  plane: async (session) => planeOf(session),
  first: async (session) => planeOf(begin(session)),

  file(session) {
    const { width, height, data } = planeOf(session);
    const canvas = new OffscreenCanvas(width, height);
    const pixels = new ImageData(width, height);
    data.forEach((level, i) => pixels.data.set([level, level, level, 255], 4 * i));
    contextOf(canvas).putImageData(pixels, 0, 0);
    return canvas.convertToBlob({ type: "image/png" });
  },
};

/**
 * @param {Session} session
 * @returns {Plane} 0, 128 and 255.
 */
function planeOf(session) {
  const [width, height] = session.size;
  const { feedback, mask } = asSketch(session);
  const context = contextOf(new OffscreenCanvas(width, height));
  context.fillStyle = grey(UNKNOWN);
  context.fillRect(0, 0, width, height);
  if (mask) drawMask(context, mask);
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const mark of feedback) {
    if (mark.type !== "stroke") continue;
    context.strokeStyle = grey(Number(mark.label));
    context.lineWidth = 2 * mark.radius_px;
    context.beginPath();
    context.moveTo(mark.points[0][0], mark.points[0][1]);
    for (const [x, y] of mark.points) context.lineTo(x, y);
    context.stroke();
  }
  const { data: pixels } = context.getImageData(0, 0, width, height);
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const level = pixels[4 * i];
    return level === 0 || level === 255 ? level : UNKNOWN;
  });
  return { width, height, data };
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Plane} mask
 */
function drawMask(context, mask) {
  const { width, height, data } = mask;
  context.drawImage(painted(mask, table(256, (level) => packed(level ? [255, 255, 255] : [0, 0, 0]))), 0, 0);
  context.strokeStyle = grey(UNKNOWN);
  context.lineWidth = 2 * Math.max(THINNEST_BAND_PX, BAND_SHARE * Math.min(width, height));
  context.stroke(smoothPath(traceLoops(Uint8Array.from(data), width, height)));
}

/**
 * The session at a moment.
 * @param {Session} session
 * @param {Moment} moment
 * @param {Moment[]} past
 * @param {Moment[]} future
 * @returns {Sketch}
 */
function at(session, { feedback, mask }, past, future) {
  const can = { can_undo: past.length > 0, can_redo: future.length > 0 };
  return { ...session, feedback, mask, past, future, ...can, saved: false };
}

/**
 * @param {Session} session
 * @returns {Moment}
 */
function momentOf(session) {
  const { feedback, mask } = asSketch(session);
  return { feedback, mask };
}

/** @param {Session} session */
function asSketch(session) {
  return /** @type {Sketch} */ (session);
}

/** @param {number} level */
const grey = (level) => `rgb(${level} ${level} ${level})`;

/** @param {OffscreenCanvas} canvas */
function contextOf(canvas) {
  return /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
}
