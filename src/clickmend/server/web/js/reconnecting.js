/** Changes that outlive a server which is started again. */

import * as api from "./api.js";

/** @import { Session } from "./types.js" */
/** @import { Store } from "./store.js" */
/** @import { Toasts } from "./toast.js" */

const RETRY_MS = 1000;

const TOLD = /** @type {const} */ (["feedback", "objects", "protected", "protected_classes"]);

/**
 * A change that a server which is started again does not lose: it is sent once more unless it had come.
 * @param {Session} session
 * @param {(session: Session) => Promise<Session> | null} send
 * @param {{ store: Store, toasts: Toasts }} page What tells that the server is away.
 */
export async function reconnecting(session, send, { store, toasts }) {
  for (;;) {
    try {
      return await send(session);
    } catch (error) {
      if (!(error instanceof api.ConnectionError) || !session.saved) throw error;
      toasts.error(error.message);
    }
    store.set({ offline: true });
    const now = await whenBack(() => api.session(session.id));
    store.set({ offline: false });
    toasts.clear();
    if (!sameMarks(now, session)) return now;
  }
}

/**
 * Asks until the server answers.
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function whenBack(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof api.ConnectionError)) throw error;
    }
    await new Promise((settle) => setTimeout(settle, RETRY_MS));
  }
}

/**
 * @param {Session} one
 * @param {Session} other
 */
export function sameMarks(one, other) {
  return TOLD.every((name) => one[name] === other[name] || JSON.stringify(one[name]) === JSON.stringify(other[name]));
}
