/** The keys of the page: one table, which both answers them and lists them. */

import { make } from "./controls.js";
import { mod, plain } from "./keys.js";
import { MOD } from "./platform.js";
import { settingsOf, taskOf } from "./store.js";

/** @import { Shortcut, State } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

/** @type {Record<string, Shortcut[]>} */
const COMMON = {
  Change: [
    { keys: [[MOD, "Z"]], does: "Undo", on: mod("z"), run: (actions) => actions.undo() },
    { keys: [[MOD, "Shift", "Z"]], does: "Redo", on: mod("z", true), run: (actions) => actions.redo() },
    { keys: [[MOD, "Y"]], does: "Redo", on: mod("y"), run: (actions) => actions.redo() },
    { keys: [["Delete"]], does: "Clear all marks", on: plain("delete", "backspace"), run: (actions) => actions.clear() },
    { keys: [["["], ["]"]], does: "Smaller or larger radius", on: plain("["), run: (actions) => actions.smaller() },
    { keys: [], does: "", on: plain("]"), run: (actions) => actions.larger() },
    { keys: [["Alt", "Wheel"]], does: "Smaller or larger radius" },
  ],
  View: [
    { keys: [["C"]], does: "Hold: as it was before the marks" },
    { keys: [["O"]], does: "Show or hide the prediction", on: plain("o"), run: (actions) => actions.peek() },
    { keys: [[","], ["."]], does: "More transparent or opaque", on: plain(","), run: (actions) => actions.fainter() },
    { keys: [], does: "", on: plain("."), run: (actions) => actions.stronger() },
    { keys: [["Wheel"], ["+"], ["−"]], does: "Zoom", on: plain("+", "="), run: (actions) => actions.zoomIn() },
    { keys: [], does: "", on: plain("-", "−", "_"), run: (actions) => actions.zoomOut() },
    { keys: [["0"]], does: "Fit the photo", on: plain("0"), run: (actions) => actions.fit() },
    { keys: [["Space", "Drag"]], does: "Move the photo" },
    { keys: [["Middle drag"]], does: "Move the photo" },
  ],
  Files: [
    { keys: [[MOD, "O"]], does: "Open a photo", on: mod("o"), run: (actions) => actions.open(), anytime: true },
    { keys: [[MOD, "V"]], does: "Open a copied photo" },
    { keys: [["M"]], does: "Load a prediction to correct", on: plain("m"), run: (actions) => actions.load() },
    { keys: [[MOD, "S"]], does: "Download", on: mod("s"), run: (actions) => actions.download() },
    { keys: [["?"]], does: "This list", on: plain("?"), run: (actions) => actions.help(), anytime: true },
  ],
};

/**
 * The keys by subject, those of the task that is open first.
 * @param {State} state
 * @returns {Record<string, Shortcut[]>}
 */
function shortcuts(state) {
  const task = taskOf(state);
  const tools = task.tools.map(({ name, key, does }) => ({
    keys: [[key.toUpperCase()]],
    does,
    on: plain(key),
    run: (/** @type {Actions} */ actions) => actions.tool(name),
  }));
  return {
    Mark: [
      ...(state.session && task.keys ? task.keys(state.session, settingsOf(state)) : []),
      ...tools,
      { keys: [["Shift", "Click"]], does: "As a right click" },
      { keys: [["Esc"]], does: "Cancel, back to the first tool", on: plain("escape"), run: (actions) => actions.cancel() },
      { keys: [["Arrows"]], does: "Move the marker" },
      { keys: [["Enter"]], does: "Click at the marker; with Shift a right click" },
    ],
    ...COMMON,
  };
}

/**
 * @param {Actions} actions
 * @param {Store} store
 */
export function listenForShortcuts(actions, store) {
  window.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const { state } = store;
    const editing = state.phase === "editing";
    if (editing && isCompare(event)) {
      if (!event.repeat) actions.compare(true);
      return;
    }
    const found = Object.values(shortcuts(state))
      .flat()
      .find(({ on, anytime }) => (anytime || editing) && on?.(event));
    if (!found?.run) return;
    event.preventDefault();
    found.run(actions);
  });
  window.addEventListener("keyup", (event) => {
    if (event.key.toLowerCase() === "c") actions.compare(false);
  });
  window.addEventListener("blur", () => actions.compare(false));
}

const isCompare = plain("c");

/**
 * Write the list into its dialog, one part per subject.
 * @param {HTMLElement} place
 * @param {State} state
 */
export function listShortcuts(place, state) {
  place.replaceChildren();
  for (const [subject, keys] of Object.entries(shortcuts(state))) {
    const list = make("dl");
    for (const shortcut of keys) {
      if (shortcut.keys.length) list.append(keysOf(shortcut.keys), make("dd", { textContent: shortcut.does }));
    }
    const part = make("section");
    part.append(make("h3", { textContent: subject }), list);
    place.append(part);
  }
}

/** @param {string[][]} keys */
function keysOf(keys) {
  const term = make("dt");
  keys.forEach((together, i) => {
    if (i) term.append(" ");
    for (const key of together) term.append(make("kbd", { textContent: key }));
  });
  return term;
}
