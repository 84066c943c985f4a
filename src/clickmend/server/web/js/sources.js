/** Where a photo comes from: the file dialog, a drop, the clipboard, a sample. */

import * as api from "./api.js";

/** @import { Opener } from "./opener.js" */
/** @import { Toasts } from "./toast.js" */

/**
 * @param {HTMLInputElement} input
 * @param {(file: File) => void} take
 */
export function listenForChoice(input, take) {
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) take(file);
  });
}

/**
 * Drops and pastes anywhere on the page.
 * @param {Opener} opener
 * @param {Toasts} toasts
 * @param {HTMLElement} cover Shown while a file is held over the page.
 */
export function listenForFiles(opener, toasts, cover) {
  const take = (/** @type {DataTransfer | null} */ data) => {
    const files = [...(data?.files ?? [])];
    if (!files.length) return;
    opener.take(files[0]);
    if (files.length > 1) toasts.note(`One photo at a time: “${files[0].name}” is opened.`);
  };
  const hasFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");

  window.addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    cover.hidden = false;
  });
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) cover.hidden = true;
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    cover.hidden = true;
    take(event.dataTransfer);
  });
  window.addEventListener("paste", (event) => take(event.clipboardData));
}

/**
 * Fill the list of sample photos.
 * @param {HTMLElement} list
 * @param {Opener} opener
 */
export async function showSamples(list, opener) {
  for (const { name, title, url } of await api.samples()) {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const picture = Object.assign(document.createElement("img"), { src: url, alt: "" });
    button.append(picture, title);
    button.addEventListener("click", () => opener.open(name));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
}
