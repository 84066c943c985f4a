/** Fingers: a tap clicks, a long press is the other button, one finger moves the photo, two zoom. */

/** @import { Point } from "./types.js" */
/** @import { Hand } from "./hand.js" */
/** @import { Viewport } from "./viewport.js" */

const LONG_MS = 500;
const SLOP_PX = 9;
const REACH_PX = 20;

export class Touch {
  #hand;
  #viewport;
  /** @type {Map<number, Point>} Where each finger is, in pixels of the page. */
  #fingers = new Map();
  /** @type {"idle" | "tap" | "draw" | "pan" | "pinch" | "done"} */
  #doing = "idle";
  /** @type {Point} */
  #start = { x: 0, y: 0 };
  /** Whether the finger went on with an outline that was there. */
  #goesOn = false;
  #timer = 0;

  /**
   * @param {Hand} hand
   * @param {Viewport} viewport
   */
  constructor(hand, viewport) {
    this.#hand = hand;
    this.#viewport = viewport;
  }

  /**
   * @param {number} finger
   * @param {Point} at
   */
  down(finger, at) {
    this.#fingers.set(finger, at);
    clearTimeout(this.#timer);
    if (this.#fingers.size === 2) {
      this.#hand.interrupt();
      this.#doing = "pinch";
    }
    if (this.#fingers.size !== 1) return;
    this.#start = at;
    this.#goesOn = this.#hand.outlines;
    const holds = !this.#hand.draws && this.#hand.markAt(at, REACH_PX) !== null;
    this.#doing = this.#hand.draws || holds ? "draw" : "tap";
    if (this.#doing === "draw") this.#hand.press(at, { reach: REACH_PX });
    this.#timer = window.setTimeout(() => this.#long(), LONG_MS);
  }

  /**
   * @param {number} finger
   * @param {Point} at
   */
  move(finger, at) {
    const before = this.#fingers.get(finger);
    if (!before) return;
    const from = this.#frame();
    this.#fingers.set(finger, at);
    const far = Math.hypot(at.x - this.#start.x, at.y - this.#start.y) > SLOP_PX;
    if (far) clearTimeout(this.#timer);
    if (this.#doing === "tap" && far) this.#doing = "pan";
    if (this.#doing === "draw") this.#hand.move(at);
    if (this.#doing === "pan") this.#viewport.pan(at.x - before.x, at.y - before.y);
    if (this.#doing === "pinch") {
      const to = this.#frame();
      this.#viewport.pan(to.x - from.x, to.y - from.y);
      if (from.apart && to.apart) this.#viewport.zoom(to.apart / from.apart, to.x, to.y);
    }
  }

  /** @param {number} finger */
  up(finger) {
    if (!this.#fingers.delete(finger)) return;
    clearTimeout(this.#timer);
    if (this.#doing === "tap") this.#hand.click(this.#start);
    if (this.#doing === "draw") this.#hand.release();
    if (!this.#fingers.size) this.#doing = "idle";
    else if (this.#doing !== "done") this.#doing = this.#fingers.size === 1 ? "pan" : "pinch";
  }

  /** Give up what the fingers do. */
  cancel() {
    clearTimeout(this.#timer);
    this.#fingers.clear();
    this.#doing = "idle";
    this.#hand.abandon();
  }

  #long() {
    if ((this.#doing !== "tap" && this.#doing !== "draw") || this.#goesOn) return;
    this.#hand.abandon();
    this.#doing = this.#hand.draws ? "draw" : "done";
    this.#hand.press(this.#start, { other: true });
  }

  /** The middle of the first two fingers, and how far apart they are. */
  #frame() {
    const [one, two = one] = this.#fingers.values();
    return { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2, apart: Math.hypot(one.x - two.x, one.y - two.y) };
  }
}
