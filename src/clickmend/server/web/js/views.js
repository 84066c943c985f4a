/** The ways of looking at a prediction. Each paints in photo pixels. */

/** @import { Border, View } from "./types.js" */

export const PIXELS_SHOW_FROM = 3;
const OUTLINE = "#2f6df6";
const CHECK_PX = 10;
const FAINT = 0.4;

/** @type {View} Laid over the photo. */
export const overlay = {
  name: "overlay",
  title: "Overlay",
  opaque: false,
  paint(context, picture, { ground, opacity, scale, every, lines }) {
    ground();
    context.globalAlpha = opacity;
    picture.over.draw(context, every);
    context.globalAlpha = 1;
    const border = picture.border?.(lines);
    if (!border) return;
    stroke(context, border, scale, 3.5, "rgb(255 255 255 / 90%)");
    stroke(context, border, scale, 1.75, OUTLINE);
  },
};

/** @type {View} Many objects laid over the photo; while one is chosen, the others are faint. */
export const objectsOverlay = {
  ...overlay,
  paint(context, picture, { ground, opacity, scale, every, lines, within, chosen: key }) {
    const chosen = key === null ? null : picture.chosen?.(key);
    ground();
    context.globalAlpha = chosen ? FAINT * opacity : opacity;
    picture.over.draw(context, every);
    if (chosen) {
      context.globalAlpha = opacity;
      chosen.over.draw(context, every);
    }
    context.globalAlpha = 1;
    const outlines = picture.outlines?.(lines, within) ?? [];
    for (const { border } of outlines) stroke(context, border, scale, 3.5, "rgb(0 0 0 / 50%)");
    for (const { border, colour } of outlines) stroke(context, border, scale, 1.75, colour);
    if (!chosen) return;
    const border = chosen.border(lines);
    stroke(context, border, scale, 6, "rgb(0 0 0 / 60%)");
    stroke(context, border, scale, 4.5, "#fff");
    stroke(context, border, scale, 2, chosen.colour);
  },
};

/** @type {View} What is kept of the photo, over a checkerboard. */
export const checkerboard = {
  name: "checkerboard",
  title: "Cut-out",
  opaque: true,
  paint(context, picture, { photo, scale, every }) {
    const check = CHECK_PX / scale;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, photo.width, photo.height);
    context.save();
    context.beginPath();
    context.rect(0, 0, photo.width, photo.height);
    context.clip();
    context.fillStyle = "#c9ced6";
    for (let row = 0; row * check < photo.height; row++) {
      for (let column = row % 2; column * check < photo.width; column += 2) {
        context.fillRect(column * check, row * check, check, check);
      }
    }
    context.restore();
    picture.cut?.draw(context, every);
  },
};

/**
 * The prediction alone.
 * @param {string} title
 * @returns {View}
 */
export const alone = (title) => ({
  name: "alone",
  title,
  opaque: true,
  paint(context, picture, { every }) {
    (picture.flat ?? picture.over).draw(context, every);
  },
});

/**
 * The border of what a click would change.
 * @param {CanvasRenderingContext2D} context
 * @param {Border} border
 * @param {number} scale
 */
export function dashed(context, border, scale) {
  context.save();
  stroke(context, border, scale, 3, "rgb(0 0 0 / 55%)");
  context.setLineDash([6 / scale, 4 / scale]);
  stroke(context, border, scale, 1.75, "#fff");
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Border} border
 * @param {number} scale
 * @param {number} width In pixels of the page.
 * @param {string} colour
 */
function stroke(context, border, scale, width, colour) {
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.lineWidth = width / scale;
  context.stroke(scale < PIXELS_SHOW_FROM ? border.smooth : border.exact);
}
