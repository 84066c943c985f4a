/** What lies under the pointer and changes rarely: the photo, the prediction, the marks that are answered. */

import { everyAt, mixedAt } from "./detail.js";
import { drawMark } from "./drawing.js";
import { Ground } from "./ground.js";
import { hatch } from "./hatch.js";
import { shownMarks } from "./shown-marks.js";
import { sceneOf, settingsOf, taskOf } from "./store.js";
import { PIXELS_SHOW_FROM } from "./views.js";

/** @import { State } from "./types.js" */
/** @import { Viewport } from "./viewport.js" */

/** A backdrop that took longer is moved as it is while the view moves, and drawn anew when it rests. */
const QUICK_MS = 12;
const REST_MS = 120;

/** @typedef {{ scale: number, left: number, top: number }} Frame */

export class Backdrop {
  #canvas = document.createElement("canvas");
  #rested;
  #ground = new Ground();
  /** What it was drawn from. @type {unknown[]} */
  #drawn = [];
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
    const from = [photo, shield, picture, before, split, shown, selected, state.carried !== null, session, settings[taskOf(state).name], stage.width, stage.height, ratio];
    const same = from.length === this.#drawn.length && from.every((part, i) => part === this.#drawn[i]);
    const { scale, left, top } = viewport;
    const still = scale === this.#frame.scale && left === this.#frame.left && top === this.#frame.top;
    if (!same || (!still && this.#took <= QUICK_MS)) {
      this.#paint(stage, state, viewport, ratio);
      this.#drawn = from;
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
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    paintPrediction(context, state, viewport, ratio, this.#ground);
    if (state.split) paintSplit(context, state, viewport, ratio, this.#ground, canvas.width * state.split.at);
    const scene = sceneOf(state);
    if (state.shield && !state.before) {
      const { scale, left, top } = viewport;
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
      hatch(context, state.shield.border(mixedAt(ratio * scale)), scale, ratio);
    }
    if (scene && !state.before) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { look } = taskOf(state);
      for (const mark of shownMarks(state)) {
        if (mark !== state.selected) drawMark(context, viewport, mark, look(mark, scene), true);
        else if (!state.carried) drawMark(context, viewport, mark, { ...look(mark, scene), stressed: true }, true);
      }
    }
    this.#frame = { scale: viewport.scale, left: viewport.left, top: viewport.top };
    this.#took = performance.now() - started;
  }
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

/**
 * @param {CanvasRenderingContext2D} context
 * @param {State} state
 * @param {Viewport} viewport
 * @param {number} ratio
 * @param {Ground} ground
 */
function paintPrediction(context, state, { scale, left, top }, ratio, ground) {
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
  const [every, lines] = [mixedAt(ratio * scale), everyAt(ratio * scale)];
  chosen.paint(context, seen, { photo, ground: () => ground.draw(context, photo), opacity, scale, every, lines, chosen: key });
}
