/** What a pointer does on the photo, be it a mouse, a pen or a finger: click, draw, carry, pan. */

import { markAt } from "./shown-marks.js";
import { effectOf, sceneOf, toolOf } from "./store.js";
import { between } from "./viewport.js";

/** @import { Box, Gesture, Mark, Point } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Store } from "./store.js" */
/** @import { Viewport } from "./viewport.js" */

const SMALLEST_BOX_PX = 4;
const SLOP_PX = 4;
/** So near to the first or the last corner of an outline, in pixels of the page, a press closes it. */
const CLOSES_PX = 8;
const LEAST_CORNERS = 3;

/**
 * How a press is meant: as the opposite, or to take up what is there; how near a mark takes hold of it.
 * @typedef {{ other?: boolean, take?: boolean, reach?: number }} How
 */

export class Hand {
  #store;
  #editor;
  #viewport;
  /** @type {{ points: Point[], other: boolean } | null} Where it went since it began to draw. */
  #path = null;
  /** @type {{ pressed: Point | null, dragged: boolean } | null} What is drawn corner by corner. */
  #outline = null;
  /** @type {{ mark: Mark, from: Point } | null} The mark that is held, and where it was taken. */
  #carry = null;
  /** The photo and the tool that it was begun with. */
  #begun = "";

  /**
   * @param {Store} store
   * @param {Editor} editor
   * @param {Viewport} viewport
   */
  constructor(store, editor, viewport) {
    this.#store = store;
    this.#editor = editor;
    this.#viewport = viewport;
  }

  /** Whether something is being drawn. */
  get busy() {
    this.#check();
    return this.#path !== null || this.#carry !== null;
  }

  /** Whether an outline is being drawn, which goes on from one press to the next. */
  get outlines() {
    this.#check();
    return this.#outline !== null;
  }

