/** The objects of a photo: their colours, their names, which one is chosen. */

import { classBytes, classColour } from "../colours.js";
import { once } from "../layers.js";

/** @import { Session, Settings, State, Thing } from "../types.js" */

export const INSTANCES = "instances";

/** So many labels of the list have their number as a key. */
export const KEYED = 9;

/** After so many the first colour comes again. */
const COLOURS = 36;

const bytes = once(() => classBytes(COLOURS));

/**
 * The place of an object's colour, which stays while others come and go.
 * @param {number} key
 */
export const colourIndex = (key) => (key - 1) % COLOURS;

/** @param {number} key */
export const colourOf = (key) => classColour(colourIndex(key));

/** @param {number} key */
export const bytesOf = (key) => bytes()[colourIndex(key)];

/** @type {string[]} */
const NONE = [];

/**
 * The networks of the server that find objects by themselves.
 * @param {State} state
 */
export function detectorsOf({ offers }) {
  return offers.find(({ name }) => name === INSTANCES)?.detectors ?? NONE;
}

/**
 * The object that is chosen, while it is there.
 * @param {Thing[]} things
 * @param {Settings} settings
 */
export function chosenOf(things, { chosen }) {
  return things.find(({ key }) => key === chosen) ?? null;
}

/**
 * Its number in the files, from 1; 0 when it is not there.
 * @param {Thing[]} things
 * @param {number | null} key
 */
export function numberOf(things, key) {
  return things.findIndex((thing) => thing.key === key) + 1;
}

/**
 * Whether the list shows an object.
 * @param {Thing} thing
 * @param {number} number Its own, from 1.
 * @param {string} listed What is looked for: a part of a label, or a number.
 */
export function isListed({ label }, number, listed) {
  return !listed || listed === String(number) || (label ?? "no label").toLowerCase().includes(listed.toLowerCase());
}

/**
 * The labels to choose from: those of the project, those given before, and those of the photo.
 * @param {Session | null} session
 * @param {Settings} settings
 */
export function namesOf(session, { names }) {
  const here = (session?.objects ?? []).flatMap(({ label }) => label ?? []);
  const own = (session?.palette ?? []).map(({ name }) => name);
  return [...new Set([...own, ...names, ...here])];
}

/**
 * The key that gives a label: the project's own, else its number in the list.
 * @param {Session | null} session
 * @param {string} name
 * @param {number} index
 */
export function keyOfName(session, name, index) {
  const own = session?.palette?.find((one) => one.name === name)?.key;
  return own ?? (index < KEYED ? String(index + 1) : null);
}
