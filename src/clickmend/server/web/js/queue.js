/** Jobs one after the other, in the order they were given. */

export class Queue {
  /** @type {Promise<void>} */
  #last = Promise.resolve();
  #waiting = 0;
  #changed;

  /** @param {(waiting: number) => void} changed Told how many are waiting or running. */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * @param {() => Promise<void>} job One that fails stops none of those after it.
   * @returns {Promise<void>} Done when the job is.
   */
  add(job) {
    this.#changed(++this.#waiting);
    const done = this.#last.then(job).finally(() => this.#changed(--this.#waiting));
    this.#last = done.catch(() => {});
    return done;
  }
}
