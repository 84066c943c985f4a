/** Makes a project on the page, changes the classes of one, and asks where its photos are now. */

import * as requests from "./requests.js";
import { button, icon, labelled, make } from "../controls.js";
import { TASKS } from "../tasks/index.js";
import { classEditor, readClasses } from "./classes.js";
import { folderField } from "./folders.js";

/** @import { Offer, Project } from "../types.js" */

/**
 * @param {HTMLDialogElement} dialog
 * @param {{ offers: Offer[], task: string, taken: Set<string> }} known
 * @param {(project: Project) => void} made
 */
export async function showMaker(dialog, { offers, task, taken }, made) {
  const formats = await requests.formats();
  const name = make("input", { id: "project-name", type: "text", maxLength: 200, autocomplete: "off" });
  const photos = folderField({ id: "project-photos", label: "Folder of photos", hint: "/home/me/photos" }, (path) => {
    name.placeholder = nameOf(path);
    out.input.placeholder = path ? `${path}-labels` : "";
  });
  photos.input.autofocus = true;
  const priors = folderField({ id: "project-priors", label: "Old predictions, to be corrected", hint: "none" });
  const out = folderField({ id: "project-out", label: "Labels go to", hint: "" });
  const kind = make("select", { id: "project-task" });
  kind.append(...offers.map(({ name: value }) => make("option", { value, textContent: TASKS[value].title })));
  kind.value = task;
  const format = make("select", { id: "project-format" });
  const offerFormats = () => {
    const able = formats.filter(({ tasks }) => tasks.includes(kind.value));
    format.replaceChildren(...able.map(({ name: value, title }) => make("option", { value, textContent: title })));
    format.value = able.find(({ usual }) => usual.includes(kind.value))?.name ?? able[0]?.name ?? "";
  };
  kind.addEventListener("change", offerFormats);
  offerFormats();
  const classes = classEditor([], taken);
  const parts = [photos.place, labelled("Name", name), labelled("What is labelled", kind), priors.place, classes.place, out.place, labelled("Format", format)];
  form(dialog, "New project", parts, "Make the project", async () => {
    const project = await requests.makeProject({
      name: name.value.trim() || name.placeholder,
      photos: [photos.value],
      task: kind.value,
      classes: classes.read(),
      priors: priors.value || null,
      out: out.value || out.input.placeholder || null,
      format: format.value || null,
    });
    made(project);
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Project} project
 * @param {Set<string>} taken
 * @param {(project: Project) => void} changed
 */
export function showClasses(dialog, project, taken, changed) {
  const classes = classEditor(project.classes ?? [], taken);
  form(dialog, `Classes of ${project.name}`, [classes.place], "Keep", async () => {
    changed(await requests.putClasses(project.id, classes.read()));
  });
}

/**
 * Asks where the photos are now of a project whose folders are gone.
 * @param {HTMLDialogElement} dialog
 * @param {Project} project
 * @param {(project: Project) => void} moved
 */
export function showMoved(dialog, { id, name, photos = [], gone = [] }, moved) {
  const fields = new Map(gone.map((folder, i) => [folder, folderField({ id: `moved-${i}`, label: `Instead of ${folder}`, hint: "the folder that they are in now" })]));
  for (const { input } of fields.values()) input.autofocus = true; // the first of them has it
  const which = gone.length === 1 ? "The folder of its photos is not there any more." : `${gone.length} folders of its photos are not there any more.`;
  const words = make("p", { className: "small", textContent: `${which} Nothing that was done is lost: say where the photos are now. The project goes on once they are seen to be the same.` });
  form(dialog, `Where are the photos of “${name}”?`, [words, ...[...fields.values()].map(({ place }) => place)], "Go on with these photos", async () => {
    moved(await requests.putPhotos(id, photos.map((folder) => fields.get(folder)?.value ?? folder)));
  });
}

/**
 * Asks for the classes of a photo that belongs to no project.
 * @param {HTMLDialogElement} dialog
 * @param {string[]} now
 * @param {(names: string[]) => Promise<void>} take
 */
export function showOwnClasses(dialog, now, take) {
  const text = make("textarea", { id: "own-classes", rows: 8, value: now.join("\n") });
  const words = make("p", { className: "small", textContent: "The map begins anew with them; marks made with other classes are put aside. Load a class map to correct it: its numbers count from 0 in this order." });
  form(dialog, "Classes of this photo", [labelled("A name in each line", text), words], "Use these", () => take(readClasses(text.value).map(({ name }) => name)));
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} title
 * @param {HTMLElement[]} parts
 * @param {string} does
 * @param {() => Promise<void>} send A failure stays in the dialog, in words.
 */
function form(dialog, title, parts, does, send) {
  const top = make("div", { className: "row" });
  const close = button("", () => dialog.close(), { className: "icon", ariaLabel: "Close" });
  close.append(icon("close"));
  top.append(make("h2", { id: "project-title", textContent: title }), close);
  const problem = make("p", { className: "problem", role: "alert", hidden: true });
  const go = make("button", { id: "project-go", type: "submit", className: "primary", textContent: does });
  const whole = make("form");
  whole.append(top, ...parts, problem, go);
  whole.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    problem.hidden = true;
    try {
      await send();
      dialog.close();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
      problem.hidden = false;
    }
    go.disabled = false;
  });
  dialog.replaceChildren(whole);
  dialog.showModal();
}

/** @param {string} path */
const nameOf = (path) => path.split(/[\\/]/).filter(Boolean).pop() ?? "";
