/** One object that holds what the page shows, and tells whoever listens when it changes. */

/** @import { State } from "./types.js" */

/** @returns {State} */
export function initialState() {
  return {
    phase: "start",
    session: null,
    photo: null,
    mask: null,
    pending: [],
    waiting: 0,
    tool: "object",
    opacity: 0.45,
    shown: true,
    draft: null,
    pointer: null,
  };
}

export class Store {
  /** @type {State} */
  #state = initialState();
  /** @type {((state: State) => void)[]} */
  #listeners = [];

  get state() {
    return this.#state;
  }

  /** @param {Partial<State>} change */
  set(change) {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }

  /**
   * Call `listener` now and after every change.
   * @param {(state: State) => void} listener
   */
  watch(listener) {
    this.#listeners.push(listener);
    listener(this.#state);
  }
}
