/** Have a network of the server find the objects of a photo: which one, how sure it is, and who makes the masks. */

import { button, make } from "../controls.js";
import { INSTANCES, detectorsOf } from "./things.js";

/** @import { Settings, Update } from "../types.js" */
/** @import { Actions } from "../actions.js" */

/** Who makes the masks of what is found, the usual one first. */
const FINISHES = [
  { name: "network", title: "Masks of the interactive network", does: "The best masks: the network of clicks makes each one from its box" },
  { name: "propagation", title: "Masks of what looks alike", does: "The masks that were found are spread over what looks alike, without another network" },
  { name: "none", title: "Masks as they are found", does: "The quickest, and the coarsest" },
];

/**
 * Hidden where the server has no network that finds objects.
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @returns {Update}
 */
export function finding(place, actions) {
  const find = button("Find objects", () => actions.findObjects(), { id: "find-objects", title: "The network looks for objects by itself; those that are there stay (Shift+F)" });
  const sure = make("input", { id: "find-sure", type: "number", min: "0", max: "100", step: "5", ariaLabel: "How sure the network is at least, in percent", title: "How sure the network is at least" });
  const finish = make("select", { id: "find-finish", ariaLabel: "Who makes the masks of what is found" });
  finish.append(...FINISHES.map(({ name, title }) => make("option", { value: name, textContent: title })));
  const which = make("select", { id: "find-with", ariaLabel: "Network that finds objects" });
  const row = make("div", { className: "finding-row" });
  const field = make("label", { className: "field" });
  field.append(sure, make("span", { textContent: "% sure" }));
  row.append(find, field);
  place.append(row, finish, which);
  /** @type {Settings["finding"]} */
  let now = { model: null, sure: 0.5, finish: FINISHES[0].name };
  sure.addEventListener("input", () => {
    if (sure.value !== "" && sure.validity.valid) actions.choose({ finding: { ...now, sure: sure.valueAsNumber / 100 } });
  });
  sure.addEventListener("keydown", (event) => {
    if (event.key === "Enter") actions.findObjects();
    if (event.key === "Enter" || event.key === "Escape") sure.blur();
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  finish.addEventListener("change", () => actions.choose({ finding: { ...now, finish: finish.value } }));
  which.addEventListener("change", () => actions.choose({ finding: { ...now, model: which.value } }));
  /** @type {string[] | null} */
  let offered = null;
  return (state) => {
    const names = detectorsOf(state);
    if (names !== offered) {
      row.hidden = finish.hidden = !names.length;
      which.hidden = names.length < 2;
      which.replaceChildren(...names.map((name) => make("option", { value: name, textContent: name })));
      offered = names;
    }
    now = state.settings[INSTANCES].finding;
    which.value = now.model !== null && names.includes(now.model) ? now.model : (names[0] ?? "");
    finish.value = now.finish;
    finish.title = FINISHES[finish.selectedIndex].does;
    if (document.activeElement !== sure) sure.valueAsNumber = Math.round(100 * now.sure);
  };
}
