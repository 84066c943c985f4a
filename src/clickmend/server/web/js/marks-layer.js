/** The marks that are answered, drawn once: of hundreds only those are drawn again that change. */

import { drawMark } from "./drawing.js";
import { around, NOWHERE } from "./outlines.js";
import { meet } from "./outlines.js";
import { boxOfMark, cornersOf } from "./repaint.js";
import { shownMarks } from "./shown-marks.js";
import { sceneOf, taskOf } from "./store.js";

/** @import { Box, Mark, State } from "./types.js" */
/** @import { Viewport } from "./viewport.js" */

export class MarksLayer {
  #canvas = document.createElement("canvas");
  /** @type {Set<Mark>} */
  #drawn = new Set();

  get canvas() {
    return this.#canvas;
  }

  /**
   * Bring it up to date.
   * @param {State} state
   * @param {Viewport} viewport
   * @param {number} ratio Device pixels in one of the page.
   * @param {{ width: number, height: number } | null} size Of the stage where all marks are drawn anew; null where only marks differ.
   * @returns {Box} Where it has changed, in pixels of the page.
   */
  update(state, viewport, ratio, size) {
    const marks = new Set(sceneOf(state) && !state.before ? shownMarks(state) : []);
    const old = this.#drawn;
    this.#drawn = marks;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (size) {
      [this.#canvas.width, this.#canvas.height] = [size.width, size.height]; // clears it, too
      draw(context, [...marks], state, viewport, ratio);
      return { x0: 0, y0: 0, x1: size.width / ratio, y1: size.height / ratio };
    }
    const other = [...[...old].filter((mark) => !marks.has(mark)), ...[...marks].filter((mark) => !old.has(mark))];
    const part = other.map((mark) => boxOfMark(mark, viewport)).reduce(around, NOWHERE);
    const { left, top, width, height } = cornersOf(part, ratio, this.#canvas);
    if (!width || !height) return NOWHERE;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.clearRect(left, top, width, height);
    draw(context, [...marks].filter((mark) => meet(boxOfMark(mark, viewport), part)), state, viewport, ratio);
    context.restore();
    return part;
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Mark[]} marks
 * @param {State} state
 * @param {Viewport} viewport
 * @param {number} ratio
 */
function draw(context, marks, state, viewport, ratio) {
  const scene = sceneOf(state);
  if (!scene) return;
  const { look } = taskOf(state);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const mark of marks) {
    if (mark !== state.selected) drawMark(context, viewport, mark, look(mark, scene), true);
    else if (!state.carried) drawMark(context, viewport, mark, { ...look(mark, scene), stressed: true }, true);
  }
}