  /** Whether the chosen tool draws, so that a drag is not a pan. */
  get draws() {
    return toolOf(this.#store.state).gesture !== "click";
  }

  /**
   * Press: a click at once, or the beginning of a box or a stroke.
   * @param {Point} view
   * @param {How} [how]
   */
  press(view, { other = false, take = false, reach } = {}) {
    const at = this.#place(view);
    const { gesture } = toolOf(this.#store.state);
    if (this.outlines) {
      this.#corner(view);
      return;
    }
    this.#begun = this.#scene;
    const mark = other || take || gesture !== "click" ? null : this.markAt(view, reach);
    if (mark) {
      this.#editor.select(mark);
      this.#carry = { mark, from: view };
    } else if (gesture === "click" || take || (gesture === "box" && other)) this.click(view, { other, take });
    else if (gesture === "box" || this.#inside(at)) {
      this.#path = { points: [at], other };
      if (gesture === "outline") this.#outline = { pressed: view, dragged: false };
      this.#draw();
    }
  }

  /**
   * Another corner of the outline; on the first one, or on the last once more, it is closed.
   * @param {Point} view
   */
  #corner(view) {
    if (!this.#path || !this.#outline) return;
    const { points } = this.#path;
    const near = (/** @type {Point} */ corner) => {
      const { x, y } = this.#viewport.toView(corner.x, corner.y);
      return Math.hypot(x - view.x, y - view.y) <= CLOSES_PX;
    };
    if (points.length >= LEAST_CORNERS && (near(points[0]) || near(points[points.length - 1]))) {
      this.#finish();
      return;
    }
    points.push(this.#place(view));
    this.#outline.pressed = view;
    this.#draw();
  }

  /**
   * A click, whatever the tool draws with.
   * @param {Point} view
   * @param {How} [how]
   */
  click(view, { other = false, take = false } = {}) {
    const at = this.#place(view);
    if (!this.#inside(at)) return;
    this.#editor.select(null);
    this.#editor.act({ kind: "click", at, other, take });
  }

  /**
   * The mark that a press would take hold of; a push is given again where one is already.
   * @param {Point} view
   * @param {number} [reach] How near, in pixels of the page.
   */
  markAt(view, reach) {
    const { state } = this.#store;
    const pushes = effectOf(state, { kind: "click", at: this.#place(view), other: false }).mark?.type === "push";
    return pushes ? null : markAt(state, this.#viewport, view, reach);
  }

  /** @param {Point} view */
  move(view) {
    this.#check();
    if (this.#carry) this.#drag(this.#carry, view);
    if (!this.#path) return;
    if (this.#outline) {
      const { pressed } = this.#outline;
      if (!pressed) return this.#draw(this.#place(view));
      this.#outline.dragged ||= Math.hypot(view.x - pressed.x, view.y - pressed.y) >= SLOP_PX;
      if (!this.#outline.dragged) return;
    }
    this.#path.points.push(this.#place(view));
    this.#draw();
  }

  /** Let go: what was drawn becomes a mark, an outline only if it was drawn in one go. */
  release() {
    this.#check();
    if (this.#outline && !this.#outline.dragged) {
      this.#outline.pressed = null;
      return;
    }
    this.#finish();
  }

  #finish() {
    this.#outline = null;
    const { carried } = this.#store.state;
    if (this.#carry && carried) this.#editor.putSelected(carried);
    this.#carry = null;
    const path = this.#path;
    this.#path = null;
    if (!path) return;
    this.#store.set({ draft: null });
    const gesture = this.#gestureOf(path);
    if (gesture.kind === "box" && !this.#isLarge(gesture.box)) return;
    if (gesture.kind === "outline" && gesture.points.length < LEAST_CORNERS) return;
    this.#editor.act(gesture);
  }

  /** What a second finger gives up: all that is being drawn, of an outline the corner of the first. */
  interrupt() {
    if (!this.#path || !this.outlines || this.#path.points.length < 2) return this.abandon();
    if (this.#outline?.pressed) this.#path.points.pop();
    if (this.#outline) this.#outline.pressed = null;
    this.#draw();
  }

  /** Which photo is open in which task, and the tool. */
  get #scene() {
    const { state } = this.#store;
    return `${state.session?.id} ${state.session?.task} ${toolOf(state).name}`;
  }

  /** Give up what was begun on another photo, or with another tool: it is meant for that. */
  #check() {
    if ((this.#path || this.#carry) && this.#begun !== this.#scene) this.abandon();
  }

  /** Give up what is being drawn. */
  abandon() {
    this.#path = null;
    this.#outline = null;
    this.#carry = null;
    this.#store.set({ draft: null, carried: null });
  }

  /**
   * Show a mark where it is dragged, in a whole pixel of the photo.
   * @param {{ mark: Mark, from: Point }} carry
   * @param {Point} to In pixels of the page.
   */
  #drag({ mark, from }, to) {
    if (!this.#store.state.selected || !("x" in mark)) return;
    if (!this.#store.state.carried && Math.hypot(to.x - from.x, to.y - from.y) < SLOP_PX) return;
    const { x, y } = this.#place(to);
    const [width, height] = this.#size;
    const [column, row] = [between(Math.floor(x), 0, width - 1), between(Math.floor(y), 0, height - 1)];
    this.#store.set({ carried: { ...mark, x: column + 0.5, y: row + 0.5 } });
  }

  /**
   * Show the pointer there.
   * @param {Point} view
   * @param {How} [how]
   */
  hover(view, { other = false, take = false } = {}) {
    const at = this.#place(view);
    this.#store.set({ pointer: this.#inside(at) ? { ...at, other, take, keyboard: false } : null });
  }

  /**
   * Show what letting go now would do.
   * @param {Point} [next] Where the next corner would be.
   */
  #draw(next) {
    if (!this.#path) return;
    const { points, other } = this.#path;
    const path = { points: next ? [...points, next] : points, other };
    const { mark } = effectOf(this.#store.state, this.#gestureOf(path));
    this.#store.set({ draft: mark ?? null });
  }

  /**
   * @param {{ points: Point[], other: boolean }} path
   * @returns {Gesture & ({ kind: "box" } | { kind: "stroke" } | { kind: "outline" })}
   */
  #gestureOf({ points, other }) {
    if (toolOf(this.#store.state).gesture === "outline") return { kind: "outline", points: this.#corners(points), other };
    if (toolOf(this.#store.state).gesture === "stroke") return { kind: "stroke", points: this.#whole(points), other };
    return { kind: "box", box: this.#boxOf(points) };
  }

  /** @param {Point} view */
  #place({ x, y }) {
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
  #whole(path) {
    const [width, height] = this.#size;
    return path
      .map(({ x, y }) => ({
        x: between(Math.floor(x), 0, width - 1),
        y: between(Math.floor(y), 0, height - 1),
      }))
      .filter(({ x, y }, i, all) => i === 0 || x !== all[i - 1].x || y !== all[i - 1].y);
  }

  /**
   * Corners to a tenth of a pixel, inside the photo, each once where they follow one another.
   * @param {Point[]} path
   * @returns {Point[]}
   */
  #corners(path) {
    const [width, height] = this.#size;
    const tenth = (/** @type {number} */ number, /** @type {number} */ most) => Math.round(10 * between(number, 0, most - 0.1)) / 10;
    return path
      .map(({ x, y }) => ({ x: tenth(x, width), y: tenth(y, height) }))
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

  /** @param {Box} box */
  #isLarge({ x0, y0, x1, y1 }) {
    const least = SMALLEST_BOX_PX / this.#viewport.scale;
    return x1 - x0 >= least && y1 - y0 >= least;
  }
}
