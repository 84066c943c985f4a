/** Where the photo lies on the screen: view = scale · photo + (left, top), in CSS pixels. */

/** @import { Box } from "./types.js" */
/** @typedef {{ scale: number, left: number, top: number }} Frame */

const FIT_MARGIN = 28;
const LARGEST = 40;
const KEEP_IN_VIEW = 60;

export class Viewport {
  scale = 1;
  left = 0;
  top = 0;
  #view = { width: 1, height: 1 };
  #photo = { width: 1, height: 1 };
  #fitted = true;
  #changed;

  /** @param {() => void} changed Called after every move. */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * The size of the stage; a photo that was fitted stays fitted.
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    this.#view = { width, height };
    if (this.#fitted) this.fit();
    else this.#move(this.left, this.top);
  }

  /**
   * Show another photo, whole.
   * @param {[number, number]} size
   */
  show([width, height]) {
    this.#photo = { width, height };
    this.fit();
  }

  /**
   * Where one looks, for `restore`; null where the photo is fitted.
   * @returns {Frame | null}
   */
  get frame() {
    return this.#fitted ? null : { scale: this.scale, left: this.left, top: this.top };
  }

  /**
   * Look where one looked before, also while the stage has no size yet.
   * @param {Frame} frame
   */
  restore(frame) {
    Object.assign(this, frame);
    this.#fitted = false;
    this.#changed();
  }

  /** The whole photo in the middle. */
  fit() {
    this.scale = this.#fitScale();
    this.#move(
      (this.#view.width - this.scale * this.#photo.width) / 2,
      (this.#view.height - this.scale * this.#photo.height) / 2,
    );
    this.#fitted = true;
  }

  /**
   * Zoom so that the photo stays where it is at (x, y) of the view.
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  zoom(factor, x = this.#view.width / 2, y = this.#view.height / 2) {
    const smallest = Math.min(1, this.#fitScale()) / 2;
    const scale = Math.min(Math.max(this.scale * factor, smallest), LARGEST);
    const grown = scale / this.scale;
    this.scale = scale;
    this.#move(x - grown * (x - this.left), y - grown * (y - this.top));
  }

  /**
   * @param {number} dx
   * @param {number} dy
   */
  pan(dx, dy) {
    this.#move(this.left + dx, this.top + dy);
  }

  /**
   * Pan as little as needed to have (x, y) of the photo in view.
   * @param {number} x
   * @param {number} y
   */
  reveal(x, y) {
    const at = this.toView(x, y);
    const { width, height } = this.#view;
    const dx = between(at.x, FIT_MARGIN, width - FIT_MARGIN) - at.x;
    const dy = between(at.y, FIT_MARGIN, height - FIT_MARGIN) - at.y;
    if (dx || dy) this.pan(dx, dy);
  }

  /**
   * Zoom so that a box of the photo fills the view, but for a margin.
   * @param {Box} box
   */
  frameBox({ x0, y0, x1, y1 }) {
    const { width, height } = this.#view;
    const scale = Math.min(width / (x1 - x0), height / (y1 - y0)) / 1.25;
    this.scale = Math.min(scale, LARGEST);
    this.#move((width - this.scale * (x0 + x1)) / 2, (height - this.scale * (y0 + y1)) / 2);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  toPhoto(x, y) {
    return { x: (x - this.left) / this.scale, y: (y - this.top) / this.scale };
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  toView(x, y) {
    return { x: x * this.scale + this.left, y: y * this.scale + this.top };
  }

  #fitScale() {
    const across = (this.#view.width - 2 * FIT_MARGIN) / this.#photo.width;
    const down = (this.#view.height - 2 * FIT_MARGIN) / this.#photo.height;
    return Math.min(Math.max(Math.min(across, down), 0.01), LARGEST);
  }

  /**
   * @param {number} left
   * @param {number} top
   */
  #move(left, top) {
    const { width, height } = this.#view;
    this.left = between(left, KEEP_IN_VIEW - this.scale * this.#photo.width, width - KEEP_IN_VIEW);
    this.top = between(top, KEEP_IN_VIEW - this.scale * this.#photo.height, height - KEEP_IN_VIEW);
    this.#fitted = false;
    this.#changed();
  }
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
export function between(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
