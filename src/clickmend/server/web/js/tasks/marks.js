/** What the marks of several tasks have in common. */

/** @import { Point, Session, Settings } from "../types.js" */

const THINNEST_BRUSH_PX = 2;

/**
 * The centre of the pixel that a place lies in.
 * @param {Point} at
 * @returns {Point}
 */
export function pixelCentre({ x, y }) {
  return { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 };
}

/**
 * The attention radius of a mark, where a person has chosen one.
 * @param {Settings} settings
 * @returns {{ radius_px?: number }}
 */
export function reach({ radius }) {
  return radius === null ? {} : { radius_px: radius };
}

/**
 * Half the width of the brush in photo pixels.
 * @param {Settings} settings
 * @param {Session} session
 */
export function brushRadius({ brush, brushShare }, { size }) {
  return brush ?? Math.max(THINNEST_BRUSH_PX, Math.round(brushShare * Math.min(...size)));
}

/**
 * Black or white, whichever is read better on a colour.
 * @param {number[]} rgb
 */
export function inkOn([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150 ? "#14171c" : "#fff";
}
