/** Stripes over a part of the photo, as wide at each zoom. */

/** @import { Border } from "./types.js" */

const STRIPE_PX = 9;

/** The stripes, by device pixels in one of the page. @type {Map<number, OffscreenCanvas>} */
const tiles = new Map();

/**
 * @param {CanvasRenderingContext2D} context Set to draw in pixels of the photo.
 * @param {Border} border Around the part.
 * @param {number} scale Pixels of the page in one of the photo.
 * @param {number} ratio Device pixels in one of the page.
 */
export function hatch(context, border, scale, ratio) {
  context.save();
  context.save();
  context.clip(border.exact);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = context.createPattern(tileOf(ratio), "repeat") ?? "transparent";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
  for (const [width, colour] of /** @type {const} */ ([[3, "rgb(0 0 0 / 55%)"], [1.5, "#f5b301"]])) {
    context.lineWidth = width / scale;
    context.strokeStyle = colour;
    context.stroke(border.exact);
  }
  context.restore();
}

/** @param {number} ratio */
function tileOf(ratio) {
  const known = tiles.get(ratio);
  if (known) return known;
  const side = Math.max(4, Math.round(STRIPE_PX * ratio));
  const tile = new OffscreenCanvas(side, side);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (tile.getContext("2d"));
  for (const [width, colour] of /** @type {const} */ ([[3.5, "rgb(0 0 0 / 45%)"], [1.5, "rgb(255 255 255 / 85%)"]])) {
    context.lineWidth = width * ratio;
    context.strokeStyle = colour;
    for (const shift of [-side, 0, side]) {
      context.beginPath();
      context.moveTo(shift - side, 2 * side);
      context.lineTo(shift + 2 * side, -side);
      context.stroke();
    }
  }
  tiles.set(ratio, tile);
  return tile;
}
