/** The export of a project's labels: asked for, followed, and told at its end, also where nobody looks any more. */

import { button, make } from "../controls.js";
import * as requests from "./requests.js";

/** @import { Exported, Project, Status } from "../types.js" */
/** @import { Toasts } from "../toast.js" */

/** Which photos an export is of. @type {{ value: string, text: string, statuses: Status[] | null }[]} */
const EXPORTS = [
  { value: "", text: "All photos but the rejected", statuses: null },
  { value: "done", text: "Only what is done", statuses: ["done", "accepted"] },
  { value: "accepted", text: "Only what a second look accepted", statuses: ["accepted"] },
];
/** So many photos that are left out are named. */
const MOST_NAMED = 100;

/** How the last export ended. @typedef {{ project: number, words: string, refused: Exported["refused"] }} Ended */

export class Exporting {
  #toasts;
  /** How far the export is that runs. @type {{ project: number, done: number, of: number } | null} */
  #running = null;
  /** @type {Ended | null} */
  #ended = null;
  /** The project whose export somebody looks at. @type {number | null} */
  #watched = null;
  /** Brings what is looked at up to date. */
  #show = () => {};

  /** @param {Toasts} toasts */
  constructor(toasts) {
    this.#toasts = toasts;
  }

  /**
   * What is exported and where to, how far it is, and what was left out.
   * @param {Project} project
   * @returns {HTMLElement[]}
   */
  panel({ id, out: own }) {
    if (!own) return [make("p", { className: "small", textContent: "The labels have no folder yet." })];
    const which = make("select", { id: "export-which", ariaLabel: "Photos to export" });
    which.append(...EXPORTS.map(({ value, text }) => make("option", { value, textContent: text })));
    const out = make("input", { id: "export-out", type: "text", value: own, ariaLabel: "Folder of the export", autocomplete: "off", spellcheck: false });
    which.addEventListener("change", () => {
      out.value = which.value ? `${own}-accepted` : own;
    });
    const go = button("Export labels", () => {
      const to = out.value.trim();
      this.#run(id, { statuses: EXPORTS[which.selectedIndex].statuses, out: to === own ? null : to || null });
    }, { id: "export", className: "primary" });
    const asked = make("div", { className: "exporting" });
    asked.append(which, out, go);
    const bar = make("progress", { id: "export-progress", ariaLabel: "Export" });
    const far = make("span");
    const row = make("div", { className: "row far" });
    row.append(bar, far);
    const leave = make("p", { className: "small", textContent: "You may close this and work on: the export goes on, and its end is told." });
    const told = make("p", { className: "told", role: "status" });
    const refused = make("ul", { className: "refused", tabIndex: 0, ariaLabel: "Photos that were left out" });
    const kept = make("p", { className: "small", textContent: `Labels are written to ${own} as you go.` });
    this.#watched = id;
    this.#show = () => {
      const [running, ended] = [this.#running, this.#ended?.project === id ? this.#ended : null];
      go.disabled = running !== null;
      row.hidden = leave.hidden = running?.project !== id;
      if (running?.of) [bar.max, bar.value] = [running.of, running.done];
      far.textContent = running?.of ? `${running.done} of ${photos(running.of)}` : "Beginning…";
      told.textContent = ended?.words ?? "";
      refused.replaceChildren(...lines(ended?.refused ?? []));
      refused.hidden = !ended?.refused.length;
    };
    this.#show();
    return [make("h3", { textContent: "Export" }), asked, row, leave, told, refused, kept];
  }

  /** Nobody looks any more. */
  left() {
    this.#watched = null;
    this.#show = () => {};
    if (!this.#running) this.#ended = null;
  }

  /**
   * @param {number} project
   * @param {{ statuses: Status[] | null, out: string | null }} what
   */
  async #run(project, what) {
    const running = { project, done: 0, of: 0 };
    [this.#running, this.#ended] = [running, null];
    this.#show();
    const told = (/** @type {number} */ done, /** @type {number} */ of) => {
      Object.assign(running, { done, of });
      this.#show();
    };
    try {
      const { files, out, refused } = await requests.exportLabels(project, what, told);
      const left = refused.length ? `; ${photos(refused.length)} left out` : "";
      this.#ended = { project, words: `${files} ${files === 1 ? "file" : "files"} written to ${out}${left}`, refused };
      if (this.#watched !== project) this.#toasts.note(`${this.#ended.words}.`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#ended = { project, words: `The labels cannot be written. ${why}`, refused: [] };
      if (this.#watched !== project) this.#toasts.error(why, "The labels cannot be written");
    }
    this.#running = null;
    this.#show();
  }
}

/** @param {number} count */
const photos = (count) => (count === 1 ? "1 photo" : `${count} photos`);

/** @param {Exported["refused"]} refused */
function lines(refused) {
  const named = refused.slice(0, MOST_NAMED).map(({ name, problem }) => {
    const line = make("li");
    line.append(make("strong", { textContent: name }), ` ${problem}`);
    return line;
  });
  const more = refused.length - named.length;
  return more ? [...named, make("li", { textContent: `and ${photos(more)} more` })] : named;
}
