/** Marks and the pointer, drawn in view pixels. */

import { simplified } from "./simplify.js";

/** @import { Look, Mark } from "./types.js" */
/** @import { Viewport } from "./viewport.js" */

const DOT_RADIUS = 7;
const NUMBERED_RADIUS = 9;
const SMALL_RADIUS = 4;
const BADGE_RADIUS = 5.5;
const TAU = 2 * Math.PI;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {Mark} mark
 * @param {Look} look
 * @param {boolean} answered A mark that waits for its answer is drawn hollow.
 */
export function drawMark(context, viewport, mark, look, answered) {
  if (mark.type === "tidy" || mark.type === "merge") return;
  context.save(); // how one is drawn must not depend on which were drawn before
  if (mark.type === "box") {
    drawBox(context, viewport, mark, !answered);
  } else if (mark.type === "stroke") {
    drawStroke(context, viewport, mark, look, answered);
  } else {
    const at = viewport.toView(mark.x, mark.y);
    if ("radius_px" in mark && mark.radius_px) drawCircle(context, at, mark.radius_px * viewport.scale, { faint: true, dashed: false });
    drawDot(context, at, look, answered);
  }
  context.restore();
}

/**
 * How far a mark at the pointer would reach, or how broad it would paint.
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 * @param {number} radius
 * @param {{ faint: boolean, dashed: boolean }} how
 */
export function drawCircle(context, { x, y }, radius, { faint, dashed }) {
  context.save();
  context.beginPath();
  context.arc(x, y, radius, 0, TAU);
  context.setLineDash(dashed ? [5, 5] : []);
  context.globalAlpha = faint ? 0.45 : 1;
  context.lineWidth = 3;
  context.strokeStyle = "rgb(0 0 0 / 35%)";
  context.stroke();
  context.lineWidth = 1.25;
  context.strokeStyle = "#fff";
  context.stroke();
  context.restore();
}

/**
 * What a click would mean, beside the pointer; null takes something up instead.
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 * @param {Look | null} look
 */
export function drawBadge(context, { x, y }, look) {
  const at = { x: x + 14, y: y + 14 };
  context.beginPath();
  context.arc(at.x, at.y, BADGE_RADIUS, 0, TAU);
  if (look) {
    context.fillStyle = look.fill;
    context.fill();
    context.lineWidth = 1.25;
    context.strokeStyle = "#fff";
    context.stroke();
    drawSign(context, at, look.sign, look.ink, 2.6);
    if (look.text) drawText(context, { x: at.x + 10, y: at.y }, look.text);
  } else {
    context.lineWidth = 3.5;
    context.strokeStyle = "rgb(0 0 0 / 55%)";
    context.stroke();
    context.lineWidth = 1.75;
    context.strokeStyle = "#fff";
    context.stroke();
  }
}

