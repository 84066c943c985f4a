/** The depth of the open photo as a relief, which is turned by hand. */

import { element } from "../panel.js";
import { metresOf } from "../tasks/depth-scale.js";
import { between } from "../viewport.js";
import { cloudOf, seen } from "./points.js";

/** @import { Point } from "../types.js" */
/** @import { Store } from "../store.js" */
/** @import { Cloud } from "./points.js" */

const STRAIGHT = { yaw: 0, pitch: 0, zoom: 1 };
/** It opens a little from the side, for from the front it is the photo. */
const ASIDE = { yaw: -0.35, pitch: 0.2, zoom: 0.9 };
const MOST_TURN = 1.4;
const TURN_PER_PX = 0.006;
const STEP = 0.1;
const ZOOM_STEP = 1.15;

/** @type {Record<string, [number, number]>} Which way arrows turn it. */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Relief {
  #dialog = element("relief", HTMLDialogElement);
  #canvas = element("relief-canvas", HTMLCanvasElement);
  #store;
  /** @type {Cloud | null} */
  #cloud = null;
  #view = ASIDE;
  #due = false;
  /** Where each finger, or the mouse, holds it. @type {Map<number, Point>} */
  #held = new Map();

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#held.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      canvas.addEventListener(end, ({ pointerId }) => this.#held.delete(pointerId));
    }
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#zoom(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    });
    canvas.addEventListener("keydown", (event) => this.#press(event));
    element("relief-front", HTMLButtonElement).addEventListener("click", () => this.#show(STRAIGHT));
    this.#dialog.addEventListener("close", () => {
      this.#cloud = null;
      this.#held.clear();
    });
  }

  /** Show the depth map as it is now. */
  open() {
    const { picture, photo } = this.#store.state;
    if (!picture || !photo) return;
    const { plane } = picture;
    this.#cloud = cloudOf(plane, (level) => metresOf(plane, level), photo);
    this.#canvas.height = Math.round((this.#canvas.width * plane.height) / plane.width);
    this.#dialog.showModal();
    this.#canvas.focus();
    this.#show(ASIDE);
  }

  /**
   * One turns it, two fingers bring it nearer.
   * @param {PointerEvent} event
   */
  #move({ pointerId, clientX: x, clientY: y }) {
    const before = this.#held.get(pointerId);
    if (!before) return;
    const apart = this.#apart();
    this.#held.set(pointerId, { x, y });
    if (this.#held.size === 1) this.#turn(TURN_PER_PX * (x - before.x), TURN_PER_PX * (y - before.y));
    else if (apart) this.#zoom(this.#apart() / apart);
  }

  /** How far the first two fingers are from one another. */
  #apart() {
    const [one, two = one] = this.#held.values();
    return Math.hypot(one.x - two.x, one.y - two.y);
  }

  /**
   * @param {number} right Radians.
   * @param {number} down Radians.
   */
  #turn(right, down) {
    const { yaw, pitch, zoom } = this.#view;
    this.#show({ yaw: between(yaw + right, -MOST_TURN, MOST_TURN), pitch: between(pitch + down, -MOST_TURN, MOST_TURN), zoom });
  }

  /** @param {number} factor */
  #zoom(factor) {
    this.#show({ ...this.#view, zoom: between(this.#view.zoom * factor, 0.2, 8) });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const arrow = ARROWS[event.key];
    if (arrow) this.#turn(STEP * arrow[0], STEP * arrow[1]);
    else if (event.key === "+" || event.key === "=") this.#zoom(ZOOM_STEP);
    else if (event.key === "-") this.#zoom(1 / ZOOM_STEP);
    else if (event.key === "0") this.#show(STRAIGHT);
    else return;
    event.preventDefault();
  }

  /** @param {typeof STRAIGHT} view */
  #show(view) {
    this.#view = view;
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      if (!this.#cloud) return;
      const { width, height } = this.#canvas;
      this.#canvas.getContext("2d")?.putImageData(seen(this.#cloud, this.#view, width, height), 0, 0);
    });
  }
}
