/** Everything that a button or a key can ask for, by name. */

import { makeObjectActions } from "./objects.js";
import { scaleRadius, setRadius } from "./sizes.js";
import { settingsOf, taskOf } from "./store.js";
import { between } from "./viewport.js";

/** @import { Inference, Mark, Settings, Status } from "./types.js" */
/** @import { Comparing } from "./comparing.js" */
/** @import { Desk } from "./projects/desk.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Gestures } from "./gestures.js" */
/** @import { Here } from "./here.js" */
/** @import { Preview } from "./preview.js" */
/** @import { Relief } from "./relief/relief.js" */
/** @import { Opener } from "./opener.js" */
/** @import { Store } from "./store.js" */
/** @import { Toasts } from "./toast.js" */
/** @import { Viewport } from "./viewport.js" */

const ZOOM_STEP = 1.3;
const OPACITY_STEP = 0.1;
const RADIUS_STEP = 1.15;

/** @typedef {ReturnType<typeof makeActions>} Actions */

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {Editor} parts.editor
 * @param {Comparing} parts.comparing
 * @param {Here} parts.here
 * @param {Preview} parts.preview
 * @param {Relief} parts.relief
 * @param {Opener} parts.opener
 * @param {Toasts} parts.toasts
 * @param {Desk} parts.desk
 * @param {Gestures} parts.gestures
 * @param {Viewport} parts.viewport
 * @param {HTMLInputElement} parts.photoFile
 * @param {HTMLInputElement} parts.priorFile
 * @param {HTMLInputElement} parts.trimapFile
 * @param {() => void} parts.showKeys
 * @param {() => void} parts.askClasses
 */
export function makeActions({ store, editor, comparing, here, preview, relief, opener, toasts, desk, gestures, viewport, photoFile, priorFile, trimapFile, showKeys, askClasses }) {
  const setOpacity = (/** @type {number} */ opacity) => {
    store.choose({ opacity: between(opacity, 0, 1) });
    store.set({ shown: true });
  };
  return {
    choose: (/** @type {Partial<Settings>} */ change) => store.choose(change),
    tool: (/** @type {string} */ name) => {
      const { tools } = taskOf(store.state);
      const again = settingsOf(store.state).tool === name && tools.some((tool) => tool.name === name && tool.once);
      const chosen = again ? tools[0].name : name;
      store.choose({ tool: chosen, source: null, ...(chosen === tools[0].name ? { chosen: null } : {}) });
    },
    view: (/** @type {string} */ name) => {
      store.choose({ view: name });
      store.set({ shown: true });
    },
    task: (/** @type {string} */ name) => opener.task(name),
    cancel: () => gestures.cancel(),
    pick: () => gestures.pick(),
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    clear: () => (store.state.selected ? editor.putSelected(null) : editor.clear()),
    zoomIn: () => viewport.zoom(ZOOM_STEP),
    zoomOut: () => viewport.zoom(1 / ZOOM_STEP),
    fit: () => viewport.fit(),
    peek: () => store.set({ shown: !store.state.shown }),
    split: () => comparing.split(),
    preview: () => preview.choose(!store.state.previews),
    relief: () => relief.open(),
    compare: (/** @type {boolean} */ before) => comparing.compare(before),
    setOpacity,
    fainter: () => setOpacity(settingsOf(store.state).opacity - OPACITY_STEP),
    stronger: () => setOpacity(settingsOf(store.state).opacity + OPACITY_STEP),
    smaller: () => scaleRadius(store, 1 / RADIUS_STEP),
    larger: () => scaleRadius(store, RADIUS_STEP),
    setRadius: (/** @type {number | null} */ radius) => setRadius(store, radius),
    open: () => photoFile.click(),
    load: () => {
      if (taskOf(store.state).load) priorFile.click();
    },
    openTrimap: () => trimapFile.click(),
    finish: () => opener.finish(),
    fromMask: (/** @type {string} */ task) => opener.fromMask(task),
    again: () => opener.again(),
    download: () => editor.download(),
    give: (/** @type {Mark} */ mark) => editor.give(mark),
    protectClass: (/** @type {number} */ label) => {
      const on = !store.state.session?.protected_classes?.includes(label);
      return editor.protect({ label, on });
    },
    freeAll: () => editor.freeAll(),
    answerHere: (/** @type {boolean} */ chosen) => here.choose(chosen),
    infer: (/** @type {Partial<Inference>} */ change) => editor.infer(change),
    ...makeObjectActions(store, editor, toasts, viewport),
    home: () => opener.close(),
    nextImage: (/** @type {1 | -1} */ step) => desk.step(step),
    jump: () => desk.askNumber(),
    decide: (/** @type {Status} */ status) => desk.decide(status),
    help: showKeys,
    askClasses,
  };
}
