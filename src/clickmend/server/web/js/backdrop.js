/** What lies under the pointer and changes rarely: the photo, the prediction, the marks that are answered. */

import { everyAt, mixedAt } from "./detail.js";
import { Ground } from "./ground.js";
import { hatch } from "./hatch.js";
import { MarksLayer } from "./marks-layer.js";
import { around } from "./outlines.js";
import { LINE_PX, cornersOf, toRepaint } from "./repaint.js";
import { settingsOf, taskOf } from "./store.js";
import { PIXELS_SHOW_FROM } from "./views.js";

/** @import { Box, State } from "./types.js" */
/** @import { Viewport } from "./viewport.js" */

/** A backdrop that took longer is moved as it is while the view moves, and drawn anew when it rests. */
const QUICK_MS = 12;
const REST_MS = 120;

/** @typedef {{ scale: number, left: number, top: number }} Frame */

export class Backdrop {
  #canvas = document.createElement("canvas");
  #rested;
  #ground = new Ground();
  #marks = new MarksLayer();
  /** What it was drawn from, beside the session and its picture. @type {unknown[]} */
  #drawn = [];
  /** @type {State | null} */
  #state = null;
  /** @type {Frame} */
  #frame = { scale: 1, left: 0, top: 0 };
  #took = 0;
  #timer = 0;

  /** @param {() => void} rested Called when it should be drawn anew. */
  constructor(rested) {
    this.#rested = rested;
  }

