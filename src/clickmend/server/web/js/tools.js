/** Pointer and arrow keys on the canvas: clicks, boxes, panning, zooming. */

import { between } from "./viewport.js";

/** @import { Box, Label } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Store } from "./store.js" */
/** @import { Viewport } from "./viewport.js" */

const SMALLEST_BOX_PX = 4;
const KEY_STEP_PX = 4;
const KEY_LEAP_PX = 32;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Tools {
  #canvas;
  #store;
  #editor;
  #viewport;
  /** @type {{ x: number, y: number } | null} Where a box began, in photo pixels. */
  #anchor = null;
  #space = false;
  /** @type {{ x: number, y: number } | null} Where a pan was last, in view pixels. */
  #grip = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Store} store
   * @param {Editor} editor
   * @param {Viewport} viewport
   */
  constructor(canvas, store, editor, viewport) {
    this.#canvas = canvas;
    this.#store = store;
    this.#editor = editor;
    this.#viewport = viewport;
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

  /** Give up a box that is being drawn; else go back to the first tool. */
  cancel() {
    const drawing = this.#anchor !== null;
    this.#anchor = null;
    this.#grip = null;
    this.#store.set({ draft: null, ...(drawing ? {} : { tool: "object" }) });
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
    if (this.#grip || this.#anchor) return;
    const at = this.#place(event);
    if (event.button === 0 && this.#store.state.tool === "box" && !event.shiftKey && !event.ctrlKey) {
      this.#anchor = at;
    } else if (event.button === 0 || event.button === 2) {
      this.#editor.click(at.x, at.y, this.#label(event));
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
    this.#store.set({
      pointer: this.#inside(at) ? { ...at, label: this.#label(event), keyboard: false } : null,
      draft: this.#anchor && this.#boxTo(at),
    });
  }

  #up() {
    const { draft } = this.#store.state;
    this.#grip = null;
    this.#cursor();
    if (!this.#anchor) return;
    this.#anchor = null;
    const least = SMALLEST_BOX_PX / this.#viewport.scale;
    if (!draft || draft.x1 - draft.x0 < least || draft.y1 - draft.y0 < least) {
      this.#store.set({ draft: null });
      return;
    }
    this.#store.set({ draft: null, tool: "object" });
    this.#editor.box(draft);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const { x, y } = this.#inView(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const pinch = event.ctrlKey ? 5 : 1;
    const amount = between(event.deltaY * lines * pinch, -240, 240);
    this.#viewport.zoom(Math.exp(-amount / 500), x, y);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { session, pointer } = this.#store.state;
    if (!session || event.ctrlKey || event.metaKey || event.altKey) return;
    const [width, height] = session.size;
    const at = pointer ?? { x: width / 2, y: height / 2 };
    const label = this.#label({ button: 0, shiftKey: event.key === "Enter" && event.shiftKey });
    if (event.key in ARROWS) {
      const step = (event.shiftKey ? KEY_LEAP_PX : KEY_STEP_PX) / this.#viewport.scale;
      const [dx, dy] = ARROWS[event.key];
      const x = between(at.x + dx * step, 0, width - 0.01);
      const y = between(at.y + dy * step, 0, height - 0.01);
      this.#store.set({ pointer: { x, y, label, keyboard: true } });
      this.#viewport.reveal(x, y);
    } else if (event.key === "Enter" && pointer) {
      this.#editor.click(pointer.x, pointer.y, label);
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
    if (event.key === "Shift" && pointer) {
      const label = this.#label({ button: 0, shiftKey: down });
      this.#store.set({ pointer: { ...pointer, label } });
    }
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

  /**
   * @param {{ button: number, shiftKey: boolean, ctrlKey?: boolean }} event
   * @returns {Label}
   */
  #label({ button, shiftKey, ctrlKey }) {
    const other = button === 2 || shiftKey || ctrlKey === true;
    return other || this.#store.state.tool === "background" ? "background" : "foreground";
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

  /** @param {{ x: number, y: number }} place */
  #inside({ x, y }) {
    const [width, height] = this.#store.state.session?.size ?? [0, 0];
    return x >= 0 && y >= 0 && x < width && y < height;
  }

  /**
   * From the anchor to here, on whole pixels and inside the photo.
   * @param {{ x: number, y: number }} to
   * @returns {Box | null}
   */
  #boxTo(to) {
    const from = this.#anchor;
    const [width, height] = this.#store.state.session?.size ?? [0, 0];
    if (!from) return null;
    return {
      x0: between(Math.floor(Math.min(from.x, to.x)), 0, width),
      y0: between(Math.floor(Math.min(from.y, to.y)), 0, height),
      x1: between(Math.ceil(Math.max(from.x, to.x)), 0, width),
      y1: between(Math.ceil(Math.max(from.y, to.y)), 0, height),
    };
  }
}
