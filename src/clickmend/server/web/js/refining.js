/** A picture that came only as fine as the screen shows it is fetched as a whole when nobody waits for anything. */

import { detail } from "./detail.js";

/** @import { Session, State, Work } from "./types.js" */

const REST_MS = 400;

export class Refining {
  #work;
  #fetched;
  /** What is to be fetched. @type {{ session: Session, every: number } | null} */
  #wanted = null;
  #timer = 0;
  #stop = new AbortController();

  /**
   * @param {() => Work} work That of the task that is open.
   * @param {(session: Session, whole: { plane: import("./types.js").Plane, version: number }) => void} fetched
   */
  constructor(work, fetched) {
    this.#work = work;
    this.#fetched = fetched;
  }

  /**
   * What is shown from now on.
   * @param {State} state
   */
  follow({ session, picture }) {
    this.forget();
    if (!session || !picture?.plane.every) return;
    this.#wanted = { session, every: picture.plane.every };
    this.#timer = window.setTimeout(() => this.#fetch(), detail.every < picture.plane.every ? 0 : REST_MS);
  }

  /** Leave it: something else is on its way. */
  forget() {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#wanted = null;
  }

  /** The view has moved; where it shows more than there is, nobody rests for long. */
  looked() {
    if (!this.#wanted || detail.every >= this.#wanted.every) return;
    clearTimeout(this.#timer);
    this.#fetch();
  }

  async #fetch() {
    const wanted = this.#wanted;
    const { whole } = this.#work();
    if (!wanted || !whole) return;
    this.#wanted = null;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const all = await whole(wanted.session, signal).catch(() => null); // the coarse one stays, and whoever asks next is told
    if (all && !signal.aborted) this.#fetched(wanted.session, all);
  }
}
