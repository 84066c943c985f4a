/** The keys that the titles of buttons name: those that they have now, in whatever preset. */

import { labelsOf } from "./keys.js";
import { shortcuts } from "./shortcuts.js";

/** @import { Store } from "./store.js" */

/**
 * Name the keys of what says in `data-key` which shortcuts are its, when it is looked at.
 * @param {Store} store
 */
export function nameKeys(store) {
  const look = (/** @type {Event} */ { target }) => {
    const titled = target instanceof Element ? target.closest("[data-key]") : null;
    if (!(titled instanceof HTMLElement)) return;
    const all = Object.values(shortcuts(store.state)).flat();
    const keys = (titled.dataset.key ?? "").split(", ").flatMap((id) => all.find((one) => one.id === id)?.keys?.slice(0, 1) ?? []);
    const words = titled.title.replace(/ \([^()]*\)$/, "");
    titled.title = keys.length ? `${words} (${keys.map((key) => labelsOf(key).join("+")).join(" and ")})` : words;
  };
  document.addEventListener("pointerover", look);
  document.addEventListener("focusin", look);
}
