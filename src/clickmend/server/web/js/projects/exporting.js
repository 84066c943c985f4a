/** The export of a project's labels: asked for, followed, and told at its end, also where nobody looks any more. */

import { button, labelled, make } from "../controls.js";
import * as requests from "./requests.js";

/** @import { Exported, LabelFormat, Project, Status } from "../types.js" */
/** @import { Toasts } from "../toast.js" */

/** Which photos an export is of. @type {{ value: string, text: string, statuses: Status[] | null }[]} */
const EXPORTS = [
  { value: "", text: "All but the rejected, old predictions too", statuses: null },
  { value: "touched", text: "Only what somebody has worked on", statuses: ["in_progress", "needs_review", "done", "accepted"] },
  { value: "done", text: "Only what is done", statuses: ["done", "accepted"] },
  { value: "accepted", text: "Only what a second look accepted", statuses: ["accepted"] },
];
/** So many photos that are left out for one reason are named at once; the others are unfolded. */
const MOST_NAMED = 3;
/** Where the format of each project's last export is kept. */
const NAME = "clickmend-export";

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
   * What is exported, how and where to, how far it is, and what was left out.
   * @param {Project} project
   * @param {LabelFormat[]} formats
   * @returns {HTMLElement[]}
   */
  panel(project, formats) {
    const { id, task, out: own } = project;
    if (!own) return [make("p", { className: "small", textContent: "The labels have no folder yet." })];
    const able = formats.filter(({ tasks }) => tasks.includes(task));
    const usual = project.format ?? able.find((one) => one.usual.includes(task))?.name ?? "";
    const which = select("export-which", EXPORTS.map(({ value, text }) => [value, text]));
    const form = select("export-format", able.map(({ name, title }) => [name, name === usual ? `${title} (the project's)` : title]));
    form.value = [remembered(project), usual].find((name) => able.some((one) => one.name === name)) ?? able[0].name;
    const out = make("input", { id: "export-out", type: "text", autocomplete: "off", spellcheck: false });
    const limits = make("p", { id: "export-limits", className: "small" });
    form.setAttribute("aria-describedby", limits.id);
    const meant = () => [own, form.value === usual ? "" : form.value, which.value].filter(Boolean).join("-");
    let proposed = "";
    const propose = () => {
      limits.textContent = able[form.selectedIndex].limits[task];
      if (out.value.trim() === proposed) out.value = meant();
      proposed = meant();
    };
    which.addEventListener("change", propose);
    form.addEventListener("change", propose);
    propose();
    const go = button("Export labels", () => {
      remember(project, form.value);
      const to = out.value.trim() || meant();
      this.#run(id, { statuses: EXPORTS[which.selectedIndex].statuses, format: form.value, out: to === meant() ? null : to });
    }, { id: "export", className: "primary" });
    const asked = make("div", { className: "exporting" });
    asked.append(labelled("Photos", which), labelled("Format", form), limits, labelled("Folder", out), go);
    const bar = make("progress", { id: "export-progress", ariaLabel: "Export" });
    const far = make("span");
    const row = make("div", { className: "row far" });
    row.append(bar, far);
    const leave = make("p", { className: "small", textContent: "You may close this and work on: the export goes on, and its end is told." });
    const told = make("p", { className: "told", role: "status" });
    const refused = make("div", { className: "refused", tabIndex: 0, role: "group", ariaLabel: "Photos that were left out" });
    const kept = make("p", { className: "small", textContent: `Labels are written to ${own} as you go.` });
    this.#watched = id;
    let seen = this.#ended;
    this.#show = () => {
      const [running, ended] = [this.#running, this.#ended?.project === id ? this.#ended : null];
      go.disabled = running !== null;
      row.hidden = leave.hidden = running?.project !== id;
      if (running?.of) [bar.max, bar.value] = [running.of, running.done];
      far.textContent = running?.of ? `${running.done} of ${photos(running.of)}` : "Beginning…";
      told.textContent = ended?.words ?? "";
      refused.replaceChildren(...reasons(ended?.refused ?? []));
      refused.hidden = !ended?.refused.length;
      if (ended && ended !== seen) (refused.hidden ? told : refused).scrollIntoView({ block: "nearest" });
      seen = ended;
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
   * @param {{ statuses: Status[] | null, format: string, out: string | null }} what
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
      const { files, out, refused, untouched } = await requests.exportLabels(project, what, told);
      const left = refused.length ? `; ${photos(refused.length)} left out` : "";
      const old = untouched ? `; ${photos(untouched)} with an old prediction that nobody has touched` : "";
      const none = !files && refused.length > 0;
      const words = none ? `Nothing is written: ${photos(refused.length)} left out` : `${files} ${files === 1 ? "file" : "files"} written to ${out}${left}${old}`;
      this.#ended = { project, words, refused };
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

/**
 * @param {string} id
 * @param {[value: string, text: string][]} offered
 */
function select(id, offered) {
  const made = make("select", { id });
  made.append(...offered.map(([value, textContent]) => make("option", { value, textContent })));
  return made;
}

/** The format of a project's last export from this browser. @param {Project} project */
const remembered = (project) => read()[nameOf(project)];

/**
 * @param {Project} project
 * @param {string} format
 */
function remember(project, format) {
  localStorage.setItem(NAME, JSON.stringify({ ...read(), [nameOf(project)]: format }));
}

/** @returns {Record<string, string>} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "{}");
  } catch {
    return {};
  }
}

/** Another server at this address may have a project of that number. @param {Project} project */
const nameOf = ({ id, name }) => `${id} ${name}`;

/** @param {number} count */
const photos = (count) => (count === 1 ? "1 photo" : `${count} photos`);

/**
 * Why photos were left out, and for each reason all of them.
 * @param {Exported["refused"]} refused
 */
function reasons(refused) {
  /** @type {Map<string, string[]>} */
  const named = new Map();
  for (const { name, problem, part } of refused) named.set(problem, [...(named.get(problem) ?? []), part ? `${name} (${part})` : name]);
  return [...named].map(([problem, names]) => {
    const part = make("div", { className: "reason" });
    const first = names.slice(0, MOST_NAMED).join(", ");
    const words = make("p");
    words.append(make("strong", { textContent: names.length === 1 ? first : `${photos(names.length)}: ` }));
    words.append(names.length === 1 ? ` ${problem}` : `${problem} ${names.length > MOST_NAMED ? "" : first}`);
    part.append(words);
    if (names.length > MOST_NAMED) part.append(unfolded(first, names));
    return part;
  });
}

/**
 * The first of some names, and all of them where somebody asks.
 * @param {string} first
 * @param {string[]} names
 */
function unfolded(first, names) {
  const details = make("details");
  const list = make("ul");
  list.append(...names.map((textContent) => make("li", { textContent })));
  details.append(make("summary", { textContent: `${first} and ${names.length - MOST_NAMED} more` }), list);
  return details;
}
