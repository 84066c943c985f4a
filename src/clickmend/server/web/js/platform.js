/** What differs between the machines that people have. */

export const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
export const MOD = isMac ? "⌘" : "Ctrl";

/** Whether fingers are the pointer. */
const isTouch = matchMedia("(pointer: coarse)").matches;

/**
 * Words for a mouse, in those of the pointer that is there.
 * @param {string} text
 */
export function worded(text) {
  if (!isTouch) return text;
  return text
    .replace(/\bRight-click/g, "Long-press")
    .replace(/\bright-click/g, "long-press")
    .replace(/ ?Alt-click[^.]*\./g, "")
    .replace(/\bClick/g, "Tap")
    .replace(/\bclick/g, "tap");
}
