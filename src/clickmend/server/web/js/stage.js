/** Draws the photo, the prediction, the marks and the pointer on the canvas, at device resolution. */

import { Backdrop } from "./backdrop.js";
import { detail, everyAt } from "./detail.js";
import { drawBadge, drawCircle, drawCrosshair, drawMark, drawSource } from "./drawing.js";
import { circleOf } from "./sizes.js";
import { effectOf, sceneOf, taskOf, toolOf } from "./store.js";
import { lookOf } from "./tasks/protecting.js";
import { Viewport } from "./viewport.js";
import { dashed } from "./views.js";

/** @import { Mark, Scene, State } from "./types.js" */
/** @import { Store } from "./store.js" */

export class Stage {
  #canvas;
  #context;
  #store;
  #ratio = 1;
  #due = false;
  #framed;
  #backdrop = new Backdrop(() => this.draw());
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
      detail.every = everyAt(this.#ratio * this.viewport.scale);
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
    if (!state.photo) {
      context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
      return;
    }
    this.#backdrop.draw(this.#canvas, context, state, this.viewport, this.#ratio);
    const scene = sceneOf(state);
    if (!scene || state.before) return;
    if (state.preview) {
      const { scale, left, top } = this.viewport;
      context.setTransform(this.#ratio * scale, 0, 0, this.#ratio * scale, this.#ratio * left, this.#ratio * top);
      dashed(context, state.preview, scale);
    }
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    const look = (/** @type {Mark} */ mark, /** @type {Scene} */ scene) => lookOf(taskOf(state), mark, scene);
    for (const mark of state.pending) drawMark(context, this.viewport, mark, look(mark, scene), false);
    if (state.carried) drawMark(context, this.viewport, state.carried, { ...look(state.carried, scene), stressed: true }, true);
    if (state.draft) drawMark(context, this.viewport, state.draft, look(state.draft, scene), false);
    this.#pointer(state, scene);
  }

  /**
   * What a click would mean, beside the pointer, and how far it would reach.
   * @param {State} state
   * @param {Scene} scene
   */
  #pointer(state, scene) {
    const { pointer, draft } = state;
    const { source } = scene.settings;
    const context = this.#context;
    const tool = toolOf(state);
    const at = pointer && this.viewport.toView(pointer.x, pointer.y);
    if (source) drawSource(context, this.viewport.toView(source.x, source.y), at);
    if (!at || draft) return;
    if (pointer.keyboard) drawCrosshair(context, at);
    const circle = circleOf(state);
    if (circle?.radius) {
      drawCircle(context, at, circle.radius * this.viewport.scale, { faint: false, dashed: circle.automatic });
    }
    const { mark } = effectOf(state, { kind: "click", at: pointer, other: pointer.other, take: pointer.take });
    if (tool.gesture !== "box" || pointer.other || pointer.keyboard) {
      drawBadge(context, at, mark ? lookOf(taskOf(state), mark, scene) : null);
    }
  }
}