  /**
   * Draw it on the stage.
   * @param {HTMLCanvasElement} stage
   * @param {CanvasRenderingContext2D} context
   * @param {State} state With a photo.
   * @param {Viewport} viewport
   * @param {number} ratio Device pixels in one of the page.
   */
  draw(stage, context, state, viewport, ratio) {
    const { photo, picture, before, split, shown, selected, session, settings, shield } = state;
    const from = [photo, shield, before, split, shown, selected, state.carried !== null, settings[taskOf(state).name], stage.width, stage.height, ratio];
    const alike = from.length === this.#drawn.length && from.every((part, i) => part === this.#drawn[i]);
    const same = alike && session === this.#state?.session && picture === this.#state.picture;
    const { scale, left, top } = viewport;
    const still = scale === this.#frame.scale && left === this.#frame.left && top === this.#frame.top;
    if (!same || (!still && this.#took <= QUICK_MS)) {
      const whole = !alike || !still || !this.#state || shield || before || split || !shown;
      const part = whole || !this.#state ? null : toRepaint(this.#state, state, viewport, detailOf(ratio * scale));
      const marked = this.#marks.update(state, viewport, ratio, part ? null : stage);
      if (part) this.#repaint(state, viewport, ratio, around(part, marked));
      else this.#paint(stage, state, viewport, ratio);
      this.#drawn = from;
      this.#state = state;
    } else if (!still) this.#wait();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, stage.width, stage.height);
    const grown = scale / this.#frame.scale;
    const [dx, dy] = [left - grown * this.#frame.left, top - grown * this.#frame.top];
    if (grown !== 1 || dx || dy) {
      context.imageSmoothingQuality = "low";
      context.setTransform(grown, 0, 0, grown, ratio * dx, ratio * dy);
    }
    context.drawImage(this.#canvas, 0, 0);
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#drawn = [];
      this.#rested();
    }, REST_MS);
  }

  /**
   * @param {HTMLCanvasElement} stage
   * @param {State} state
   * @param {Viewport} viewport
   * @param {number} ratio
   */
  #paint(stage, state, viewport, ratio) {
    const started = performance.now();
    clearTimeout(this.#timer);
    this.#timer = 0;
    const canvas = this.#canvas;
    if (canvas.width !== stage.width || canvas.height !== stage.height) {
      canvas.width = stage.width;
      canvas.height = stage.height;
    }
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    paintAll(context, state, viewport, ratio, { ground: this.#ground, marks: this.#marks });
    this.#frame = { scale: viewport.scale, left: viewport.left, top: viewport.top };
    this.#took = performance.now() - started;
  }

  /**
   * Paint a part of it anew; what is there becomes what all anew would give.
   * @param {State} state
   * @param {Viewport} viewport
   * @param {number} ratio
   * @param {Box} part In pixels of the page.
   */
  #repaint(state, viewport, ratio, part) {
    const { left, top, width, height } = cornersOf(part, ratio, this.#canvas);
    if (!width || !height) return;
    const context = this.#context;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.clearRect(left, top, width, height);
    const seen = { x0: left / ratio, y0: top / ratio, x1: (left + width) / ratio, y1: (top + height) / ratio };
    paintAll(context, state, viewport, ratio, { ground: this.#ground, marks: this.#marks }, seen);
    context.restore();
  }

  get #context() {
    return /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {State} state
 * @param {Viewport} viewport
 * @param {number} ratio
 * @param {{ ground: Ground, marks: MarksLayer }} under Ready to be drawn.
 * @param {Box | null} [part] Which alone is seen of it, in pixels of the page.
 */
function paintAll(context, state, viewport, ratio, { ground, marks }, part = null) {
  context.save();
  paintPrediction(context, state, viewport, ratio, ground, part);
  context.restore();
  if (state.split) paintSplit(context, state, viewport, ratio, ground, context.canvas.width * state.split.at);
  if (state.shield && !state.before) {
    const { scale, left, top } = viewport;
    context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
    hatch(context, state.shield.border(mixedAt(ratio * scale)), scale, ratio);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(marks.canvas, 0, 0);
}

/**
 * The prediction before any mark over that which is there, up to a line.
 * @param {CanvasRenderingContext2D} context
 * @param {State} state
 * @param {Viewport} viewport
 * @param {number} ratio
 * @param {Ground} ground
 * @param {number} x Where the line is, in device pixels.
 */
function paintSplit(context, state, viewport, ratio, ground, x) {
  const { height } = context.canvas;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(0, 0, x, height);
  context.clip();
  context.clearRect(0, 0, x, height);
  paintPrediction(context, { ...state, picture: state.split?.picture ?? null }, viewport, ratio, ground);
  context.restore();
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (const [width, colour] of /** @type {const} */ ([[4, "rgb(0 0 0 / 45%)"], [2, "#fff"]])) {
    context.fillStyle = colour;
    context.fillRect(x - (width * ratio) / 2, 0, width * ratio, height);
  }
}

/** As fine as layers and borders are drawn at a scale, in pixels of the screen. @param {number} scale */
const detailOf = (scale) => ({ every: mixedAt(scale), lines: everyAt(scale) });

/**
 * @param {CanvasRenderingContext2D} context
 * @param {State} state
 * @param {Viewport} viewport
 * @param {number} ratio
 * @param {Ground} ground
 * @param {Box | null} [part] As of `paintAll`.
 */
function paintPrediction(context, state, { scale, left, top }, ratio, ground, part = null) {
  const { photo, shown } = state;
  const picture = state.before ?? state.picture;
  if (!photo) return;
  context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
  context.imageSmoothingEnabled = scale < PIXELS_SHOW_FROM;
  context.imageSmoothingQuality = "high";
  if (!picture || !shown) return ground.draw(context, photo);
  const { view, opacity, chosen: key, hidden } = settingsOf(state);
  const { views } = taskOf(state);
  const chosen = views.find(({ name }) => name === view) ?? views[0];
  const seen = hidden.length ? (picture.without?.(hidden) ?? picture) : picture;
  const { every, lines } = detailOf(ratio * scale);
  const inPhoto = (/** @type {number} */ at, /** @type {number} */ start) => (at - start) / scale;
  const within = part && {
    x0: inPhoto(part.x0 - LINE_PX, left),
    y0: inPhoto(part.y0 - LINE_PX, top),
    x1: inPhoto(part.x1 + LINE_PX, left),
    y1: inPhoto(part.y1 + LINE_PX, top),
  };
  chosen.paint(context, seen, { photo, ground: () => ground.draw(context, photo), opacity, scale, every, lines, within, chosen: key });
}
