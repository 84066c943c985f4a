/** What was done in a project: its photos by status, clicks and seconds per photo and per class. */

import { setWho, who } from "../http.js";
import * as requests from "./requests.js";
import { icon, make } from "../controls.js";
import { barCell, histogram } from "./plots.js";
import { STATUSES } from "./statuses.js";

/** @import { Cost, Project, Statistics, Status } from "../types.js" */
/** @import { Exporting } from "./exporting.js" */

/**
 * @param {HTMLDialogElement} dialog
 * @param {Project} project
 * @param {Exporting} exporting
 */
export async function showFigures(dialog, project, exporting) {
  const [figures, formats] = await Promise.all([requests.statistics(project.id), requests.formats()]);
  const top = make("form", { method: "dialog" });
  const close = make("button", { className: "icon", ariaLabel: "Close" });
  close.append(icon("close"));
  top.append(make("h2", { id: "figures-title", textContent: project.name }), close);
  const { images, clicks, seconds } = figures.total;
  const columns = make("div", { className: "columns" });
  const [worked, exported] = [make("section"), make("section")];
  const each = images ? `${(clicks / images).toFixed(1)} clicks and ${time(seconds / images)} for ${images === 1 ? "one photo" : `each of ${images} photos`}` : "Nothing was marked yet";
  worked.append(
    statuses(figures),
    unread(figures),
    make("h3", { textContent: "Work" }),
    make("p", { textContent: `${each}; ${time(seconds)} in all.` }),
    plots(Object.values(figures.images)),
    ...classes(figures.classes),
  );
  exported.append(...exporting.panel(project, formats), name());
  columns.append(worked, exported);
  dialog.replaceChildren(top, columns);
  dialog.addEventListener("close", () => exporting.left(), { once: true });
  dialog.showModal();
}

/** @param {Cost[]} costs Of each photo. */
function plots(costs) {
  const place = make("div", { className: "plots" });
  place.append(
    histogram("Seconds per photo", costs.map(({ seconds }) => seconds), time),
    histogram("Clicks per photo", costs.map(({ clicks }) => clicks), String, { whole: true }),
  );
  place.hidden = !costs.length;
  return place;
}

/** Who decides, as others see it. */
function name() {
  const input = make("input", { id: "who", type: "text", maxLength: 100, value: who(), placeholder: "none", autocomplete: "name" });
  input.addEventListener("change", () => setWho(input.value));
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  const row = make("label", { className: "field text" });
  row.append(make("span", { textContent: "Your name, for others" }), input);
  return row;
}

/** @param {Statistics} figures */
function statuses({ counts }) {
  const list = make("ul", { className: "counts" });
  for (const [status, { title, sign }] of Object.entries(STATUSES)) {
    const dot = make("span", { className: "dot", textContent: sign, ariaHidden: "true" });
    dot.dataset.status = status;
    const item = make("li");
    item.append(dot, make("strong", { textContent: String(counts[/** @type {Status} */ (status)] ?? 0) }), ` ${title}`);
    list.append(item);
  }
  return list;
}

/** How many photos cannot be read, whatever their status. @param {Statistics} figures */
function unread({ faulty }) {
  const which = faulty === 1 ? "1 photo cannot be read; find it" : `${faulty} photos cannot be read; find them`;
  return make("p", { id: "unread", className: "small", hidden: !faulty, textContent: `${which} under “Cannot be read” among the filters, with the reason.` });
}

/** @param {Record<string, Cost>} costs */
function classes(costs) {
  const names = Object.keys(costs).sort((one, other) => costs[other].clicks - costs[one].clicks);
  if (!names.length) return [];
  const table = make("table");
  const head = make("tr");
  head.append(...["Class", "Photos", "Clicks", "Time"].map((textContent) => make("th", { textContent, scope: "col" })));
  const all = Object.values(costs);
  const [most, longest] = [Math.max(...all.map(({ clicks }) => clicks)), Math.max(...all.map(({ seconds }) => seconds))];
  const rows = names.map((name) => {
    const { images, clicks, seconds } = costs[name];
    const row = make("tr");
    row.append(
      make("th", { textContent: name, scope: "row" }),
      make("td", { textContent: String(images) }),
      barCell(String(clicks), clicks / most),
      barCell(time(seconds), seconds / longest),
    );
    return row;
  });
  table.append(head, ...rows);
  return [make("h3", { textContent: "By class" }), table];
}

/** @param {number} seconds */
function time(seconds) {
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
