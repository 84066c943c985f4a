/** The objects that the page knows of a session, kept up to date by those that the server says differ. */

/** @import { ClickMark, Differ, Mark, Session, Thing } from "./types.js" */

/** @typedef {{ id: string, version: number, things: Thing[], marks: Mark[] }} Known */

/** Of the session that was told last. @type {Known | null} */
let last = null;

/**
 * What is known of a session; null where that is nothing.
 * @param {string} id
 */
export const knownOf = (id) => (last?.id === id ? last : null);

/**
 * A session with all objects and marks, of which an answer may carry only those that differ. Those that are the same
 * stay what they were, so that who shows them need not look at them again.
 * @param {Session & { differ?: Differ | null }} answer
 * @param {Known | null} [known] What the server was told to be known.
 * @returns {Session}
 */
export function completed({ differ, ...session }, known = null) {
  let { objects, feedback } = session;
  if (differ && known) {
    objects = changed(known.things, differ);
    feedback = objects === known.things ? known.marks : marksOf(objects);
  }
  last = { id: session.id, version: session.prediction.version, things: objects, marks: feedback };
  return { ...session, objects, feedback };
}

/**
 * @param {Thing[]} before In the order of their keys.
 * @param {Differ} differ
 */
function changed(before, { objects, gone }) {
  if (!objects.length && !gone.length) return before;
  const now = new Map(before.map((thing) => [thing.key, thing]));
  for (const key of gone) now.delete(key);
  for (const thing of objects) now.set(thing.key, thing);
  return [...now.values()].sort((one, other) => one.key - other.key);
}

/** The points as clicks, in order, then the marks that mend. @param {Thing[]} things @returns {Mark[]} */
function marksOf(things) {
  const points = things.filter(({ given }) => !given).map(clickOf);
  return [...points, ...things.flatMap(({ marks }) => marks)];
}

/** @type {WeakMap<Thing, ClickMark>} */
const clicks = new WeakMap();

/** The point of an object as the server tells it. @param {Thing} thing */
function clickOf(thing) {
  const { x, y, label } = thing;
  let click = clicks.get(thing);
  if (!click) clicks.set(thing, (click = { type: "click", x, y, label, value: null, radius_px: null, spread: null }));
  return click;
}
