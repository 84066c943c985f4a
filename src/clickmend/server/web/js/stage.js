/** Draws the photo, the mask, the marks and the pointer on the canvas, at device resolution. */

/** @import { Box, Label, Mark, State } from "./types.js" */
/** @import { Store } from "./store.js" */

import { Viewport } from "./viewport.js";

const COLOUR = { foreground: "#16a05d", background: "#e0433f" };
const OUTLINE = "#2f6df6";
const DOT_RADIUS = 7;
const PIXELS_SHOW_FROM = 3;

export class Stage {
  #canvas;
  #context;
  #store;
  #ratio = 1;
  #due = false;
  #framed;
  viewport = new Viewport(() => this.draw());

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Store} store
   * @param {(scale: number) => void} framed Told the zoom with every frame.
   */
  constructor(canvas, store, framed) {
    this.#framed = framed;
    this.#canvas = canvas;
    this.#store = store;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    new ResizeObserver(() => this.#resize()).observe(canvas);
    store.watch(() => this.draw());
  }

  /** Draw with the next frame. */
  draw() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#frame(this.#store.state);
      this.#framed(this.viewport.scale);
    });
  }

  #resize() {
    const { clientWidth, clientHeight } = this.#canvas;
    if (!clientWidth || !clientHeight) return;
    this.#ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(clientWidth * this.#ratio);
    this.#canvas.height = Math.round(clientHeight * this.#ratio);
    this.viewport.resize(clientWidth, clientHeight);
  }

  /** @param {State} state */
  #frame(state) {
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (!state.photo) return;
    this.#inPhotoPixels();
    context.imageSmoothingEnabled = this.viewport.scale < PIXELS_SHOW_FROM;
    context.imageSmoothingQuality = "high";
    context.drawImage(state.photo, 0, 0);
    if (state.mask && state.shown) this.#mask(state);

    this.#inViewPixels();
    for (const mark of state.session?.feedback ?? []) this.#mark(mark, true);
    for (const mark of state.pending) this.#mark(mark, false);
    if (state.draft) this.#box(state.draft, true);
    if (state.pointer) this.#pointer(state.pointer, state);
  }

  #inPhotoPixels() {
    const { scale, left, top } = this.viewport;
    const ratio = this.#ratio;
    this.#context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * left, ratio * top);
  }

  #inViewPixels() {
    this.#context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
  }

  /** @param {State} state */
  #mask({ mask, opacity }) {
    if (!mask) return;
    const context = this.#context;
    const { scale } = this.viewport;
    context.globalAlpha = opacity;
    context.drawImage(mask.tint, 0, 0);
    context.globalAlpha = 1;
    const border = scale < PIXELS_SHOW_FROM ? mask.smooth : mask.exact;
    context.lineJoin = "round";
    context.strokeStyle = "rgb(255 255 255 / 90%)";
    context.lineWidth = 3.5 / scale;
    context.stroke(border);
    context.strokeStyle = OUTLINE;
    context.lineWidth = 1.75 / scale;
    context.stroke(border);
  }

  /**
   * @param {Mark} mark
   * @param {boolean} answered
   */
  #mark(mark, answered) {
    if (mark.type === "box") this.#box(mark, !answered);
    else this.#dot(this.viewport.toView(mark.x, mark.y), mark.label, answered);
  }

  /**
   * @param {{ x: number, y: number }} at
   * @param {Label} label
   * @param {boolean} answered A dot that waits for its answer is drawn hollow.
   */
  #dot({ x, y }, label, answered) {
    const context = this.#context;
    context.beginPath();
    context.arc(x, y, DOT_RADIUS, 0, 2 * Math.PI);
    context.shadowColor = "rgb(0 0 0 / 45%)";
    context.shadowBlur = 4 * this.#ratio;
    context.fillStyle = answered ? COLOUR[label] : "#fff";
    context.fill();
    context.shadowColor = "transparent";
    context.lineWidth = 2;
    context.strokeStyle = answered ? "#fff" : COLOUR[label];
    context.stroke();
    this.#sign({ x, y }, label, answered ? "#fff" : COLOUR[label], 3.2);
  }

  /**
   * A plus or a minus.
   * @param {{ x: number, y: number }} at
   * @param {Label} label
   * @param {string} colour
   * @param {number} arm
   */
  #sign({ x, y }, label, colour, arm) {
    const context = this.#context;
    context.beginPath();
    context.moveTo(x - arm, y);
    context.lineTo(x + arm, y);
    if (label === "foreground") {
      context.moveTo(x, y - arm);
      context.lineTo(x, y + arm);
    }
    context.lineCap = "round";
    context.lineWidth = 1.75;
    context.strokeStyle = colour;
    context.stroke();
  }

  /**
   * @param {Box} box
   * @param {boolean} dashed
   */
  #box({ x0, y0, x1, y1 }, dashed) {
    const context = this.#context;
    const start = this.viewport.toView(x0, y0);
    const end = this.viewport.toView(x1, y1);
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
   * What a click would mean, beside the pointer; with the keyboard also where.
   * @param {NonNullable<State["pointer"]>} pointer
   * @param {State} state
   */
  #pointer({ x, y, label, keyboard }, { tool }) {
    const at = this.viewport.toView(x, y);
    const context = this.#context;
    if (keyboard) {
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
    if (tool === "box" && !keyboard) return;
    const badge = { x: at.x + 14, y: at.y + 14 };
    context.beginPath();
    context.arc(badge.x, badge.y, 5.5, 0, 2 * Math.PI);
    context.fillStyle = COLOUR[label];
    context.fill();
    this.#sign(badge, label, "#fff", 2.6);
  }
}
