/** Which keys do what: those of this page or of another tool, and what a person has changed. */

/** @import { Shortcut } from "./types.js" */

const NAME = "clickmend-keys";

/**
 * What other tools have elsewhere, by what it does.
 * @type {Record<string, { title: string, keys: Record<string, string[]> }>}
 */
export const PRESETS = {
  clickmend: { title: "clickmend", keys: {} },
  cvat: { title: "CVAT", keys: { next: ["F"], before: ["D"], peek: ["H", "O"], smaller: ["["], larger: ["]"], "instances protect": ["L"], "instances label": ["Shift+L"] } },
  labelme: { title: "LabelMe", keys: { next: ["D"], before: ["A"], done: ["W"], fit: ["Mod+F", "0"] } },
  eiseg: { title: "EISeg", keys: { next: ["F"], before: ["S"], split: ["Shift+S"], redo: ["Mod+Y", "Mod+Shift+Z"] } },
};

/** @typedef {{ preset: string, changed: Record<string, string[]> }} Choice */

export class Bindings {
  /** @type {Choice} */
  #choice = read();

  get preset() {
    return this.#choice.preset;
  }

  /**
   * A shortcut with the keys that it has here.
   * @param {Shortcut} shortcut
   * @returns {Shortcut}
   */
  bound(shortcut) {
    const { id, shown, ...rest } = shortcut;
    if (!id) return shortcut;
    const keys = this.#choice.changed[id] ?? PRESETS[this.#choice.preset]?.keys[id];
    return keys ? { ...rest, id, keys } : shortcut;
  }

  /**
   * Shortcuts of which no two have one key: it is that of what a person has given it, else of the first.
   * @param {Shortcut[]} shortcuts
   * @returns {Shortcut[]}
   */
  distinct(shortcuts) {
    const bound = shortcuts.map((one) => this.bound(one));
    const chosen = bound.filter(({ id }) => id !== undefined && id in this.#choice.changed);
    /** @type {Map<string, Shortcut>} */
    const owner = new Map();
    for (const one of [...chosen, ...bound]) {
      for (const key of one.keys ?? []) if (!owner.has(key.toLowerCase())) owner.set(key.toLowerCase(), one);
    }
    return bound.map((one) => {
      const keys = one.keys?.filter((key) => owner.get(key.toLowerCase()) === one);
      if (keys?.length === one.keys?.length) return one;
      const { shown, ...rest } = one;
      return { ...rest, keys };
    });
  }

  /**
   * Take the keys of a tool; what was changed before is forgotten.
   * @param {string} preset
   */
  take(preset) {
    this.#keep({ preset, changed: {} });
  }

  /**
   * Give something another key, which nothing else has from then on.
   * @param {string} id
   * @param {string} chord
   * @param {Shortcut[]} all Everything that has a key now.
   */
  change(id, chord, all) {
    const changed = { ...this.#choice.changed, [id]: [chord] };
    for (const other of all) {
      const keys = this.bound(other).keys ?? [];
      const left = keys.filter((key) => key.toLowerCase() !== chord.toLowerCase());
      if (other.id && other.id !== id && left.length < keys.length) changed[other.id] = left;
    }
    this.#keep({ ...this.#choice, changed });
  }

  /** @param {Choice} choice */
  #keep(choice) {
    this.#choice = choice;
    localStorage.setItem(NAME, JSON.stringify(choice));
  }
}

/** @returns {Choice} */
function read() {
  try {
    const { preset, changed } = JSON.parse(localStorage.getItem(NAME) ?? "");
    if (preset in PRESETS && typeof changed === "object") return { preset, changed };
  } catch {
    // Nothing was chosen yet, or what is kept there cannot be read.
  }
  return { preset: "clickmend", changed: {} };
}
