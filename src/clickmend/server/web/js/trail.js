/** The browser's Back and Forward: the start screen and every photo that is shown is an entry of its history. */

export class Trail {
  /** The number of the entry whose view is shown. */
  #number = 0;
  #following = false;
  /** Whether what comes to be shown is not where one has gone to since. */
  #gone = false;
  /** Whether the next step is back to a view that was not left. */
  #staying = false;
  /** Tells whether the view that is shown may be left. @type {() => Promise<boolean>} */
  mayLeave = async () => true;
  /** Shows the view of a place. @type {(place: string) => Promise<unknown>} */
  visit = () => Promise.resolve();

  constructor() {
    this.#number = history.state?.number ?? 0;
    history.replaceState({ number: this.#number }, "");
    window.addEventListener("popstate", () => {
      if (this.#staying) this.#staying = false;
      else this.follow();
    });
  }

  /**
   * A view is shown: where it is none that was gone to, it is a new entry.
   * @param {string} place As it stands behind the address; empty for the start screen.
   * @param {boolean} [same] Whether it is the view before in another way, such as another task of a photo.
   */
  show(place, same = false) {
    if (place === location.hash || this.#gone) return;
    const url = place || location.pathname;
    if (same || this.#following) {
      history.replaceState(history.state, "", url);
      return;
    }
    this.#number = (history.state?.number ?? 0) + 1;
    history.pushState({ number: this.#number }, "", url);
  }

  /** Show the view of the address as it is now; of several steps in a hurry the last. */
  async follow() {
    this.#gone = this.#following;
    if (this.#following) return;
    this.#following = true;
    do {
      const { hash } = location;
      const number = history.state?.number ?? 0;
      this.#gone = true; // what was asked for before may be shown yet
      const left = await this.mayLeave();
      this.#gone = location.hash !== hash;
      if (this.#gone) continue;
      if (left) {
        this.#number = number;
        await this.visit(hash);
      } else if (number !== this.#number) {
        this.#staying = true;
        history.go(this.#number - number);
      }
    } while (this.#gone);
    this.#following = false;
  }
}
