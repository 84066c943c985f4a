/** What is shown until a mark is refined: the server's first answer to it, which is no version of the session. */

import { taskOf } from "./store.js";

/** @import { Plane, Session } from "./types.js" */
/** @import { Store } from "./store.js" */

export class Meanwhile {
  #store;
  #shown = false;

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
  }

  /**
   * @param {Session} session To which the mark was given.
   * @param {Plane} plane
   */
  show({ id }, plane) {
    const { session, photo, first, picture: last, ahead } = this.#store.state;
    if (session?.id !== id || !photo || ahead) return; // the browser's own answer is as good, or newer
    this.#shown = true;
    const picture = taskOf(this.#store.state).picture({ plane, other: first ?? plane, session, photo, last });
    this.#store.set({ picture, before: null });
  }

  /** Whether any was shown since this was asked last, so that another picture is due. */
  end() {
    const shown = this.#shown;
    this.#shown = false;
    return shown;
  }
}
