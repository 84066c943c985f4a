/**
 * Marks to logits, as `tasks/interactive/engine.py` goes: two looks at first, one after that, a wider
 * one while the view cuts the object off. Without a prior, strokes and refinement.
 */

import { encoded, pixel } from "./encoding.js";
import { chooseView, cutsOff, isForeground, wholeImage } from "./geometry.js";
import { partAt } from "./parts.js";
import { resized, resizedPhoto } from "./resize.js";

/** @import { ClickMark } from "../types.js" */
/** @import { Encoding } from "./encoding.js" */
/** @import { Crop, Mask, Told } from "./geometry.js" */

const MOST_WIDER = 2;
const ABSENT = -20;
const LEAST = 1;
const SLACK = 0.75;
const HELD_PX = 3;
/** Of `tasks/interactive/reading.py`. */
const READING = { area: 0.3, first: 0.15, border: 0.3, most: 0.1 };
/** Maps after marks that are kept for undo. */
const MOST_KEPT = 4;

/**
 * How a network is asked, as the server tells it.
 * @typedef {{ name: string, onnx: string, view_px: number, overview_px: number, margin: number, encoding: Encoding }} Network
 *
 * Asks it: the photo and the marks over a view, channel by channel, become the logits.
 * @typedef {(photo: Float32Array, marks: Float32Array, width: number, height: number) => Promise<Float32Array>} Ask
 *
 * @typedef {{ crop: Crop, logits: Float32Array }} Look
 */

export class Answering {
  #photo;
  #network;
  #ask;
  /** The maps after the first marks, the newest last. @type {{ marks: Told[], logits: Float32Array }[]} */
  #kept = [];
  /** The view of the whole photo, which comes first each time. @type {Float32Array | null} */
  #whole = null;
  /** How many looks were taken. */
  looks = 0;

  /**
   * @param {{ width: number, height: number, data: Uint8ClampedArray }} photo With four numbers a pixel.
   * @param {Network} network
   * @param {Ask} ask
   */
  constructor(photo, network, ask) {
    this.#photo = photo;
    this.#network = network;
    this.#ask = ask;
  }

  /** A look without a mark, so that all is ready when the first one comes. */
  async ready() {
    await this.#look([], this.#overview(this.#network.overview_px), null);
  }

