/** The list of all keys, in which they can be changed. */

import { PRESETS } from "./bindings.js";
import { button, make } from "./controls.js";
import { chordOf, labelsOf } from "./keys.js";

/** @import { Shortcut } from "./types.js" */
/** @import { Bindings } from "./bindings.js" */

/** What the marker is moved and set with, and the photo held with. */
const KEPT = ["escape", "enter", "shift+enter", "space", ...["up", "down", "left", "right"].flatMap((way) => [`arrow${way}`, `shift+arrow${way}`])];
const MODIFIERS = ["Control", "Shift", "Alt", "Meta", "AltGraph"];

/**
 * Write the list into its dialog, one part per subject.
 * @param {HTMLElement} place
 * @param {() => Record<string, Shortcut[]>} shortcuts As they are now, by subject.
 * @param {Bindings} bindings
 */
export function listShortcuts(place, shortcuts, bindings) {
  const again = () => listShortcuts(place, shortcuts, bindings);
  const lists = make("div", { className: "lists" });
  const subjects = shortcuts();
  const all = Object.values(subjects).flat();
  for (const [subject, keys] of Object.entries(subjects)) {
    const list = make("dl");
    for (const shortcut of keys) {
      const { keys: chords = [], shown = chords.map(labelsOf), does } = shortcut;
      if (!does || (!shown.length && !shortcut.id)) continue;
      const term = make("dt");
      const { id } = shortcut;
      const change = (/** @type {string | null} */ chord) => {
        if (id && chord) bindings.change(id, chord, all);
        again();
        const here = place.querySelector(`[data-id="${CSS.escape(id ?? "")}"]`);
        if (here instanceof HTMLElement) here.focus();
      };
      term.append(...(id ? [changing(shortcut, shown, change)] : keysOf(shown)));
      list.append(term, make("dd", { textContent: does }));
    }
    const part = make("section");
    part.append(make("h3", { textContent: subject }), list);
    lists.append(part);
  }
  place.replaceChildren(presets(bindings, again), lists);
}

/**
 * Whose keys are taken.
 * @param {Bindings} bindings
 * @param {() => void} changed
 */
function presets(bindings, changed) {
  const row = make("div", { className: "presets" });
  const select = make("select", { id: "preset" });
  select.append(...Object.entries(PRESETS).map(([value, { title }]) => make("option", { value, textContent: title })));
  select.value = bindings.preset;
  const take = (/** @type {string} */ preset) => {
    bindings.take(preset);
    changed();
    document.getElementById("preset")?.focus();
  };
  select.addEventListener("change", () => take(select.value));
  const label = make("label", { className: "row", textContent: "Keys of" });
  label.append(select);
  const reset = button("Reset changes", () => take(bindings.preset), { className: "plain" });
  row.append(label, make("p", { textContent: "Press a key in the list to change it." }), reset);
  return row;
}

/**
 * A button that takes the next key that is pressed.
 * @param {Shortcut} shortcut
 * @param {string[][]} shown
 * @param {(chord: string | null) => void} take
 */
function changing({ id, does }, shown, take) {
  const made = make("button", { type: "button", className: "keys" });
  made.dataset.id = id;
  made.append(...(shown.length ? keysOf(shown) : [make("kbd", { textContent: "none" })]), make("span", { className: "hidden-words", textContent: `: change the key for ${does}` }));
  made.addEventListener("click", () => {
    made.replaceChildren(make("em", { textContent: "Press a key" }));
    made.addEventListener("keydown", (event) => {
      if (MODIFIERS.includes(event.key) || event.key === "Tab") return;
      event.preventDefault();
      event.stopPropagation();
      const chord = chordOf(event);
      take(KEPT.includes(chord) ? null : chord);
    });
  });
  return made;
}

/** @param {string[][]} keys Each alternative as its keys. */
function keysOf(keys) {
  return keys.flatMap((together, i) => [...(i ? [" "] : []), ...together.map((key) => make("kbd", { textContent: labelsOf(key)[0] }))]);
}
