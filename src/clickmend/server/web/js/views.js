/** The ways of looking at a prediction. Each paints in photo pixels. */

/** @import { Picture, View } from "./types.js" */

export const PIXELS_SHOW_FROM = 3;
const OUTLINE = "#2f6df6";
const CHECK_PX = 10;

/** @type {View} Laid over the photo. */
export const overlay = {
  name: "overlay",
  title: "Overlay",
  opaque: false,
  paint(context, picture, { photo, opacity, scale }) {
    context.drawImage(photo, 0, 0);
    context.globalAlpha = opacity;
    context.drawImage(picture.over(), 0, 0);
    context.globalAlpha = 1;
    if (picture.border) outline(context, picture.border, scale);
  },
};

/** @type {View} What is kept of the photo, over a checkerboard. */
export const checkerboard = {
  name: "checkerboard",
  title: "Cut-out",
  opaque: true,
  paint(context, picture, { photo, scale }) {
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
    if (picture.cut) context.drawImage(picture.cut(), 0, 0);
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
  paint(context, picture) {
    context.drawImage((picture.flat ?? picture.over)(), 0, 0);
  },
});

/**
 * @param {CanvasRenderingContext2D} context
 * @param {NonNullable<Picture["border"]>} border
 * @param {number} scale
 */
function outline(context, border, scale) {
  const path = scale < PIXELS_SHOW_FROM ? border.smooth : border.exact;
  context.lineJoin = "round";
  context.strokeStyle = "rgb(255 255 255 / 90%)";
  context.lineWidth = 3.5 / scale;
  context.stroke(path);
  context.strokeStyle = OUTLINE;
  context.lineWidth = 1.75 / scale;
  context.stroke(path);
}
