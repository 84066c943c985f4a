/** Mouse, pen, fingers and arrow keys on the canvas, and what each of them asks of the hand. */

import { Hand } from "./hand.js";
import { taskOf, toolOf } from "./store.js";
import { Touch } from "./touch.js";
import { between } from "./viewport.js";

/** @import { Point } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Store } from "./store.js" */
/** @import { Viewport } from "./viewport.js" */

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
  #hand;
  #touch;
  #space = false;
  /** Whether the arrows draw a box, between its two corners. */
  #cornered = false;
  /** @type {Point | null} Where a pan was last, in view pixels. */
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
    this.#hand = new Hand(store, editor, viewport);
    this.#touch = new Touch(this.#hand, viewport);
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => this.#abandon());
    canvas.addEventListener("pointerleave", () => store.set({ pointer: null }));
    canvas.addEventListener("blur", () => store.set({ pointer: null }));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    window.addEventListener("keydown", (event) => {
      this.#key(event);
      this.#modifier(event, true);
    });
    window.addEventListener("keyup", (event) => this.#modifier(event, false));
    window.addEventListener("blur", () => this.#hold(false));
  }

  /** Give up what is being drawn or picked; else choose nothing and go back to the first tool. */
  cancel() {
    const drawing = this.#hand.busy;
    this.#abandon();
    if (drawing) return;
    this.#canvas.focus({ preventScroll: true }); // so that the arrows move the marker
    this.#store.set({ selected: null });
    this.#store.choose({ tool: taskOf(this.#store.state).tools[0].name, source: null, chosen: null });
  }

  /** Take up what is under the pointer. */
  pick() {
    const { pointer } = this.#store.state;
    if (pointer) this.#editor.act({ kind: "click", at: pointer, other: false, take: true });
  }

  #abandon() {
    this.#grip = null;
    this.#cornered = false;
    this.#touch.cancel();
    this.#cursor();
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    const at = this.#inView(event);
    if (event.pointerType === "touch") {
      this.#touch.down(event.pointerId, at);
      return;
    }
    if (event.button === 1 || (event.button === 0 && this.#space)) {
      event.preventDefault();
      this.#grip = at;
      this.#cursor();
      return;
    }
    if (this.#grip || (this.#hand.busy && !this.#hand.outlines) || (event.button !== 0 && event.button !== 2)) return;
    this.#hand.press(at, howOf(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const to = this.#inView(event);
    if (event.pointerType === "touch") {
      this.#touch.move(event.pointerId, to);
    } else if (this.#grip) {
      this.#viewport.pan(to.x - this.#grip.x, to.y - this.#grip.y);
      this.#grip = to;
    } else {
      this.#hand.move(to);
      this.#hand.hover(to, howOf(event));
    }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerType === "touch") {
      this.#touch.up(event.pointerId);
      return;
    }
    this.#grip = null;
    this.#cursor();
    this.#hand.release();
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
    if (!session || event.ctrlKey || event.metaKey || event.altKey || !this.#takes(event)) return;
    const other = event.key === "Enter" && event.shiftKey;
    if (event.key in ARROWS) this.#step(event);
    else if (event.key === "Enter" && pointer) this.#enter(this.#viewport.toView(pointer.x, pointer.y), other);
    else return;
    event.preventDefault();
  }

  /**
   * Whether a key is for the photo: also where nothing has the focus, as after a photo is opened, and an arrow on
   * a button, which has no use for it.
   * @param {KeyboardEvent} event
   */
  #takes({ key, target }) {
    if (target === this.#canvas) return true;
    if (document.querySelector("dialog[open]")) return false;
    const arrow = key in ARROWS;
    if (target !== document.body && !(arrow && target instanceof HTMLButtonElement)) return false;
    if (arrow) this.#canvas.focus({ preventScroll: true });
    return true;
  }

  /** @param {KeyboardEvent} event */
  #step({ key, shiftKey }) {
    const { session, pointer } = this.#store.state;
    const [width, height] = session?.size ?? [0, 0];
    const at = pointer ?? { x: width / 2, y: height / 2 };
    const step = (shiftKey ? KEY_LEAP_PX : KEY_STEP_PX) / this.#viewport.scale;
    const [dx, dy] = ARROWS[key];
    const x = between(at.x + dx * step, 0, width - 0.01);
    const y = between(at.y + dy * step, 0, height - 0.01);
    this.#store.set({ pointer: { x, y, other: false, take: false, keyboard: true } });
    this.#viewport.reveal(x, y);
    if (this.#cornered || this.#hand.outlines) this.#hand.move(this.#viewport.toView(x, y));
  }

  /**
   * Click at the marker; of a box the first press is a corner, the second the one opposite, of an
   * outline each is a corner, and one more on the last closes it.
   * @param {Point} view
   * @param {boolean} other
   */
  #enter(view, other) {
    const { gesture } = toolOf(this.#store.state);
    if (gesture === "outline") {
      this.#hand.press(view, { other });
      this.#hand.release();
      return;
    }
    if (this.#cornered) this.#hand.release();
    else if (gesture === "box" && !other) this.#hand.press(view);
    else this.#hand.click(view, { other });
    this.#cornered = this.#hand.busy;
  }

  /**
   * Space pans; Shift and Alt turn the meaning of the next click, and are shown at once.
   * @param {KeyboardEvent} event
   * @param {boolean} down
   */
  #modifier(event, down) {
    const { pointer } = this.#store.state;
    if (event.key === "Shift" && pointer) this.#store.set({ pointer: { ...pointer, other: down } });
    if (event.key === "Alt" && pointer) {
      event.preventDefault(); // or the browser opens its menu
      this.#store.set({ pointer: { ...pointer, take: down } });
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

  /** @param {MouseEvent} event */
  #inView(event) {
    const frame = this.#canvas.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }
}

/** @param {PointerEvent} event */
function howOf({ buttons, button, shiftKey, ctrlKey, altKey }) {
  return { other: button === 2 || buttons === 2 || shiftKey || ctrlKey, take: altKey };
}
