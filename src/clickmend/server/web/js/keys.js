/** Whether a key that went down is the one that is meant. */

/** @param {string[]} keys Any of them, alone. */
export const plain = (...keys) => (/** @type {KeyboardEvent} */ event) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(event.key.toLowerCase());

/**
 * @param {string} key
 * @param {boolean} [shift]
 */
export const mod = (key, shift = false) => (/** @type {KeyboardEvent} */ event) =>
  (event.ctrlKey || event.metaKey) &&
  !event.altKey &&
  event.shiftKey === shift &&
  event.key.toLowerCase() === key;