/**
 * The pointer of who works with the keyboard.
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 */
export function drawCrosshair(context, at) {
  for (const [width, colour] of /** @type {const} */ ([[4, "rgb(0 0 0 / 50%)"], [2, "#fff"]])) {
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(at.x + 5 * dx, at.y + 5 * dy);
      context.lineTo(at.x + 15 * dx, at.y + 15 * dy);
    }
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/**
 * From where a value was picked to where it would be put.
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} from
 * @param {{ x: number, y: number } | null} to
 */
export function drawSource(context, from, to) {
  for (const [width, colour] of /** @type {const} */ ([[3.5, "rgb(0 0 0 / 45%)"], [1.5, "#fff"]])) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.beginPath();
    context.arc(from.x, from.y, DOT_RADIUS, 0, TAU);
    context.stroke();
    if (!to) continue;
    context.setLineDash([4, 5]);
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    context.setLineDash([]);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 * @param {Look} look
 * @param {boolean} answered
 */
function drawDot(context, { x, y }, { fill, ink, sign, inside, small, stressed }, answered) {
  const radius = inside ? NUMBERED_RADIUS : small ? SMALL_RADIUS : DOT_RADIUS;
  context.beginPath();
  context.arc(x, y, radius, 0, TAU);
  if (!small) { // there are many small ones, and a shadow takes longer than all else
    context.shadowColor = "rgb(0 0 0 / 55%)";
    context.shadowBlur = 5;
  }
  context.fillStyle = answered ? fill : "#fff";
  context.fill();
  context.shadowColor = "transparent";
  context.lineWidth = stressed ? 3.5 : small ? 1.25 : 2;
  context.strokeStyle = answered ? "#fff" : fill;
  context.stroke();
  context.beginPath();
  context.arc(x, y, radius + (stressed ? 2.25 : 1.5), 0, TAU);
  context.lineWidth = 1;
  context.strokeStyle = "rgb(0 0 0 / 45%)";
  context.stroke();
  if (inside) drawInside(context, { x, y }, inside, answered ? ink : fill);
  drawSign(context, { x, y }, sign, answered ? ink : fill, 3.2);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 * @param {string} text
 * @param {string} colour
 */
function drawInside(context, { x, y }, text, colour) {
  context.font = "700 11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(text, x, y + 0.5);
  context.textAlign = "start";
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 * @param {Look["sign"]} sign
 * @param {string} colour
 * @param {number} arm
 */
function drawSign(context, { x, y }, sign, colour, arm) {
  if (sign === "none") return;
  const tip = sign === "up" ? -arm : arm;
  context.beginPath();
  if (sign === "plus" || sign === "minus") {
    context.moveTo(x - arm, y);
    context.lineTo(x + arm, y);
  }
  if (sign !== "minus") {
    context.moveTo(x, y - arm);
    context.lineTo(x, y + arm);
  }
  if (sign === "up" || sign === "down") {
    context.moveTo(x - arm * 0.8, y + tip * 0.2);
    context.lineTo(x, y + tip);
    context.lineTo(x + arm * 0.8, y + tip * 0.2);
  }
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = 1.75;
  context.strokeStyle = colour;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 * @param {string} text
 */
function drawText(context, { x, y }, text) {
  context.font = "600 12px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = "rgb(0 0 0 / 65%)";
  context.strokeText(text, x, y);
  context.fillStyle = "#fff";
  context.fillText(text, x, y);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {import("./types.js").BoxMark} box
 * @param {boolean} dashed
 */
function drawBox(context, viewport, { x0, y0, x1, y1 }, dashed) {
  const start = viewport.toView(x0, y0);
  const end = viewport.toView(x1, y1);
  context.beginPath();
  context.rect(start.x, start.y, end.x - start.x, end.y - start.y);
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = "rgb(0 0 0 / 35%)";
  context.stroke();
  context.lineWidth = 1.75;
  context.strokeStyle = "#fff";
  context.setLineDash(dashed ? [6, 5] : []);
  context.stroke();
  context.setLineDash([]);
}

/**
 * While it is painted, as broad as it is; later a thin line that does not hide the prediction.
 * @param {CanvasRenderingContext2D} context
 * @param {Viewport} viewport
 * @param {import("./types.js").StrokeMark} stroke
 * @param {Look} look
 * @param {boolean} answered
 */
function drawStroke(context, viewport, { points, radius_px: radius, filled, simplify_px: tolerance }, { fill }, answered) {
  const line = filled && tolerance ? simplified(points, tolerance) : points;
  context.beginPath();
  line.forEach(([x, y], i) => {
    const at = viewport.toView(x, y);
    if (i === 0) context.moveTo(at.x, at.y);
    context.lineTo(at.x, at.y);
  });
  if (filled) {
    context.closePath();
    context.globalAlpha = 0.35;
    context.fillStyle = fill;
    if (!answered) context.fill();
  }
  const thin = answered || filled;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = thin ? 4 : 2 * radius * viewport.scale;
  context.globalAlpha = thin ? 1 : 0.75;
  context.strokeStyle = thin ? "#fff" : fill;
  context.stroke();
  context.globalAlpha = 1;
  if (!thin) return;
  context.lineWidth = 2;
  context.strokeStyle = fill;
  context.stroke();
}
