/** A field for a folder on the server: typed, or looked for. */

import * as requests from "./requests.js";
import { button, make } from "../controls.js";

/**
 * @param {{ id: string, label: string, hint: string }} what
 * @param {(path: string) => void} [chosen]
 */
export function folderField({ id, label, hint }, chosen = () => {}) {
  const input = make("input", { id, type: "text", placeholder: hint, autocomplete: "off", spellcheck: false });
  const list = make("ul", { className: "folders", hidden: true });
  const look = button("Browse", () => (list.hidden ? show(input.value.trim()) : void (list.hidden = true)), { ariaLabel: `Browse: ${label}` });
  const row = make("div", { className: "folder" });
  row.append(input, look);
  const place = make("div", { className: "labelled" });
  place.append(make("label", { htmlFor: id, textContent: label }), row, list);
  input.addEventListener("change", () => chosen(input.value.trim()));

  /** @param {string} path */
  async function show(path) {
    const found = await requests.folders(path).catch(() => requests.folders(""));
    const entries = found.folders.map(({ name, path: to, photos }) => {
      const entry = button(photos ? `${name} (${photos} ${photos === 1 ? "photo" : "photos"})` : name, () => take(to));
      entry.title = to;
      return entry;
    });
    if (found.path) {
      const back = found.above ?? "";
      entries.unshift(button("↑ up", () => (back ? take(back) : show(""))));
    }
    list.replaceChildren(
      ...entries.map((entry) => {
        const item = make("li");
        item.append(entry);
        return item;
      }),
    );
    list.hidden = false;
  }

  /** @param {string} path */
  function take(path) {
    input.value = path;
    chosen(path);
    return show(path);
  }

  return { place, input, get value() { return input.value.trim(); } };
}
