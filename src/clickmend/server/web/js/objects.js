/** What a person can do with one of many objects: choose, label, protect, hide and remove it. */

import * as api from "./api.js";
import { boxOf } from "./layers.js";
import { settingsOf } from "./store.js";
import { INSTANCES, chosenOf, detectorsOf, isListed, numberOf } from "./tasks/things.js";

/** @import { Thing } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Store } from "./store.js" */
/** @import { Toasts } from "./toast.js" */
/** @import { Viewport } from "./viewport.js" */

const WRONG = "Remove what is wrong, mend the rest; undo takes all of them back.";
const NOTHING_NEW = "Nothing was found that is not there already. Let the network be less sure to see more.";

/**
 * @param {Store} store
 * @param {Editor} editor
 * @param {Toasts} toasts
 * @param {Viewport} viewport
 */
export function makeObjectActions(store, editor, toasts, viewport) {
  const objects = () => store.state.session?.objects ?? [];
  const chosen = () => chosenOf(objects(), settingsOf(store.state));
  const choose = (/** @type {Thing | null} */ thing) => {
    store.choose({ chosen: thing?.key ?? null, tool: thing ? "mend" : "point" });
    if (thing) viewport.reveal(thing.x, thing.y);
  };
  return {
    chooseObject: (/** @type {number} */ key) => choose(objects().find((thing) => thing.key === key) ?? null),

    /** The one after or before the chosen one, of those that the list shows, round and round. */
    nextObject: (/** @type {1 | -1} */ step) => {
      const { listed } = settingsOf(store.state);
      const all = objects().filter((thing, i) => isListed(thing, i + 1, listed));
      if (!all.length) return;
      const at = all.findIndex((thing) => thing === chosen());
      choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
    },

    /** Look at the chosen object from near, at one without pixels where its dot is. */
    frameObject: () => {
      const thing = chosen();
      const { picture } = store.state;
      if (!thing || !picture) return;
      const number = numberOf(picture.things ?? [], thing.key); // 0 until its picture has come
      const box = number && boxOf(picture.plane, number);
      if (box) viewport.frameBox(box);
      else viewport.reveal(thing.x, thing.y);
    },

    /** Say what the chosen object is, or the next ones are; empty takes the label away. */
    labelObject: (/** @type {string} */ text) => {
      const name = text.trim();
      const thing = chosen();
      const { names } = store.state.settings[INSTANCES];
      if (name && !names.includes(name)) store.choose({ names: [...names, name] });
      if (!thing) store.choose({ name });
      else if (name !== (thing.label ?? "")) {
        return editor.change((session) => api.relabel(session.id, thing.key, name || null));
      }
    },

    /** Have the network find objects by itself; those that are there stay. */
    findObjects: () => {
      if (!detectorsOf(store.state).length) return;
      const { finding } = settingsOf(store.state);
      const find = async (/** @type {import("./types.js").Session} */ session) => {
        const found = await api.detect(session.id, finding);
        const count = found.objects.length - session.objects.length;
        toasts.note(count ? `${count === 1 ? "1 object" : `${count} objects`} found. ${WRONG}` : NOTHING_NEW);
        return found;
      };
      return editor.change(find, { title: "No objects were looked for" });
    },

    /** Protect an object, or set it free. */
    protectObject: (/** @type {number | undefined} */ key = chosen()?.key) => {
      const thing = objects().find((one) => one.key === key);
      if (thing) return editor.change((session) => api.protectObject(session.id, thing.key, !thing.protected));
    },

    /** Draw an object no longer, or again. */
    hideObject: (/** @type {number | undefined} */ key = chosen()?.key) => {
      const { hidden } = store.state.settings[INSTANCES];
      if (key === undefined) return;
      const now = hidden.includes(key) ? hidden.filter((one) => one !== key) : [...hidden, key];
      store.choose({ hidden: now, ...(key === chosen()?.key ? { chosen: null, tool: "point" } : {}) });
    },

    showObjects: () => store.choose({ hidden: [] }),

    removeObject: (/** @type {number} */ key) => {
      if (key === chosen()?.key) store.choose({ chosen: null, tool: "point" });
      return editor.change((session) => api.removeObject(session, key));
    },

    /** An object of each connected part of the chosen one. */
    splitChosen: () => {
      const thing = chosen();
      if (thing) return editor.change((session) => api.splitObject(session, thing.key), { title: "Not split" });
    },

    /** Take back the chosen mark, or remove the chosen object, or else all there is. */
    removeChosen: () => {
      const thing = chosen();
      if (store.state.selected && store.state.selected.type !== "point") return editor.putSelected(null);
      if (!thing) return editor.clear();
      store.choose({ chosen: null, tool: "point" });
      return editor.change((session) => api.removeObject(session, thing.key));
    },
  };
}
