/** The side panel: tools, what the task adds, the circle around the pointer, the view. */

import { icon, make } from "./controls.js";
import { element } from "./panel.js";
import { circleOf, MOST_SIMPLIFIED_PX, SIMPLIFY_STEP_PX } from "./sizes.js";
import { settingsOf, taskOf, toolOf } from "./store.js";

/** @import { Session, State, Task, Update } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

const STEPS = 100;

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function connectSide(store, actions) {
  const size = element("size", HTMLInputElement);
  const compare = element("compare", HTMLButtonElement);
  size.max = String(STEPS);
  size.addEventListener("input", () => {
    const largest = circleOf(store.state)?.largest ?? 1;
    actions.setRadius(Math.round(largest ** (size.valueAsNumber / STEPS)));
  });
  const simplify = element("simplify", HTMLInputElement);
  [simplify.max, simplify.step] = [String(MOST_SIMPLIFIED_PX), String(SIMPLIFY_STEP_PX)];
  simplify.addEventListener("input", () => actions.choose({ simplify: simplify.valueAsNumber }));
  element("size-auto", HTMLInputElement).addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.checked) actions.setRadius(null);
    else actions.larger();
  });
  element("opacity", HTMLInputElement).addEventListener("input", ({ target }) => {
    if (target instanceof HTMLInputElement) actions.setOpacity(target.valueAsNumber / 100);
  });
  element("peek", HTMLButtonElement).addEventListener("click", actions.peek);
  holdable(compare, actions.compare);
  element("split", HTMLButtonElement).addEventListener("click", actions.split);
  const slider = element("split-at", HTMLInputElement);
  slider.addEventListener("input", () => {
    const { split } = store.state;
    if (split) store.set({ split: { ...split, at: slider.valueAsNumber / 1000 } });
  });

  /** @type {{ session: Session | null, update: Update }} */
  let shown = { session: null, update: () => {} };
  store.watch((state) => {
    const { session } = state;
    if (!session) return;
    if (isOther(session, shown.session)) shown = { session, update: build(session, state, actions) };
    shown.update(state);
    showTools(state);
    showSize(state);
    showSimplify(state);
    showView(state);
  });
}

/**
 * A button that acts while it is held, with the pointer, the space bar or Enter.
 * @param {HTMLButtonElement} button
 * @param {(held: boolean) => void} act
 */
function holdable(button, act) {
  button.addEventListener("pointerdown", () => act(true));
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a finger that stays there asks for it
  for (const event of ["pointerup", "pointerleave", "pointercancel", "blur"]) button.addEventListener(event, () => act(false));
  for (const [event, held] of /** @type {const} */ ([["keydown", true], ["keyup", false]])) {
    button.addEventListener(event, (key) => {
      if (key.key !== " " && key.key !== "Enter") return;
      key.preventDefault();
      if (!key.repeat) act(held);
    });
  }
}

/**
 * Whether a session needs other controls than the one before.
 * @param {Session} session
 * @param {Session | null} before
 */
function isOther(session, before) {
  const key = (/** @type {Session} */ { id, task, beside, palette }) => JSON.stringify([id, task, Object.keys(beside), palette]);
  return before === null || key(session) !== key(before);
}

/**
 * @param {Session} session
 * @param {State} state
 * @param {Actions} actions
 * @returns {Update}
 */
function build(session, state, actions) {
  const task = taskOf(state);
  const buttons = (/** @type {boolean} */ protect) => task.tools.filter(({ protects = false }) => protects === protect).map((tool) => toolButton(tool, task.name, actions));
  element("tools", HTMLElement).replaceChildren(...buttons(false));
  element("protection-tools", HTMLElement).replaceChildren(...buttons(true));
  element("views", HTMLElement).replaceChildren(
    ...task.views.map(({ name, title }) => {
      const button = make("button", { id: `view-${name}`, type: "button", textContent: title });
      button.addEventListener("click", () => actions.view(name));
      return button;
    }),
  );
  const place = element("task-controls", HTMLElement);
  place.replaceChildren();
  const update = task.controls({ place, session, actions });
  place.hidden = !place.children.length;
  return update;
}

/**
 * @param {Task["tools"][number]} tool
 * @param {string} task
 * @param {Actions} actions
 */
function toolButton({ name, title, does, icon: drawing, swatch }, task, actions) {
  const button = make("button", { id: `tool-${name}`, type: "button", title: does });
  button.dataset.key = `${task} ${name}`;
  if (drawing) button.append(icon(drawing));
  if (swatch) button.append(make("span", { className: `swatch ${swatch}` }));
  button.append(make("span", { textContent: title }));
  button.addEventListener("click", () => actions.tool(name));
  return button;
}

/** @param {State} state */
function showTools(state) {
  const { tool } = settingsOf(state);
  for (const { name } of taskOf(state).tools) {
    element(`tool-${name}`, HTMLElement).setAttribute("aria-pressed", String(tool === name));
  }
}

/** @param {State} state */
function showSimplify(state) {
  const { simplify } = settingsOf(state);
  element("simplifying", HTMLElement).hidden = toolOf(state).gesture !== "outline";
  element("simplify", HTMLInputElement).valueAsNumber = simplify;
  element("simplify-value", HTMLElement).textContent = simplify ? `${simplify} px` : "all corners";
}

/** @param {State} state */
function showSize(state) {
  const circle = circleOf(state);
  element("sizes", HTMLElement).hidden = !circle;
  if (!circle) return;
  const { kind, radius, automatic, largest } = circle;
  const automaticBox = element("size-auto", HTMLInputElement);
  element("size-name", HTMLElement).textContent = kind === "brush" ? "Brush" : "Reach";
  element("size-value", HTMLElement).textContent = radius === null ? "" : `${Math.round(radius)} px`;
  const share = radius === null ? 0.5 : Math.log(Math.max(radius, 1)) / Math.log(Math.max(largest, 2));
  element("size", HTMLInputElement).valueAsNumber = Math.round(STEPS * share);
  automaticBox.checked = automatic;
  element("size-automatic", HTMLElement).hidden = kind === "brush";
  const words = element("size-words", HTMLElement);
  words.hidden = kind === "brush";
  words.textContent = automatic
    ? "A click changes the connected part that looks alike and is wrong in the same way."
    : "A click changes nothing outside the circle.";
}

/** @param {State} state */
function showView(state) {
  const { view, opacity } = settingsOf(state);
  const { views } = taskOf(state);
  for (const { name, opaque } of views) {
    element(`view-${name}`, HTMLElement).setAttribute("aria-pressed", String(view === name));
    if (view === name) element("opacity", HTMLInputElement).disabled = opaque;
  }
  element("opacity", HTMLInputElement).valueAsNumber = Math.round(100 * opacity);
  element("peek", HTMLElement).setAttribute("aria-pressed", String(state.shown));
  const changed = state.session?.feedback.length || state.session?.objects.length;
  element("compare", HTMLButtonElement).disabled = !changed;
  const split = element("split", HTMLButtonElement);
  split.disabled = !changed && !state.split;
  split.setAttribute("aria-pressed", String(state.split !== null));
  const slider = element("split-at", HTMLInputElement);
  slider.hidden = !state.split;
  if (state.split) slider.valueAsNumber = Math.round(1000 * state.split.at);
}
