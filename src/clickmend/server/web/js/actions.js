/** Everything that a button or a key can ask for, by name. */

import { between } from "./viewport.js";

/** @import { Editor } from "./editor.js" */
/** @import { Store } from "./store.js" */
/** @import { Tools } from "./tools.js" */
/** @import { Viewport } from "./viewport.js" */

const ZOOM_STEP = 1.3;
const OPACITY_STEP = 0.1;

/** @typedef {ReturnType<typeof makeActions>} Actions */

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {Editor} parts.editor
 * @param {Tools} parts.tools
 * @param {Viewport} parts.viewport
 * @param {HTMLInputElement} parts.photoFile
 * @param {HTMLInputElement} parts.maskFile
 * @param {HTMLDialogElement} parts.shortcuts
 */
export function makeActions({ store, editor, tools, viewport, photoFile, maskFile, shortcuts }) {
  const changeOpacity = (/** @type {number} */ by) =>
    store.set({ opacity: between(store.state.opacity + by, 0, 1), shown: true });
  return {
    objectTool: () => store.set({ tool: "object" }),
    backgroundTool: () => store.set({ tool: "background" }),
    boxTool: () => store.set({ tool: store.state.tool === "box" ? "object" : "box" }),
    cancel: () => tools.cancel(),
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    clear: () => editor.clear(),
    zoomIn: () => viewport.zoom(ZOOM_STEP),
    zoomOut: () => viewport.zoom(1 / ZOOM_STEP),
    fit: () => viewport.fit(),
    peek: () => store.set({ shown: !store.state.shown }),
    fainter: () => changeOpacity(-OPACITY_STEP),
    stronger: () => changeOpacity(OPACITY_STEP),
    open: () => photoFile.click(),
    mend: () => maskFile.click(),
    download: () => editor.download(),
    close: () => editor.close(),
    help: () => shortcuts.showModal(),
  };
}
