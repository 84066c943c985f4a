/** The picture that the page holds of a session, kept up to date by the rectangles that the server says differ. */

import { readGrey } from "./png.js";

/** @import { Box, Plane, Session } from "./types.js" */

/** @typedef {{ id: string, version: number, plane: Plane }} Held */
/** @typedef {Pick<Session["prediction"], "tile" | "coarse">} Carried */

/** @type {Held | null} */
let held = null;

/** From which plane one was pasted, and where they differ. @type {WeakMap<Plane, { from: WeakRef<Plane>, box: Box }>} */
const pastes = new WeakMap();

/**
 * The version of a session's picture that all of is here; null where none is.
 * @param {string} id
 */
export const heldVersion = (id) => (held?.id === id && !held.plane.every ? held.version : null);

/**
 * The picture of a session as it is now, if it is here.
 * @param {Session} session
 */
export const heldPlane = ({ id, prediction }) => (held?.id === id && held.version === prediction.version ? held.plane : null);

/**
 * Hold a picture that was fetched as a whole, in place of the last one.
 * @param {Held} picture
 */
export function hold(picture) {
  held = picture;
}

/**
 * Paste what an answer carries over what is held.
 * @param {Session} session
 * @returns {Promise<Session>} The same, without it.
 */
export async function taken(session) {
  const { tile, coarse, ...prediction } = session.prediction;
  const before = held;
  const plane = await carried(session, { tile, coarse });
  if (plane && held === before) held = { id: session.id, version: prediction.version, plane };
  return { ...session, prediction };
}

/**
 * The picture that an answer carries, over what is held; null where it carries none that fits.
 * @param {Pick<Session, "id" | "size">} session
 * @param {Carried} what
 * @returns {Promise<Plane | null>}
 */
export async function carried({ id, size }, { tile, coarse }) {
  const before = held;
  if (coarse) {
    const [width, height] = size;
    const plane = await readGrey(bytesOf(coarse.png));
    return coarse.every > 1 ? { ...plane, width, height, every: coarse.every } : plane;
  }
  if (!tile || before?.id !== id || before.version !== tile.since) return null;
  return tile.png ? pasted(before.plane, await readGrey(bytesOf(tile.png)), tile) : before.plane;
}

/**
 * A plane with another one in a place of it.
 * @param {Plane} plane
 * @param {Plane} tile
 * @param {{ x: number, y: number }} at
 * @returns {Plane}
 */
export function pasted(plane, tile, { x, y }) {
  const data = plane.data.slice();
  for (let row = 0; row < tile.height; row++) {
    data.set(tile.data.subarray(row * tile.width, (row + 1) * tile.width), (y + row) * plane.width + x);
  }
  const whole = { ...plane, data };
  pastes.set(whole, { from: new WeakRef(plane), box: { x0: x, y0: y, x1: x + tile.width, y1: y + tile.height } });
  return whole;
}

/**
 * Where two planes of a size may differ; null where that is not known.
 * @param {Plane} plane
 * @param {Plane} before
 * @returns {Box | null}
 */
export function boxApart(plane, before) {
  if (plane === before) return { x0: 0, y0: 0, x1: 0, y1: 0 };
  const paste = pastes.get(plane);
  return paste?.from.deref() === before ? paste.box : null;
}

/** @param {string} text Base64. */
function bytesOf(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return new Blob([bytes]);
}
