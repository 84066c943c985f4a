/** Names that are found by a part of them. */

/**
 * Whether a name has a text in it, whatever the case.
 * @param {string} name
 * @param {string} text
 */
export const hasText = (name, text) => name.toLowerCase().includes(text.trim().toLowerCase());

/**
 * The place of the name that is meant: the one that equals a text, else one that begins with it, else one that has it;
 * -1 of none, and of an empty text.
 * @param {string[]} names
 * @param {string} text
 */
export function placeOf(names, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return -1;
  const lower = names.map((name) => name.toLowerCase());
  const tests = [(/** @type {string} */ name) => name === wanted, (/** @type {string} */ name) => name.startsWith(wanted), (/** @type {string} */ name) => name.includes(wanted)];
  return tests.map((test) => lower.findIndex(test)).find((place) => place >= 0) ?? -1;
}

/**
 * Have what is typed take the place of what a field holds.
 * @param {string} id
 */
export function typeInto(id) {
  const field = document.getElementById(id);
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
}
