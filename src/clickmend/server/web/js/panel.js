/** Keeps the bar, the hint and the chips in step with the state, and wires their buttons. */

import { hint } from "./hints.js";
import { isMac } from "./shortcuts.js";

/** @import { State } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

/** @type {Record<string, keyof Actions>} */
const BUTTONS = {
  home: "close",
  "tool-object": "objectTool",
  "tool-background": "backgroundTool",
  "tool-box": "boxTool",
  undo: "undo",
  redo: "redo",
  clear: "clear",
  peek: "peek",
  mend: "mend",
  open: "open",
  choose: "open",
  download: "download",
  help: "help",
  "zoom-in": "zoomIn",
  "zoom-out": "zoomOut",
  "zoom-fit": "fit",
};

/**
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} kind
 * @returns {E}
 */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} #${id}.`);
  return found;
}

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function connectPanel(store, actions) {
  for (const [id, action] of Object.entries(BUTTONS)) {
    element(id, HTMLButtonElement).addEventListener("click", () => actions[action]());
  }
  const opacity = element("opacity", HTMLInputElement);
  opacity.addEventListener("input", () =>
    store.set({ opacity: opacity.valueAsNumber / 100, shown: true }),
  );
  if (isMac) {
    for (const titled of document.querySelectorAll("[title*='Ctrl+']")) {
      titled.setAttribute("title", (titled.getAttribute("title") ?? "").replace("Ctrl+", "⌘"));
    }
    for (const key of document.querySelectorAll("kbd")) {
      if (key.textContent === "Ctrl") key.textContent = "⌘";
    }
  }
  store.watch(showPanel);
}

/** @param {State} state */
function showPanel(state) {
  const { session, waiting, tool } = state;
  document.body.dataset.phase = state.phase;
  document.title = session ? `${session.name} – clickmend` : "clickmend";
  element("progress", HTMLElement).hidden = waiting === 0;
  for (const name of /** @type {const} */ (["object", "background", "box"])) {
    element(`tool-${name}`, HTMLElement).setAttribute("aria-pressed", String(tool === name));
  }
  element("undo", HTMLButtonElement).disabled = !session?.can_undo && !state.pending.length;
  element("redo", HTMLButtonElement).disabled = !session?.can_redo;
  element("clear", HTMLButtonElement).disabled = !session?.feedback.length && !state.pending.length;
  element("peek", HTMLElement).setAttribute("aria-pressed", String(state.shown));
  element("opacity", HTMLInputElement).valueAsNumber = Math.round(100 * state.opacity);
  say("hint", hint(state));
  showStatus(state);
}

/** @param {State} state */
function showStatus({ session, pending }) {
  if (!session) return;
  const marks = session.feedback.length + pending.length;
  const counted = marks === 1 ? "1 mark" : `${marks} marks`;
  const late = pending.length ? `, ${pending.length} on the way` : "";
  const name = Object.assign(document.createElement("strong"), { textContent: session.name });
  const facts = `${session.size[0]} × ${session.size[1]}  ·  ${counted}${late}`;
  element("status", HTMLElement).replaceChildren(name, facts);
}

/**
 * Change a text only when it is another one, so that screen readers are not told twice.
 * @param {string} id
 * @param {string} text
 */
function say(id, text) {
  const place = element(id, HTMLElement);
  if (place.textContent !== text) place.textContent = text;
}
