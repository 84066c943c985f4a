/** The classes of a project: their names, colours and keys, typed or pasted. */

import { button, icon, make } from "../controls.js";
import { classHex } from "../colours.js";

/** @import { ProjectClass } from "../types.js" */

const COLOUR = /^#[0-9a-f]{6}$/i;

/**
 * The lines of a `classes.txt`: a name, and behind a tab a colour.
 * @param {string} text
 * @returns {ProjectClass[]}
 */
export function readClasses(text) {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim())
    .map((line) => {
      const [name, colour = ""] = line.split("\t");
      return { name: name.trim(), colour: COLOUR.test(colour.trim()) ? colour.trim() : null, key: null };
    });
}

/**
 * @param {ProjectClass[]} classes
 * @param {Set<string>} taken Keys that do something else, in small letters.
 */
export function classEditor(classes, taken) {
  const rows = make("ul", { className: "class-rows" });
  const add = (/** @type {ProjectClass} */ one) => rows.append(classRow(one, rows.children.length, taken));
  classes.forEach(add);
  const more = button("Add a class", () => {
    add({ name: "", colour: null, key: null });
    rows.lastElementChild?.querySelector("input[type=text]")?.dispatchEvent(new Event("take"));
  }, { id: "class-add" });
  const text = make("textarea", { id: "class-paste", rows: 4, placeholder: "cat\ndog\nbird", ariaLabel: "Names of classes, one in each line" });
  const use = button("Use these", () => {
    const known = new Set(read(rows).map(({ name }) => name));
    readClasses(text.value).filter(({ name }) => !known.has(name)).forEach(add);
    text.value = "";
    paste.open = false;
  }, { id: "class-use" });
  const paste = make("details");
  paste.append(make("summary", { textContent: "Paste a classes.txt" }), text, use);
  const place = make("div", { className: "labelled" });
  place.append(make("span", { textContent: "Classes" }), rows, more, paste);
  return { place, read: () => read(rows) };
}

/**
 * @param {ProjectClass} one
 * @param {number} index
 * @param {Set<string>} taken
 */
function classRow({ name, colour, key }, index, taken) {
  const item = make("li");
  const paint = make("input", { type: "color", value: colour ?? classHex(index), ariaLabel: "Colour" });
  const word = make("input", { type: "text", value: name, required: true, maxLength: 200, placeholder: "name", ariaLabel: "Name" });
  const press = make("input", { type: "text", value: key ?? "", maxLength: 1, placeholder: index < 9 ? String(index + 1) : "key", ariaLabel: "Key", className: "key" });
  press.addEventListener("input", () => {
    press.value = press.value.trim().toUpperCase();
    const busy = taken.has(press.value.toLowerCase());
    press.setCustomValidity(busy ? `${press.value} does something else already. Choose another key.` : "");
    press.reportValidity();
  });
  word.addEventListener("take", () => word.focus());
  const away = button("", () => item.remove(), { className: "icon", ariaLabel: "Remove this class", title: "Remove this class" });
  away.append(icon("close"));
  item.append(paint, word, press, away);
  return item;
}

/**
 * @param {HTMLElement} rows
 * @returns {ProjectClass[]}
 */
function read(rows) {
  return [...rows.children].map((row) => {
    const [colour, name, key] = [...row.querySelectorAll("input")].map(({ value }) => value.trim());
    return { name, colour, key: key || null };
  });
}
