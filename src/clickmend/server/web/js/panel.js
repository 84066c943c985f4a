/** Keeps the bar, the hint and the chips in step with the state, and wires their buttons. */

import { icon, make } from "./controls.js";
import { isMac, worded } from "./platform.js";
import { imageOf, sceneOf, settingsOf, taskOf, toolOf } from "./store.js";
import { TASKS } from "./tasks/index.js";
import { protectingHint } from "./tasks/protecting.js";

/** @import { State, Task } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

/** @satisfies {Record<string, keyof Actions>} */
const BUTTONS = /** @type {const} */ ({
  home: "home",
  undo: "undo",
  redo: "redo",
  clear: "clear",
  load: "load",
  open: "open",
  choose: "open",
  download: "download",
  help: "help",
  "zoom-in": "zoomIn",
  "zoom-out": "zoomOut",
  "zoom-fit": "fit",
});

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
  if (isMac) {
    for (const key of document.querySelectorAll("kbd")) {
      if (key.textContent === "Ctrl") key.textContent = "⌘";
    }
  }
  /** @type {State["offers"] | null} */
  let offered = null;
  store.watch((state) => {
    if (offered !== state.offers) offerTasks(state, actions);
    offered = state.offers;
    showPanel(state);
  });
}

/**
 * The tasks to choose from, in the bar and on the start screen; one alone is no choice.
 * @param {State} state
 * @param {Actions} actions
 */
function offerTasks({ offers }, actions) {
  for (const place of document.querySelectorAll(".tasks")) {
    const buttons = offers.map(({ name }) => {
      const { title, icon: drawing, headline } = TASKS[name];
      const button = make("button", { type: "button", title: headline });
      button.dataset.task = name;
      button.append(icon(drawing), make("span", { className: "word", textContent: title }));
      button.ariaLabel = title;
      button.addEventListener("click", () => actions.task(name));
      return button;
    });
    place.replaceChildren(...buttons);
    place.toggleAttribute("hidden", offers.length < 2);
  }
}

const SELECTED = "Drag the mark to move it; Delete takes it back. Right-click says the opposite. Esc lets it go.";

/** @param {State} state */
function showPanel(state) {
  const { session, waiting, ahead } = state;
  const task = taskOf(state);
  document.body.dataset.phase = state.phase;
  document.body.dataset.task = task.name;
  const name = session?.name ?? imageOf(state)?.name;
  document.title = name ? `${name} – clickmend` : "clickmend";
  element("progress", HTMLElement).hidden = waiting === 0 || ahead;
  for (const button of document.querySelectorAll(".tasks button")) {
    if (button instanceof HTMLElement) button.ariaPressed = String(button.dataset.task === task.within);
  }
  element("undo", HTMLButtonElement).disabled = !session?.can_undo && !state.pending.length;
  element("redo", HTMLButtonElement).disabled = !session?.can_redo;
  element("clear", HTMLButtonElement).disabled = !session?.feedback.length && !state.pending.length;
  if (!session) {
    say("title", TASKS[state.task].headline);
    say("lead", TASKS[state.task].lead);
  }
  element("load", HTMLElement).hidden = !task.load;
  if (task.load) {
    say("load-word", task.load.label);
    element("load", HTMLElement).title = task.load.title;
  }
  element("download", HTMLElement).title = `Download the ${task.noun} as a ${settingsOf(state).kind.toUpperCase()}`;
  const hint = state.before ? beforeOf(task) : state.selected && !task.choose?.(state.selected) ? SELECTED : hintOf(state);
  say("hint", worded(hint));
  showStatus(state);
}

/** @param {State} state */
function hintOf(state) {
  const tool = toolOf(state);
  return state.session && tool.protects ? protectingHint(tool, state.draft) : taskOf(state).hint(state);
}

/** @param {Task} task */
const beforeOf = ({ collects }) =>
  collects ? "These are the masks of the points alone." : "This is how it was before your marks.";

/** @param {State} state */
function showStatus(state) {
  const { session, pending, pointer } = state;
  if (!session) return;
  const marks = session.feedback.length + pending.length;
  const counted = taskOf(state).counted?.(state) ?? (marks === 1 ? "1 mark" : `${marks} marks`);
  const late = pending.length ? `, ${pending.length} on the way` : "";
  const facts = `${counted}${late}`;
  const scene = sceneOf(state);
  const here = pointer && scene ? `  ·  here: ${taskOf(state).says(scene, pointer)}` : "";
  say("photo-name", session.name);
  say("photo-size", `${session.size[0]} × ${session.size[1]}  ·  `);
  say("facts", facts + here);
  say("saved", savedOf(state));
}

/** @param {State} state */
function savedOf(state) {
  const { session, image, project, waiting, pending, offline } = state;
  if (offline) return "  ·  waiting for the server";
  if (!session?.saved) return "";
  if (waiting && pending.length) return "  ·  saving…";
  if (image?.id !== session.image || !image) return "  ·  saved";
  if (project && taskOf(state).within !== project.task) return `  ·  saved, but not in the labels, which are of ${TASKS[project.task].title}`;
  return image.problem ? "  ·  saved, labels not written" : "  ·  saved";
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
