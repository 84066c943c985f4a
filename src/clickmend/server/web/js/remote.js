/** Sessions that the server holds. */

import * as api from "./api.js";
import { blob } from "./http.js";
import { readGrey } from "./png.js";
import { readAside } from "./png-aside.js";
import { heldPlane, hold } from "./tiles.js";

/** @import { Session, Work } from "./types.js" */

/** @type {Work} */
export const remote = {
  add: api.addMarks,
  put: api.putMark,
  step: api.takeStep,
  preview,
  plane: async (session) => heldPlane(session) ?? all(session),
  whole,
  first: async (session) => readAside(await blob(session.prediction.first)),
  file: (session, kind) => api.prediction(session.id, kind),
};

/**
 * @param {Session} session
 * @param {import("./types.js").Mark} mark
 */
export async function preview(session, mark) {
  const file = await api.preview(session.id, mark);
  return file && readGrey(file);
}

/** @param {Session} session */
async function all(session) {
  const { plane, version } = await whole(session);
  hold({ id: session.id, version, plane });
  return plane;
}

/**
 * @param {Session} session
 * @param {AbortSignal} [signal]
 */
async function whole(session, signal) {
  const { file, version } = await api.shown(session, signal);
  return { plane: await readAside(file), version };
}
