/** What differs between the machines that people have. */

export const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
export const MOD = isMac ? "⌘" : "Ctrl";

/** Whether fingers are the pointer. */
const isTouch = matchMedia("(pointer: coarse)").matches;

/**
 * Words for mouse and keys, in those of the pointer that is there.
 * @param {string} text
 */
export function worded(text) {
  if (!isTouch) return text;
  return text
    .replace(/ \(or Shift-click\)/g, "")
    .replace(/\bpress B and/g, "choose Box and")
    .replace(/\bDelete takes/g, "the bin above takes")
    .replace(/, (Ctrl\+|⌘)\w [^.,]*/g, "")
    .replace(/ Esc cancels\./g, " Another tool cancels.")
    .replace(/ ?(Ctrl\+|⌘|Press |Esc |Alt-click)[^.]*\./g, "")
    .replace(/\bRight-/g, "Long-")
    .replace(/\bright-/g, "long-")
    .replace(/(ong-)click/g, "$1press")
    .replace(/(ong-)drag/g, "$1press and drag")
    .replace(/\bClick/g, "Tap")
    .replace(/\bclick/g, "tap");
}
