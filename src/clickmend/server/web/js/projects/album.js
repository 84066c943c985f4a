/** The images of a project, page by page: only what was looked at last is kept. */

import * as requests from "./requests.js";

/** @import { Photo, Wanted } from "../types.js" */

const PAGE = 100;
const MOST_PAGES = 8;

export class Album {
  total = 0;
  /** @type {Wanted} */
  wanted = { status: "", q: "", sort: "name", others: "", faulty: "" };
  #project;
  #changed;
  /** Pages by number, the one used last at the end. @type {Map<number, Promise<Photo[]>>} */
  #pages = new Map();
  /** Those that have come. @type {Map<number, Photo[]>} */
  #loaded = new Map();

  /**
   * @param {number} project
   * @param {() => void} changed Called when images came or changed.
   */
  constructor(project, changed) {
    this.#project = project;
    this.#changed = changed;
  }

  /**
   * Look for other images.
   * @param {Partial<Wanted>} change
   */
  async find(change) {
    this.wanted = { ...this.wanted, ...change };
    this.#pages.clear();
    this.#loaded.clear();
    await this.get(0);
    this.#changed();
  }

  /** Look again at all that is kept. */
  async refresh() {
    const numbers = [...this.#loaded.keys()];
    for (const number of numbers) await this.#load(number);
    this.#changed();
  }

  /**
   * The image at a place of the list, if it is there already; else it is sent for.
   * @param {number} index
   * @returns {Photo | null}
   */
  at(index) {
    const number = Math.floor(index / PAGE);
    if (!this.#pages.has(number)) this.get(index).then(this.#changed, () => {});
    return this.#loaded.get(number)?.[index % PAGE] ?? null;
  }

  /**
   * @param {number} index
   * @returns {Promise<Photo | null>}
   */
  async get(index) {
    if (index < 0 || (index >= this.total && index > 0)) return null;
    const number = Math.floor(index / PAGE);
    const page = this.#pages.get(number) ?? this.#load(number);
    this.#use(number, page);
    const images = await page.catch((error) => {
      this.#forget(number);
      throw error;
    });
    return images[index % PAGE] ?? null;
  }

  /**
   * Where an image is in the list, as far as that is known.
   * @param {number} id
   * @returns {number} -1 where it is not known.
   */
  indexOf(id) {
    for (const [number, page] of this.#loaded) {
      const at = page.findIndex((image) => image.id === id);
      if (at >= 0) return number * PAGE + at;
    }
    return -1;
  }

  /**
   * The same, asked of the server where it is not known.
   * @param {number} id
   * @returns {Promise<number>} -1 where the list does not have it.
   */
  async locate(id) {
    const known = this.indexOf(id);
    if (known >= 0) return known;
    const { wanted } = this;
    const { total, offset, images } = await requests.images(this.#project, { ...wanted, holding: id, limit: PAGE });
    const at = images.findIndex((image) => image.id === id);
    if (at < 0 || wanted !== this.wanted) return -1;
    this.total = total;
    this.#keep(offset / PAGE, images);
    this.#changed();
    return offset + at;
  }

  /**
   * An image as it is now.
   * @param {Partial<Photo> & { id: number }} image
   */
  put(image) {
    for (const page of this.#loaded.values()) {
      const at = page.findIndex(({ id }) => id === image.id);
      if (at >= 0) page[at] = { ...page[at], ...image };
    }
    this.#changed();
  }

  /**
   * A page that was just used.
   * @param {number} number
   * @param {Promise<Photo[]>} page
   */
  #use(number, page) {
    this.#pages.delete(number);
    this.#pages.set(number, page);
    while (this.#pages.size > MOST_PAGES) this.#forget(this.#pages.keys().next().value ?? 0);
  }

  /**
   * A page that came unasked.
   * @param {number} number
   * @param {Photo[]} images
   */
  #keep(number, images) {
    this.#use(number, Promise.resolve(images));
    this.#loaded.set(number, images);
  }

  /** @param {number} number */
  async #load(number) {
    const { wanted } = this;
    const { total, images } = await requests.images(this.#project, { ...wanted, offset: number * PAGE, limit: PAGE });
    if (wanted !== this.wanted) return images;
    this.total = total;
    this.#loaded.set(number, images);
    return images;
  }

  /** @param {number} number */
  #forget(number) {
    this.#pages.delete(number);
    this.#loaded.delete(number);
  }
}

/**
 * The photo of a project to begin with: one that is in work, a new one, else the first of the list.
 * @param {number} project
 * @param {Album} album
 */
export async function firstToDo(project, album) {
  const waiting = new Album(project, () => {});
  for (const status of /** @type {const} */ (["in_progress", "new"])) {
    await waiting.find({ status, faulty: "false" });
    const image = await waiting.get(0);
    if (image) return image;
  }
  return album.get(0);
}
