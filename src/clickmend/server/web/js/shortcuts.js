/** The keys of the page: one table, which both answers them and lists them. */

/** @import { Actions } from "./actions.js" */

export const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
const MOD = isMac ? "⌘" : "Ctrl";

/**
 * @typedef {object} Shortcut
 * @property {string[][]} keys What the list shows: each alternative as its keys.
 * @property {string} does
 * @property {(event: KeyboardEvent) => boolean} [on]
 * @property {keyof Actions} [action]
 * @property {boolean} [anytime] Also on the start screen.
 */

/** @param {string[]} keys Any of them, alone. */
const plain = (...keys) => (/** @type {KeyboardEvent} */ event) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(event.key.toLowerCase());

/**
 * @param {string} key
 * @param {boolean} [shift]
 */
const mod = (key, shift = false) => (/** @type {KeyboardEvent} */ event) =>
  (event.ctrlKey || event.metaKey) &&
  !event.altKey &&
  event.shiftKey === shift &&
  event.key.toLowerCase() === key;

/** @type {Record<string, Shortcut[]>} */
export const SHORTCUTS = {
  Mark: [
    { keys: [["Click"]], does: "Object here" },
    { keys: [["Right click"]], does: "Background here" },
    { keys: [["Shift", "Click"]], does: "Background here" },
    { keys: [["1"]], does: "Clicks mean object", on: plain("1"), action: "objectTool" },
    { keys: [["2"]], does: "Clicks mean background", on: plain("2"), action: "backgroundTool" },
    { keys: [["B"]], does: "Drag a box", on: plain("b"), action: "boxTool" },
    { keys: [["Esc"]], does: "Cancel the box or tool", on: plain("escape"), action: "cancel" },
    { keys: [["Arrows"]], does: "Move the marker" },
    { keys: [["Enter"]], does: "Object at the marker" },
    { keys: [["Shift", "Enter"]], does: "Background at the marker" },
  ],
  Change: [
    { keys: [[MOD, "Z"]], does: "Undo", on: mod("z"), action: "undo" },
    { keys: [[MOD, "Shift", "Z"]], does: "Redo", on: mod("z", true), action: "redo" },
    { keys: [[MOD, "Y"]], does: "Redo", on: mod("y"), action: "redo" },
    { keys: [["Delete"]], does: "Clear all marks", on: plain("delete", "backspace"), action: "clear" },
  ],
  View: [
    { keys: [["Wheel"], ["+"]], does: "Zoom in", on: plain("+", "="), action: "zoomIn" },
    { keys: [["Wheel"], ["−"]], does: "Zoom out", on: plain("-", "−", "_"), action: "zoomOut" },
    { keys: [["0"]], does: "Fit the photo", on: plain("0"), action: "fit" },
    { keys: [["Space", "Drag"]], does: "Move the photo" },
    { keys: [["Middle drag"]], does: "Move the photo" },
    { keys: [["O"]], does: "Show or hide the mask", on: plain("o"), action: "peek" },
    { keys: [["["]], does: "Mask more transparent", on: plain("["), action: "fainter" },
    { keys: [["]"]], does: "Mask more opaque", on: plain("]"), action: "stronger" },
  ],
  Files: [
    { keys: [[MOD, "O"]], does: "Open a photo", on: mod("o"), action: "open", anytime: true },
    { keys: [[MOD, "V"]], does: "Open a copied photo" },
    { keys: [["M"]], does: "Load a mask to correct", on: plain("m"), action: "mend" },
    { keys: [[MOD, "S"]], does: "Download the mask", on: mod("s"), action: "download" },
    { keys: [["?"]], does: "This list", on: plain("?"), action: "help", anytime: true },
  ],
};

/**
 * @param {Actions} actions
 * @param {() => boolean} isEditing
 */
export function listenForShortcuts(actions, isEditing) {
  window.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const found = Object.values(SHORTCUTS).flat().find(({ on, anytime }) => (anytime || isEditing()) && on?.(event));
    if (!found?.action) return;
    event.preventDefault();
    actions[found.action]();
  });
}

/**
 * Write the list into its dialog, one part per subject.
 * @param {HTMLElement} place
 */
export function listShortcuts(place) {
  for (const [subject, shortcuts] of Object.entries(SHORTCUTS)) {
    const list = make("dl");
    for (const { keys, does } of shortcuts) list.append(keysOf(keys), make("dd", does));
    const part = make("section");
    part.append(make("h3", subject), list);
    place.append(part);
  }
}

/** @param {string[][]} keys */
function keysOf(keys) {
  const term = make("dt");
  keys.forEach((together, i) => {
    if (i) term.append(" or ");
    for (const key of together) term.append(make("kbd", key));
  });
  return term;
}

/**
 * @param {string} tag
 * @param {string} [text]
 */
function make(tag, text = "") {
  return Object.assign(document.createElement(tag), { textContent: text });
}
