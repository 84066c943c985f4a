/** What a reload does not lose: what is chosen, where one looks, a trimap that is being painted. */

/** @import { Mark, Session, Settings, State } from "./types.js" */
/** @import { Store } from "./store.js" */
/** @import { Frame, Viewport } from "./viewport.js" */

const NAME = "clickmend";

/**
 * @typedef {object} Kept
 * @property {string} photo
 * @property {Record<string, Settings>} settings
 * @property {Frame | null} frame Where one looked; null where the photo was fitted.
 * @property {Mark[]} painted The trimap, where one was being painted.
 */

export class Memory {
  /** @type {Kept | null} */
  #kept;

  /**
   * @param {Store} store
   * @param {Viewport} viewport
   */
  constructor(store, viewport) {
    this.#kept = read();
    const keep = () => {
      const kept = keptOf(store.state, viewport);
      if (kept) sessionStorage.setItem(NAME, JSON.stringify(kept));
    };
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", keep);
  }

  /**
   * What is known of the photo of a session from before the reload; told once.
   * @param {Session} session
   * @returns {Kept | null}
   */
  take(session) {
    const kept = this.#kept;
    this.#kept = null;
    return kept?.photo === nameOf(session) ? kept : null;
  }
}

/**
 * @param {State} state
 * @param {Viewport} viewport
 * @returns {Kept | null}
 */
function keptOf({ session, settings }, viewport) {
  if (!session) return null;
  const whole = !("mask" in session && session.mask);
  const painted = session.task === "trimap" && whole ? session.feedback : [];
  return { photo: nameOf(session), settings, frame: viewport.frame, painted };
}

/** @returns {Kept | null} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? "null");
  } catch {
    return null;
  }
}

/** The photo, which is the same in all tasks. @param {Session} session */
const nameOf = ({ image, name, size }) => `${image ?? name} ${size}`;
