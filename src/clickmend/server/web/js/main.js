/** Puts the parts of the page together. */

import { makeActions } from "./actions.js";
import { Editor } from "./editor.js";
import { connectPanel, element } from "./panel.js";
import { listShortcuts, listenForShortcuts } from "./shortcuts.js";
import { listenForChoice, listenForFiles, showSamples } from "./sources.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";
import { Toasts } from "./toast.js";
import { Tools } from "./tools.js";

const canvas = element("canvas", HTMLCanvasElement);
const photoFile = element("photo-file", HTMLInputElement);
const maskFile = element("mask-file", HTMLInputElement);
const shortcuts = element("shortcuts", HTMLDialogElement);

const store = new Store();
const toasts = new Toasts(element("toasts", HTMLElement));
const zoomLevel = element("zoom-level", HTMLElement);
const stage = new Stage(canvas, store, (scale) => {
  zoomLevel.textContent = `${Math.round(100 * scale)} %`;
});
const editor = new Editor(store, toasts, stage.viewport);
const tools = new Tools(canvas, store, editor, stage.viewport);
const actions = makeActions({
  store,
  editor,
  tools,
  viewport: stage.viewport,
  photoFile,
  maskFile,
  shortcuts,
});

connectPanel(store, actions);
listenForShortcuts(actions, () => store.state.phase === "editing");
listShortcuts(element("shortcut-lists", HTMLElement));
listenForChoice(photoFile, (file) => editor.open(file));
listenForChoice(maskFile, (file) => editor.mend(file));
listenForFiles(editor, toasts, element("dropping", HTMLElement));
showSamples(element("samples", HTMLElement), editor).catch((error) => toasts.error(error.message));

element("local", HTMLElement).hidden = !["127.0.0.1", "[::1]", "localhost"].includes(location.hostname);
if (location.hash.length > 1) editor.resume(location.hash.slice(1));
