/** Pointer and arrow keys on the canvas: clicks, boxes, strokes, panning, zooming. */

import { sceneOf, taskOf, toolOf } from "./store.js";
import { between } from "./viewport.js";

/** @import { Box, Point } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Store } from "./store.js" */
/** @import { Viewport } from "./viewport.js" */

const SMALLEST_BOX_PX = 4;
const KEY_STEP_PX = 4;
const KEY_LEAP_PX = 32;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Gestures {
  #canvas;
  #store;
  #editor;
  #viewport;
  #resize;
  /** @type {Point[] | null} Where the pointer went since the button went down. */
  #path = null;
  #space = false;
  /** @type {{ x: number, y: number } | null} Where a pan was last, in view pixels. */
  #grip = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Store} store
   * @param {Editor} editor
   * @param {Viewport} viewport
   * @param {(factor: number) => void} resize Makes the circle around the pointer larger or smaller.
   */
  constructor(canvas, store, editor, viewport, resize) {
    this.#canvas = canvas;
    this.#store = store;
    this.#editor = editor;
    this.#viewport = viewport;
    this.#resize = resize;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", () => this.#up());
    canvas.addEventListener("pointercancel", () => this.cancel());
    canvas.addEventListener("pointerleave", () => store.set({ pointer: null }));
    canvas.addEventListener("blur", () => store.set({ pointer: null }));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("keydown", (event) => this.#modifier(event, true));
    window.addEventListener("keyup", (event) => this.#modifier(event, false));
    window.addEventListener("blur", () => this.#hold(false));
  }

  /** Give up what is being drawn or picked; else go back to the first tool. */
  cancel() {
    const drawing = this.#path !== null;
    this.#path = null;
    this.#grip = null;
    this.#store.set({ draft: null });
    if (drawing) return;
    this.#store.choose({ tool: taskOf(this.#store.state).tools[0].name, source: null, chosen: null });
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    if (event.button === 1 || (event.button === 0 && this.#space)) {
      event.preventDefault();
      this.#grip = this.#inView(event);
      this.#cursor();
      return;
    }
    if (this.#grip || this.#path || (event.button !== 0 && event.button !== 2)) return;
    const at = this.#place(event);
    if (this.#other(event)) {
      this.#click(at, true);
      return;
    }
    const { gesture } = toolOf(this.#store.state);
    if (gesture === "click") this.#click(at, false);
    if (gesture === "box" || (gesture === "stroke" && this.#inside(at))) {
      this.#path = [at];
      this.#draw();
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#grip) {
      const to = this.#inView(event);
      this.#viewport.pan(to.x - this.#grip.x, to.y - this.#grip.y);
      this.#grip = to;
      return;
    }
    const at = this.#place(event);
    if (this.#path) {
      this.#path.push(at);
      this.#draw();
    }
    const other = this.#other(event);
    this.#store.set({ pointer: this.#inside(at) ? { ...at, other, keyboard: false } : null });
  }

  #up() {
    this.#grip = null;
    this.#cursor();
    const path = this.#path;
    this.#path = null;
    if (!path) return;
    this.#store.set({ draft: null });
    if (toolOf(this.#store.state).gesture === "stroke") this.#editor.act({ kind: "stroke", points: this.#points(path) });
    else if (this.#isBox(path)) this.#editor.act({ kind: "box", box: this.#boxOf(path) });
  }

  /** Show what letting go now would do. */
  #draw() {
    const path = this.#path;
    if (!path) return;
    const stroke = toolOf(this.#store.state).gesture === "stroke";
    const { mark } = this.#editor.effectOf(
      stroke ? { kind: "stroke", points: this.#points(path) } : { kind: "box", box: this.#boxOf(path) },
    );
    this.#store.set({ draft: mark ?? null });
  }

  /**
   * @param {Point} at
   * @param {boolean} other
   */
  #click(at, other) {
    if (this.#inside(at)) this.#editor.act({ kind: "click", at, other });
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const { x, y } = this.#inView(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const pinch = event.ctrlKey ? 5 : 1;
    const amount = between((event.deltaY || event.deltaX) * lines * pinch, -240, 240);
    const factor = Math.exp(-amount / 500);
    if (event.altKey) this.#resize(factor);
    else this.#viewport.zoom(factor, x, y);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { session, pointer } = this.#store.state;
    if (!session || event.ctrlKey || event.metaKey || event.altKey) return;
    const [width, height] = session.size;
    const at = pointer ?? { x: width / 2, y: height / 2 };
    const other = event.key === "Enter" && event.shiftKey;
    if (event.key in ARROWS) {
      const step = (event.shiftKey ? KEY_LEAP_PX : KEY_STEP_PX) / this.#viewport.scale;
      const [dx, dy] = ARROWS[event.key];
      const x = between(at.x + dx * step, 0, width - 0.01);
      const y = between(at.y + dy * step, 0, height - 0.01);
      this.#store.set({ pointer: { x, y, other, keyboard: true } });
      this.#viewport.reveal(x, y);
    } else if (event.key === "Enter" && pointer) {
      this.#click(pointer, other);
    } else {
      return;
    }
    event.preventDefault();
  }

  /**
   * Space pans; Shift turns the meaning of the next click round, and is shown at once.
   * @param {KeyboardEvent} event
   * @param {boolean} down
   */
  #modifier(event, down) {
    const { pointer } = this.#store.state;
    if (event.key === "Shift" && pointer) this.#store.set({ pointer: { ...pointer, other: down } });
    // A button that was reached with the keyboard keeps its space bar.
    const { target } = event;
    const taken = target instanceof HTMLElement && target !== this.#canvas;
    if (event.key !== " " || (taken && target.matches(":focus-visible"))) return;
    if (this.#store.state.phase !== "editing") return;
    event.preventDefault();
    this.#hold(down);
  }

  /** @param {boolean} down */
  #hold(down) {
    this.#space = down;
    this.#cursor();
  }

  #cursor() {
    this.#canvas.dataset.panning = this.#grip ? "moving" : this.#space ? "ready" : "no";
  }

  /** @param {PointerEvent} event */
  #other({ buttons, button, shiftKey, ctrlKey }) {
    return button === 2 || buttons === 2 || shiftKey || ctrlKey;
  }

  /** @param {MouseEvent} event */
  #inView(event) {
    const frame = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  /** @param {MouseEvent} event */
  #place(event) {
    const { x, y } = this.#inView(event);
    return this.#viewport.toPhoto(x, y);
  }

  get #size() {
    return sceneOf(this.#store.state)?.session.size ?? [0, 0];
  }

  /** @param {Point} place */
  #inside({ x, y }) {
    const [width, height] = this.#size;
    return x >= 0 && y >= 0 && x < width && y < height;
  }

  /**
   * A path in whole pixels of the photo, each once where they follow one another.
   * @param {Point[]} path
   * @returns {Point[]}
   */
  #points(path) {
    const [width, height] = this.#size;
    return path
      .map(({ x, y }) => ({
        x: between(Math.floor(x), 0, width - 1),
        y: between(Math.floor(y), 0, height - 1),
      }))
      .filter(({ x, y }, i, all) => i === 0 || x !== all[i - 1].x || y !== all[i - 1].y);
  }

  /**
   * From the first to the last place, on whole pixels and inside the photo.
   * @param {Point[]} path
   * @returns {Box}
   */
  #boxOf(path) {
    const [width, height] = this.#size;
    const [from, to] = [path[0], path[path.length - 1]];
    return {
      x0: between(Math.floor(Math.min(from.x, to.x)), 0, width),
      y0: between(Math.floor(Math.min(from.y, to.y)), 0, height),
      x1: between(Math.ceil(Math.max(from.x, to.x)), 0, width),
      y1: between(Math.ceil(Math.max(from.y, to.y)), 0, height),
    };
  }

  /** @param {Point[]} path */
  #isBox(path) {
    const { x0, y0, x1, y1 } = this.#boxOf(path);
    const least = SMALLEST_BOX_PX / this.#viewport.scale;
    return x1 - x0 >= least && y1 - y0 >= least;
  }
}
