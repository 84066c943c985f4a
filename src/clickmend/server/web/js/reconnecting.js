/** What outlives a server that is started again, or one that somebody else asks too. */

import * as api from "./api.js";
import { ApiError, ConnectionError } from "./http.js";

/** @import { Session } from "./types.js" */
/** @import { Store } from "./store.js" */
/** @import { Toasts } from "./toast.js" */

/** @typedef {{ store: Store, toasts: Toasts }} Page What tells that the server is away. */

const RETRY_MS = 1000;
const CONFLICT = 409;

const TOLD = /** @type {const} */ (["feedback", "objects", "protected", "protected_classes"]);

/**
 * A change that a server which is started again does not lose: it is sent once more unless it had come. Where one is
 * refused because somebody else has changed meanwhile what it is meant for, that is shown, and told.
 * @param {Session} session
 * @param {(session: Session) => Promise<Session> | null} send
 * @param {Page} page
 * @param {(now: Session) => boolean} [came] Whether it had come, by the session as it is now.
 */
export async function reconnecting(session, send, page, came = (now) => !sameMarks(now, session)) {
  for (let known = session; ; ) {
    try {
      return await send(known);
    } catch (error) {
      if (!session.saved || !(error instanceof ApiError)) throw error;
      const away = error instanceof ConnectionError;
      known = await untilAnswered(() => api.session(session.id), page, away);
      if (away ? came(known) : !sameMarks(known, session)) {
        if (!away) page.toasts.note(error.message);
        return known;
      }
      if (!away && error.status !== CONFLICT) throw error;
    }
  }
}

/**
 * What the server answers, be it after it was started again.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {Page} page
 * @param {boolean} [away] Whether it is known not to answer.
 * @returns {Promise<T>}
 */
export async function untilAnswered(ask, { store, toasts }, away = false) {
  try {
    for (;;) {
      if (away && !store.state.offline) {
        toasts.error(new ConnectionError().message);
        store.set({ offline: true });
      }
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
      }
      away = true;
      await new Promise((settle) => setTimeout(settle, RETRY_MS));
    }
  } finally {
    if (store.state.offline) {
      store.set({ offline: false });
      toasts.clear();
    }
  }
}

/**
 * @param {Session} one
 * @param {Session} other
 */
export function sameMarks(one, other) {
  return TOLD.every((name) => one[name] === other[name] || JSON.stringify(one[name]) === JSON.stringify(other[name]));
}
