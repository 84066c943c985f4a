/** What changes in a project, told by the server: one stream for a tab, open while the tab is seen. */

import * as requests from "./requests.js";

/** @import { Change } from "../types.js" */

const AGAIN_MS = 1000;

export class Feed {
  #project;
  #after;
  #heard;
  /** @type {EventSource | null} */
  #source = null;
  #timer = 0;
  #follow = () => (document.hidden ? this.#close() : this.#open());

  /**
   * @param {number} project
   * @param {number} after The count of changes that is known.
   * @param {(change: Change) => void} heard
   */
  constructor(project, after, heard) {
    this.#project = project;
    this.#after = after;
    this.#heard = heard;
    document.addEventListener("visibilitychange", this.#follow);
    this.#follow();
  }

  /** Hear no more. */
  end() {
    document.removeEventListener("visibilitychange", this.#follow);
    this.#close();
  }

  #open() {
    if (this.#source) return;
    const source = new EventSource(requests.changesOf(this.#project, this.#after));
    this.#source = source;
    source.addEventListener("message", ({ data, lastEventId }) => {
      this.#after = Number(lastEventId);
      this.#heard(JSON.parse(data));
    });
    // The browser itself comes back to a server that is gone, but not to one that has answered with an error.
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      this.#close();
      this.#timer = window.setTimeout(this.#follow, AGAIN_MS);
    });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
