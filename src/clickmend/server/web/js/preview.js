/** What a click at the pointer would change, outlined before it is made. */

import { ApiError } from "./http.js";
import { borderOf, traceOne } from "./outlines.js";
import { element } from "./panel.js";
import { effectOf, taskOf, toolOf } from "./store.js";

/** @import { Mark, Plane, State } from "./types.js" */
/** @import { Store } from "./store.js" */

const NAME = "clickmend-preview";
/** How long the pointer rests before the server is asked. */
const REST_MS = 150;

export class Preview {
  #store;
  /** What is wanted, as a text; empty is nothing. */
  #wanted = "";
  #timer = 0;
  #asking = false;

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    store.set({ previews: localStorage.getItem(NAME) === "yes" });
    const choice = element("preview-chosen", HTMLInputElement);
    choice.addEventListener("change", () => this.choose(choice.checked));
    store.watch((state) => {
      choice.checked = state.previews;
      element("preview", HTMLElement).hidden = !taskOf(state).work.preview;
      this.#follow(state);
    });
  }

  /** @param {boolean} previews */
  choose(previews) {
    localStorage.setItem(NAME, previews ? "yes" : "no");
    this.#store.set({ previews });
  }

  /** @param {State} state */
  #follow(state) {
    const mark = markOf(state);
    const wanted = mark ? JSON.stringify([state.session?.id, state.session?.prediction.version, mark]) : "";
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (state.preview) this.#store.set({ preview: null });
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    if (this.#wanted) this.#timer = window.setTimeout(() => this.#ask(), REST_MS);
  }

  /** One question at a time: who moves on asks when the last is answered. */
  async #ask() {
    const { state } = this.#store;
    const { session, picture } = state;
    const mark = markOf(state);
    const { preview } = taskOf(state).work;
    if (this.#asking || !mark || !session || !picture || !preview) return;
    if (picture.plane.every) return this.#wait(); // until all of it is there
    const wanted = this.#wanted;
    this.#asking = true;
    try {
      const plane = await preview(session, mark);
      if (plane && wanted === this.#wanted) this.#store.set({ preview: borderOf(traceOne(changed(plane, picture.plane))) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // a click at the place is told why, a pointer that rests is not
    } finally {
      this.#asking = false;
      if (wanted !== this.#wanted) this.#wait();
    }
  }
}

/**
 * What a click at the pointer would put on the photo, while the person does nothing else.
 * @param {State} state
 * @returns {Mark | null}
 */
function markOf(state) {
  const { previews, pointer, draft, selected, carried, pending, waiting, before, split, ahead } = state;
  const busy = draft || selected || carried || pending.length || waiting || before || split || ahead;
  if (!previews || !pointer || pointer.take || busy || !taskOf(state).work.preview) return null;
  if (toolOf(state).gesture !== "click") return null;
  return effectOf(state, { kind: "click", at: pointer, other: pointer.other }).mark ?? null;
}

/**
 * Where two pictures of a size differ.
 * @param {Plane} plane
 * @param {Plane} other
 * @returns {Plane}
 */
function changed({ width, height, data, perMetre }, other) {
  const scale = (other.perMetre ?? 1) / (perMetre ?? 1);
  return { width, height, data: Uint8Array.from(data, (number, i) => (Math.round(number * scale) === other.data[i] ? 0 : 1)) };
}
