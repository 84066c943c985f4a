/** Where one is in the list of photos, and a field to go elsewhere by number. */

import { element } from "../panel.js";

/** @import { Album } from "./album.js" */

export class Jump {
  #place = element("film-place", HTMLButtonElement);
  #number = element("film-number", HTMLInputElement);

  /**
   * @param {(index: number) => void} go
   * @param {(message: string) => void} note Told why one stays where one is.
   */
  constructor(go, note) {
    const number = this.#number;
    this.#place.addEventListener("click", () => this.ask());
    number.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !number.validity.valid) {
        note(`The photos of the list have the numbers 1 to ${number.max}. Type one of them, or press Esc.`);
        number.select();
      } else if (event.key === "Enter" || event.key === "Escape") {
        if (event.key === "Enter" && number.value) go(number.valueAsNumber - 1);
        this.#done();
      }
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    });
    number.addEventListener("blur", () => this.#done());
  }

  /** Let a number be typed. */
  ask() {
    const { width } = this.#place.getBoundingClientRect();
    this.#number.style.width = `${width}px`;
    this.#place.hidden = true;
    this.#number.hidden = false;
    this.#number.value = "";
    this.#number.focus();
  }

  /**
   * @param {Album} album
   * @param {number} index -1 where the photo is not in the list.
   */
  show({ total }, index) {
    const words = index < 0 ? `${total}` : `${index + 1} / ${total}`;
    if (this.#place.textContent !== words) this.#place.textContent = words;
    this.#place.disabled = !total;
    this.#number.max = String(total);
    this.#number.placeholder = words;
  }

  #done() {
    this.#number.hidden = true;
    this.#place.hidden = false;
  }
}
