/** The images of a project in a row; of ten thousand only those in view are elements of the page. */

import { make } from "../controls.js";
import { STATUSES } from "./statuses.js";

/** @import { Photo } from "../types.js" */
/** @import { Album } from "./album.js" */

const BESIDE = 4;
/** Of a name; its end tells photos apart. */
const LONGEST = 10;

export class Filmstrip {
  #place;
  #list = make("ol", { className: "frames", ariaLabel: "Photos" });
  #open;
  /** @type {Album | null} */
  #album = null;
  #current = -1;
  /** The elements by their place. @type {Map<number, HTMLLIElement>} */
  #shown = new Map();
  #due = false;

  /**
   * @param {HTMLElement} place Scrolls.
   * @param {(index: number) => void} open Called with the place of the image that is chosen.
   */
  constructor(place, open) {
    this.#place = place;
    this.#open = open;
    place.replaceChildren(this.#list);
    place.addEventListener("scroll", () => this.update(), { passive: true });
    new ResizeObserver(() => this.update()).observe(place);
  }

  /**
   * @param {Album | null} album
   * @param {number} current The place of the image that is open, -1 where it is not in the list.
   */
  show(album, current) {
    if (album !== this.#album) this.#clear();
    const moved = current !== this.#current || album !== this.#album;
    this.#album = album;
    this.#current = current;
    if (moved && current >= 0) this.#reveal(current);
    this.update();
  }

  /** Draw with the next frame. */
  update() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  #draw() {
    const album = this.#album;
    const frame = this.#frame;
    if (!album || !frame) return;
    this.#list.style.width = `${album.total * frame}px`;
    const first = Math.max(0, Math.floor(this.#place.scrollLeft / frame) - BESIDE);
    const last = Math.min(album.total, Math.ceil((this.#place.scrollLeft + this.#place.clientWidth) / frame) + BESIDE);
    for (const [index, item] of this.#shown) {
      if (index >= first && index < last) continue;
      if (item.contains(document.activeElement)) this.#place.focus();
      item.remove();
      this.#shown.delete(index);
    }
    for (let index = first; index < last; index++) this.#put(index, album, frame);
  }

  /**
   * @param {number} index
   * @param {Album} album
   * @param {number} frame
   */
  #put(index, album, frame) {
    let item = this.#shown.get(index);
    if (!item) {
      item = frameOf(() => this.#open(index));
      item.style.left = `${index * frame}px`;
      item.setAttribute("aria-posinset", String(index + 1));
      this.#shown.set(index, item);
      const after = [...this.#shown.keys()].filter((other) => other > index);
      const next = after.length ? this.#shown.get(Math.min(...after)) : null;
      this.#list.insertBefore(item, next ?? null);
    }
    item.setAttribute("aria-setsize", String(album.total));
    fill(item, album.at(index), index === this.#current);
  }

  /** @param {number} index */
  #reveal(index) {
    const frame = this.#frame;
    const { clientWidth, scrollLeft } = this.#place;
    const left = index * frame;
    if (left >= scrollLeft + frame && left + 2 * frame <= scrollLeft + clientWidth) return;
    this.#list.style.width = `${(this.#album?.total ?? 0) * frame}px`;
    this.#place.scrollLeft = left - (clientWidth - frame) / 2;
  }

  #clear() {
    this.#shown.clear();
    this.#list.replaceChildren();
    this.#place.scrollLeft = 0;
  }

  /** The width of one image with its margin. */
  get #frame() {
    return parseFloat(getComputedStyle(this.#place).getPropertyValue("--frame")) || 0;
  }
}

/** @param {() => void} open */
function frameOf(open) {
  const item = make("li");
  const button = make("button", { type: "button" });
  button.append(make("img", { alt: "", decoding: "async" }), make("span", { className: "dot", ariaHidden: "true" }), make("span", { className: "name", ariaHidden: "true" }));
  button.addEventListener("click", open);
  item.append(button);
  return item;
}

/**
 * @param {HTMLLIElement} item
 * @param {Photo | null} image
 * @param {boolean} current
 */
function fill(item, image, current) {
  const button = /** @type {HTMLButtonElement} */ (item.firstElementChild);
  const [picture, dot, name] = /** @type {[HTMLImageElement, HTMLElement, HTMLElement]} */ ([...button.children]);
  button.disabled = !image;
  button.setAttribute("aria-current", String(current));
  if (!image) {
    name.textContent = "…";
    return;
  }
  if (image.fault) picture.removeAttribute("src");
  else if (picture.getAttribute("src") !== image.thumbnail) picture.src = image.thumbnail;
  const status = STATUSES[image.status];
  const lacks = image.fault && image.status === "new" ? "unreadable" : "";
  dot.dataset.status = image.problem || lacks ? "problem" : image.status;
  dot.textContent = image.problem || lacks ? "!" : status.sign;
  const file = image.name.split("/").pop() ?? image.name;
  const short = file.length > LONGEST ? `…${file.slice(-LONGEST)}` : file;
  if (name.textContent !== short) name.textContent = short;
  const lacking = image.problem ? "labels not written" : "";
  const fault = image.fault ? "cannot be read" : "";
  picture.alt = [file, image.status === "new" ? "" : status.title, lacking, fault].filter(Boolean).join(", ");
  button.title = [image.name, status.title, image.fault ?? "", image.problem ? `Its labels are not written: ${image.problem}` : "", image.comment].filter(Boolean).join("\n");
}
