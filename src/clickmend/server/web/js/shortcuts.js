/** The keys of the page: one table, which both answers them and is listed. */

import { Bindings } from "./bindings.js";
import { chordOf, chordsOf, isWriting } from "./keys.js";
import { DECISIONS } from "./projects/statuses.js";
import { settingsOf, taskOf } from "./store.js";

/** @import { Shortcut, State } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

export const bindings = new Bindings();

/** @type {Record<string, Shortcut[]>} */
const COMMON = {
  Change: [
    { id: "undo", keys: ["Mod+Z"], does: "Undo", run: (actions) => actions.undo() },
    { id: "redo", keys: ["Mod+Shift+Z", "Mod+Y"], does: "Redo", run: (actions) => actions.redo() },
    { id: "clear", keys: ["Delete", "Backspace"], does: "Take back the chosen mark or object, or all", run: (actions) => actions.removeChosen() },
    { id: "smaller", keys: ["["], does: "Smaller radius, or more corners of an outline", run: (actions) => actions.smaller() },
    { id: "larger", keys: ["]"], does: "Larger radius, or fewer corners of an outline", run: (actions) => actions.larger() },
    { shown: [["Alt", "Wheel"]], does: "Smaller or larger radius" },
  ],
  View: [
    {
      id: "compare",
      keys: ["C"],
      does: "Hold: as it was before the marks",
      run: (actions) => actions.compare(true),
      release: (actions) => actions.compare(false),
    },
    { id: "split", keys: ["S"], does: "Slider between before and after", run: (actions) => actions.split() },
    { id: "preview", keys: ["Shift+P"], shown: [["Shift", "P"]], does: "Outline what a click would change, or no longer", run: (actions) => actions.preview() },
    { id: "peek", keys: ["O"], does: "Show or hide the prediction", run: (actions) => actions.peek() },
    { id: "fainter", keys: [","], does: "More transparent", run: (actions) => actions.fainter() },
    { id: "stronger", keys: ["."], does: "More opaque", run: (actions) => actions.stronger() },
    { id: "zoomIn", keys: ["+", "="], shown: [["Wheel"], ["+"]], does: "Zoom in", run: (actions) => actions.zoomIn() },
    { id: "zoomOut", keys: ["-", "_"], shown: [["Wheel"], ["−"]], does: "Zoom out", run: (actions) => actions.zoomOut() },
    { id: "fit", keys: ["0"], does: "Fit the photo", run: (actions) => actions.fit() },
    { shown: [["Space", "Drag"], ["Middle drag"]], does: "Move the photo" },
  ],
  Files: [
    { id: "open", keys: ["Mod+O"], does: "Open a photo", run: (actions) => actions.open(), anytime: true },
    { shown: [["Mod", "V"]], does: "Open a copied photo" },
    { id: "load", keys: ["M"], does: "Load a prediction to correct", run: (actions) => actions.load() },
    { id: "download", keys: ["Mod+S"], does: "Download", run: (actions) => actions.download() },
    { id: "help", keys: ["?"], does: "This list", run: (actions) => actions.help(), anytime: true },
  ],
  Touch: [
    { shown: [["Tap"]], does: "Click" },
    { shown: [["Long press"]], does: "As a right click" },
    { shown: [["One finger"]], does: "Move the photo; paint with a brush" },
    { shown: [["Two fingers"]], does: "Zoom and move" },
  ],
};

/** @type {Shortcut[]} */
const PROJECT = [
  { id: "next", keys: ["F", "PageDown"], shown: [["F"], ["PgDn"]], does: "Next photo", run: (actions) => actions.nextImage(1) },
  { id: "before", keys: ["D", "PageUp"], shown: [["D"], ["PgUp"]], does: "Photo before", run: (actions) => actions.nextImage(-1) },
  { id: "jump", keys: ["J"], does: "Go to a photo by its number", run: (actions) => actions.jump() },
  ...DECISIONS.map(
    ({ status, key, does }) => /** @type {Shortcut} */ ({ id: status, keys: [key], does, run: (actions) => actions.decide(status), once: true }),
  ),
];

/**
 * The keys by subject, those of the task that is open first.
 * @param {State} state
 * @returns {Record<string, Shortcut[]>}
 */
export function shortcuts(state) {
  const task = taskOf(state);
  const tools = task.tools.map(
    ({ name, key, does }) => /** @type {Shortcut} */ ({ id: `${task.name} ${name}`, keys: [key[0].toUpperCase() + key.slice(1)], does, run: (actions) => actions.tool(name) }),
  );
  /** @type {Shortcut[]} */
  const taking = task.pick
    ? [{ id: "pick", keys: ["I"], shown: [["I"], ["Alt", "Click"]], does: task.picks ?? "", run: (actions) => actions.pick() }]
    : [];
  /** @type {Record<string, Shortcut[]>} */
  const subjects = {
    Mark: [
      ...(state.session && task.keys ? task.keys(state.session, settingsOf(state)) : []),
      ...taking,
      ...tools,
      { shown: [["Shift", "Click"]], does: "As a right click" },
      { shown: [["Click"], ["Drag"]], does: "On a mark: choose it, move it" },
      { keys: ["Escape"], shown: [["Esc"]], does: "Cancel, back to the first tool", run: (actions) => actions.cancel() },
      { shown: [["Arrows"]], does: "Move the marker" },
      { shown: [["Enter"]], does: "Click at the marker; with Shift a right click" },
    ],
    ...COMMON,
    ...(state.project ? { Project: PROJECT } : {}),
  };
  const distinct = bindings.distinct(Object.values(subjects).flat());
  return Object.fromEntries(Object.entries(subjects).map(([subject, { length }]) => [subject, distinct.splice(0, length)]));
}

/**
 * The keys that do something in a project, whatever its classes are, in small letters.
 * @param {State} state
 * @returns {Set<string>}
 */
export function takenKeys(state) {
  const all = [...Object.values(shortcuts(state)).flat(), ...PROJECT.map((key) => bindings.bound(key))];
  return new Set(all.filter(({ id }) => id).flatMap(({ keys }) => keys ?? []).map((key) => key.toLowerCase()));
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
    const all = Object.values(shortcuts(state)).flat();
    const has = (/** @type {string} */ chord) =>
      all.find(({ keys, anytime }) => (anytime || state.phase === "editing") && keys?.some((key) => key.toLowerCase() === chord));
    const found = chordsOf(event).map(has).find(Boolean);
    if (!found?.run) return;
    event.preventDefault();
    const { run, release, once } = found;
    if (once && event.repeat) return;
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
