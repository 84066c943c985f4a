/** How long a person has worked on the photo: time without a touch of mouse or keys does not count. */

const IDLE_MS = 20_000;

export class Clock {
  #seconds = 0;
  #last = 0;

  constructor() {
    for (const event of ["pointermove", "pointerdown", "keydown", "wheel"]) {
      window.addEventListener(event, () => this.#tick(), { passive: true, capture: true });
    }
  }

  /** The seconds since this was asked last. */
  take() {
    this.#tick();
    const seconds = this.#seconds;
    this.#seconds = 0;
    return seconds;
  }

  #tick() {
    const now = performance.now();
    if (this.#last) this.#seconds += Math.min(now - this.#last, IDLE_MS) / 1000;
    this.#last = now;
  }
}
