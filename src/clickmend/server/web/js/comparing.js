/** The prediction before any mark: in place of the one that is there, or beside it. */

import { taskOf } from "./store.js";

/** @import { Picture } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Store } from "./store.js" */

export class Comparing {
  #store;
  #editor;

  /**
   * @param {Store} store
   * @param {Editor} editor
   */
  constructor(store, editor) {
    this.#store = store;
    this.#editor = editor;
  }

  /**
   * Show the prediction as it was before any mark, or as it is.
   * @param {boolean} before
   */
  async compare(before) {
    if (!before) {
      this.#store.set({ before: null });
      return;
    }
    if (this.#store.state.before) return;
    const picture = await this.#firstPicture();
    if (picture) this.#store.set({ before: picture });
  }

  /** Show the prediction before any mark beside the one that is there, parted by a slider; or no longer. */
  async split() {
    if (this.#store.state.split) {
      this.#store.set({ split: null });
      return;
    }
    const picture = await this.#firstPicture();
    if (picture) this.#store.set({ split: { at: 0.5, picture } });
  }

  /** @returns {Promise<Picture | null>} */
  async #firstPicture() {
    const { session, picture, photo } = this.#store.state;
    if (!session || !picture || !photo) return null;
    const task = taskOf(this.#store.state);
    /** @type {Picture | null} */
    let before = null;
    await this.#editor.told("", async () => {
      const first = this.#store.state.first ?? (await task.work.first(session));
      if (this.#store.state.session?.id !== session.id) return;
      this.#store.set({ first });
      before = task.picture({ plane: first, other: picture.plane, session, photo });
    });
    return before;
  }
}
