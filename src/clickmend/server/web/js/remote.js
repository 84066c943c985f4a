/** Sessions that the server holds. */

import * as api from "./api.js";
import { readGrey } from "./png.js";

/** @import { Session, Work } from "./types.js" */

/**
 * @param {Session} session
 * @param {import("./types.js").Mark[]} marks
 * @param {(mark: import("./types.js").Mark) => Promise<Session>} add
 */
export async function inOrder(session, marks, add) {
  let now = session;
  for (const mark of marks) now = await add(mark);
  return now;
}

/** @type {Work} */
export const remote = {
  add: (session, marks) => inOrder(session, marks, (mark) => api.addMark(session.id, mark)),
  step: (session, step) => api.takeStep(session.id, step),
  plane: async (session) => readGrey(await api.blob(session.prediction.url)),
  first: async (session) => readGrey(await api.blob(session.prediction.first)),
  file: (session, kind) => api.prediction(session.id, kind),
};