  /**
   * The object after marks; what was answered before is taken up.
   * @param {Told[]} marks
   * @returns {Promise<Uint8Array>} 255 on the object, row by row.
   */
  async answer(marks) {
    while (this.#kept.length && !begins(marks, this.#kept[this.#kept.length - 1].marks)) this.#kept.pop();
    const known = this.#kept[this.#kept.length - 1]?.marks.length ?? 0;
    for (let count = known + 1; count <= marks.length; count++) {
      const given = marks.slice(0, count);
      const logits = await this.#answer(given, this.#kept[this.#kept.length - 1]?.logits ?? null);
      this.#kept.push({ marks: given, logits });
    }
    this.#kept.splice(0, Math.max(0, this.#kept.length - MOST_KEPT));
    return this.#mask(this.#kept[this.#kept.length - 1].logits, 255).data;
  }

  /**
   * `InteractiveEngine.answer`.
   * @param {Told[]} marks
   * @param {Float32Array | null} last What is shown, once there is an answer.
   */
  async #answer(marks, last) {
    const { width, height } = this.#photo;
    const newest = marks[marks.length - 1];
    const radius = newest.type === "click" ? radiusOf(newest, last && this.#mask(last), Math.min(width, height)) : 0;
    const told = stillHeld(marks, width, height);
    const { crop, logits } = await this.#looked(told, last);
    const after = this.#over({ crop, logits });
    const earlier = told.slice(0, -1).filter((mark) => mark.type === "click");
    if (newest.type === "click") hold(after, width, height, newest, READING.area * radius, earlier);
    return after;
  }

  /**
   * `InteractiveEngine._looked`, `Viewer.first` and `Viewer.next`.
   * @param {Told[]} told
   * @param {Float32Array | null} last
   */
  async #looked(told, last) {
    const whole = this.#overview(this.#network.view_px);
    if (last) return this.#lookOn(this.#choose(told, last, whole), told, last.map((logit) => 0.5 * (1 + Math.tanh(0.5 * logit))));
    const nothing = new Float32Array(this.#photo.width * this.#photo.height).fill(ABSENT);
    const overview = this.#overview(this.#network.overview_px);
    const view = this.#choose(told, nothing, overview);
    const first = await this.#look(told, view, null);
    const crop = this.#choose(told, this.#over(first), view);
    return this.#lookOn(crop, told, null, same(crop, view) ? first : null);
  }

  /**
   * `Viewer._look_on`.
   * @param {Crop} crop
   * @param {Told[]} told
   * @param {Float32Array | null} previous Over the photo.
   * @param {Look | null} [first] That very look, where it was taken already.
   */
  async #lookOn(crop, told, previous, first = null) {
    let look = first ?? (await this.#look(told, crop, previous));
    for (let i = 0; i < MOST_WIDER; i++) {
      const seen = this.#over(look);
      if (!cutsOff(look.crop, this.#mask(seen))) break;
      look = await this.#look(told, this.#choose(told, seen, this.#overview(this.#network.view_px)), previous);
    }
    return look;
  }

  /**
   * @param {Told[]} told
   * @param {Crop} crop
   * @param {Float32Array | null} previous
   * @returns {Promise<Look>}
   */
  async #look(told, crop, previous) {
    const { width } = this.#photo;
    const before = previous && resized(previous, partOf(crop, width), crop.outW, crop.outH);
    this.looks++;
    const marks = encoded(this.#network.encoding, told, before, crop);
    return { crop, logits: await this.#ask(this.#planes(crop), marks, crop.outW, crop.outH) };
  }

  /** The photo over a view, in [0, 1]; `as_planes` of `networks/inputs.py`. @param {Crop} crop */
  #planes(crop) {
    const { width, height, data } = this.#photo;
    const overview = same(crop, this.#overview(this.#network.overview_px));
    if (overview && this.#whole) return this.#whole;
    const size = crop.outW * crop.outH;
    const planes = new Float32Array(3 * size);
    for (let channel = 0; channel < 3; channel++) {
      const part = { ...partOf(crop, 4 * width), step: 4, channel };
      const plane = resizedPhoto(data, part, crop.outW, crop.outH);
      for (let i = 0; i < size; i++) planes[channel * size + i] = plane[i] / 255;
    }
    if (overview) this.#whole = planes;
    return planes;
  }

  /** What a look says of the photo; `Crop.write`. @param {Look} look */
  #over({ crop, logits }) {
    const { width, height } = this.#photo;
    const out = new Float32Array(width * height).fill(ABSENT);
    const [w, h] = [crop.x1 - crop.x0, crop.y1 - crop.y0];
    const part = { left: 0, top: 0, width: crop.outW, height: crop.outH, stride: crop.outW };
    const inside = resized(logits, part, w, h);
    for (let y = 0; y < h; y++) out.set(inside.subarray(y * w, (y + 1) * w), (crop.y0 + y) * width + crop.x0);
    return out;
  }

  /**
   * @param {Told[]} told
   * @param {Float32Array} logits
   * @param {Crop} whole
   */
  #choose(told, logits, whole) {
    return chooseView(told, this.#mask(logits), { whole, viewPx: this.#network.view_px, margin: this.#network.margin });
  }

  /** @param {number} longSide */
  #overview(longSide) {
    return wholeImage(this.#photo.width, this.#photo.height, longSide);
  }

  /**
   * @param {Float32Array} logits
   * @param {number} [on]
   * @returns {Mask}
   */
  #mask(logits, on = 1) {
    const data = new Uint8Array(logits.length);
    for (let i = 0; i < data.length; i++) if (logits[i] > 0) data[i] = on;
    return { data, width: this.#photo.width, height: this.#photo.height };
  }
}

/**
 * @param {Crop} crop
 * @param {number} stride
 */
const partOf = ({ x0, y0, x1, y1 }, stride) => ({ left: x0, top: y0, width: x1 - x0, height: y1 - y0, stride });

/**
 * @param {unknown} one
 * @param {unknown} other
 */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Whether marks begin with others.
 * @param {Told[]} marks
 * @param {Told[]} others
 */
const begins = (marks, others) => same(marks.slice(0, others.length), others);

/**
 * The clicks that no later one contradicts; `still_held` of `tasks/interactive/told.py`.
 * @param {Told[]} marks
 * @param {number} width
 * @param {number} height
 */
export function stillHeld(marks, width, height) {
  /** @type {Told[]} */
  const held = [];
  const apart = (/** @type {ClickMark} */ a, /** @type {ClickMark} */ b) =>
    Math.max(Math.abs(pixel(a.x, width) - pixel(b.x, width)), Math.abs(pixel(a.y, height) - pixel(b.y, height)));
  for (const mark of [...marks].reverse()) {
    const contradicted = mark.type === "click" && held.some((later) => later.type === "click" && later.label !== mark.label && apart(later, mark) <= 1);
    if (!contradicted) held.unshift(mark);
  }
  return held;
}

/**
 * How far a click is meant; `Reading.radius_px`.
 * @param {ClickMark} click
 * @param {Mask | null} shown Null: nothing yet.
 * @param {number} side The shorter one of the photo.
 */
export function radiusOf(click, shown, side) {
  if (!shown) return READING.first * side;
  const { data, width, height } = shown;
  const [column, row] = [pixel(click.x, width), pixel(click.y, height)];
  const inside = data[row * width + column];
  if (!data.includes(1) || (inside === 1) === isForeground(click)) return READING.first * side;
  let nearest = Math.min(row + 1, height - row, column + 1, width - column) ** 2; // beyond the photo
  for (let y = 0; y < height; y++) {
    if ((y - row) ** 2 >= nearest) continue;
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] !== inside) nearest = Math.min(nearest, (y - row) ** 2 + (x - column) ** 2);
    }
  }
  return Math.min(READING.border * Math.sqrt(nearest), READING.most * side);
}

/**
 * Change the pixels that have to for a click to be granted; `hold` of `correction/masks.py` and `_written`.
 * @param {Float32Array} logits
 * @param {number} width
 * @param {number} height
 * @param {ClickMark} click
 * @param {number} radius
 * @param {ClickMark[]} earlier
 */
export function hold(logits, width, height, click, radius, earlier) {
  const at = pixel(click.y, height) * width + pixel(click.x, width);
  const sign = isForeground(click) ? 1 : -1;
  const isWrong = (/** @type {number} */ i) => logits[i] > 0 !== sign > 0;
  if (!isWrong(at)) return;
  const least = Math.min(sign * logits[at], 0) - SLACK;
  const others = earlier
    .filter(({ label }) => label !== click.label)
    .map((other) => ({ ...other, held: Math.min(Math.hypot(other.x - click.x, other.y - click.y) / 2, HELD_PX) }));
  const data = new Uint8Array(logits.length);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    const near = i === at || Math.hypot(x - click.x, y - click.y) <= radius;
    if (!near || !isWrong(i) || sign * logits[i] < least) continue;
    if (others.every((other) => Math.hypot(x - other.x, y - other.y) > other.held)) data[i] = 1;
  }
  const part = partAt({ data, width, height }, at);
  for (let i = 0; i < part.length; i++) if (part[i]) logits[i] = sign * Math.max(Math.abs(logits[i]), LEAST);
}
