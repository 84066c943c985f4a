/** The keys of the page: one table, which both answers them and lists them. */

import { make } from "./controls.js";
import { chordOf, isWriting, labelsOf } from "./keys.js";
import { settingsOf, taskOf } from "./store.js";

/** @import { Shortcut, State } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

/** @type {Record<string, Shortcut[]>} */
const COMMON = {
  Change: [
    { keys: ["Mod+Z"], does: "Undo", run: (actions) => actions.undo() },
    { keys: ["Mod+Shift+Z", "Mod+Y"], does: "Redo", run: (actions) => actions.redo() },
    { keys: ["Delete", "Backspace"], does: "Clear all marks", run: (actions) => actions.clear() },
    { keys: ["["], does: "Smaller radius", run: (actions) => actions.smaller() },
    { keys: ["]"], does: "Larger radius", run: (actions) => actions.larger() },
    { shown: [["Alt", "Wheel"]], does: "Smaller or larger radius" },
  ],
  View: [
    {
      keys: ["C"],
      does: "Hold: as it was before the marks",
      run: (actions) => actions.compare(true),
      release: (actions) => actions.compare(false),
    },
    { keys: ["O"], does: "Show or hide the prediction", run: (actions) => actions.peek() },
    { keys: [","], does: "More transparent", run: (actions) => actions.fainter() },
    { keys: ["."], does: "More opaque", run: (actions) => actions.stronger() },
    { keys: ["+", "="], shown: [["Wheel"], ["+"]], does: "Zoom in", run: (actions) => actions.zoomIn() },
    { keys: ["-", "_"], shown: [["Wheel"], ["−"]], does: "Zoom out", run: (actions) => actions.zoomOut() },
    { keys: ["0"], does: "Fit the photo", run: (actions) => actions.fit() },
    { shown: [["Space", "Drag"], ["Middle drag"]], does: "Move the photo" },
  ],
  Files: [
    { keys: ["Mod+O"], does: "Open a photo", run: (actions) => actions.open(), anytime: true },
    { shown: [["Mod", "V"]], does: "Open a copied photo" },
    { keys: ["M"], does: "Load a prediction to correct", run: (actions) => actions.load() },
    { keys: ["Mod+S"], does: "Download", run: (actions) => actions.download() },
    { keys: ["?"], does: "This list", run: (actions) => actions.help(), anytime: true },
  ],
  Touch: [
    { shown: [["Tap"]], does: "Click" },
    { shown: [["Long press"]], does: "As a right click" },
    { shown: [["One finger"]], does: "Move the photo; paint with a brush" },
    { shown: [["Two fingers"]], does: "Zoom and move" },
  ],
};

/**
 * The keys by subject, those of the task that is open first.
 * @param {State} state
 * @returns {Record<string, Shortcut[]>}
 */
function shortcuts(state) {
  const task = taskOf(state);
  const tools = task.tools.map(
    ({ name, key, does }) => /** @type {Shortcut} */ ({ keys: [key.toUpperCase()], does, run: (actions) => actions.tool(name) }),
  );
  /** @type {Shortcut[]} */
  const taking = task.pick
    ? [{ keys: ["I"], shown: [["I"], ["Alt", "Click"]], does: task.picks ?? "", run: (actions) => actions.pick() }]
    : [];
  return {
    Mark: [
      ...(state.session && task.keys ? task.keys(state.session, settingsOf(state)) : []),
      ...taking,
      ...tools,
      { shown: [["Shift", "Click"]], does: "As a right click" },
      { keys: ["Escape"], shown: [["Esc"]], does: "Cancel, back to the first tool", run: (actions) => actions.cancel() },
      { shown: [["Arrows"]], does: "Move the marker" },
      { shown: [["Enter"]], does: "Click at the marker; with Shift a right click" },
    ],
    ...COMMON,
  };
}

/**
 * @param {Actions} actions
 * @param {Store} store
 */
export function listenForShortcuts(actions, store) {
  /** @type {{ code: string, release: () => void } | null} */
  let held = null;
  const letGo = () => {
    held?.release();
    held = null;
  };
  window.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || (isWriting(event.target) && !isCommand(event))) return;
    const { state } = store;
    const chord = chordOf(event);
    const found = Object.values(shortcuts(state))
      .flat()
      .find(({ keys, anytime }) => (anytime || state.phase === "editing") && keys?.some((key) => key.toLowerCase() === chord));
    if (!found?.run) return;
    event.preventDefault();
    const { run, release } = found;
    if (release && held) return;
    if (release) held = { code: event.code, release: () => release(actions) };
    run(actions);
  });
  window.addEventListener("keyup", (event) => {
    if (held?.code === event.code) letGo();
  });
  window.addEventListener("blur", letGo);
}

/**
 * Whether it is meant for the page even while somebody is writing: open or save, not undo.
 * @param {KeyboardEvent} event
 */
const isCommand = (event) => ["mod+s", "mod+o"].includes(chordOf(event));

/**
 * Write the list into its dialog, one part per subject.
 * @param {HTMLElement} place
 * @param {State} state
 */
export function listShortcuts(place, state) {
  place.replaceChildren();
  for (const [subject, keys] of Object.entries(shortcuts(state))) {
    const list = make("dl");
    for (const { keys: chords = [], shown = chords.map(labelsOf), does } of keys) {
      if (shown.length && does) list.append(keysOf(shown), make("dd", { textContent: does }));
    }
    const part = make("section");
    part.append(make("h3", { textContent: subject }), list);
    place.append(part);
  }
}

/** @param {string[][]} keys Each alternative as its keys. */
function keysOf(keys) {
  const term = make("dt");
  keys.forEach((together, i) => {
    if (i) term.append(" ");
    for (const key of together) term.append(make("kbd", { textContent: labelsOf(key)[0] }));
  });
  return term;
}
