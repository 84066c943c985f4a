/** Short messages over the page. */

const STAY_MS = 9000;
const MOST = 3;

export class Toasts {
  #place;

  /** @param {HTMLElement} place A live region. */
  constructor(place) {
    this.#place = place;
  }

  /**
   * @param {string} message
   * @param {string} [title] What could not be done.
   */
  error(message, title) {
    this.#show(message, "error", title);
  }

  /** Take all messages away. */
  clear() {
    this.#place.replaceChildren();
  }

  /** @param {string} message */
  note(message) {
    this.#show(message, "note");
  }

  /**
   * @param {string} message
   * @param {"error" | "note"} kind
   * @param {string} [title]
   */
  #show(message, kind, title) {
    const text = document.createElement("p");
    if (title) text.append(Object.assign(document.createElement("strong"), { textContent: title }));
    text.append(message);
    for (const shown of [...this.#place.children]) {
      if (shown.querySelector("p")?.textContent === text.textContent) shown.remove();
    }
    while (this.#place.children.length >= MOST) this.#place.firstElementChild?.remove();
    const toast = document.createElement("div");
    toast.className = `toast ${kind}`;
    const close = Object.assign(document.createElement("button"), { type: "button", className: "icon" });
    close.setAttribute("aria-label", "Dismiss");
    close.innerHTML = '<svg aria-hidden="true"><use href="icons.svg#close" /></svg>';
    close.addEventListener("click", () => toast.remove());
    toast.append(text, close);
    this.#place.append(toast);
    setTimeout(() => toast.remove(), STAY_MS);
  }
}
