/** What was done in a project: its photos by status, clicks and seconds per photo and per class. */

import { setWho, who } from "../api.js";
import * as requests from "./requests.js";
import { button, icon, make } from "../controls.js";
import { STATUSES } from "./statuses.js";

/** @import { Cost, Project, Statistics, Status } from "../types.js" */

const BARS = 12;

/**
 * @param {HTMLDialogElement} dialog
 * @param {Project} project
 * @param {() => void} exportLabels
 */
export async function showFigures(dialog, project, exportLabels) {
  const figures = await requests.statistics(project.id);
  const top = make("form", { method: "dialog" });
  const close = make("button", { className: "icon", ariaLabel: "Close" });
  close.append(icon("close"));
  top.append(make("h2", { id: "figures-title", textContent: project.name }), close);
  const place = make("p", { className: "small", textContent: project.out ? `Labels: ${project.out}` : "The labels have no folder yet." });
  const save = button("Export labels", exportLabels, { id: "export", className: "primary" });
  save.hidden = !project.out;
  const { images, clicks, seconds } = figures.total;
  const each = images ? `${(clicks / images).toFixed(1)} clicks and ${time(seconds / images)} for each of ${images} photos` : "Nothing was marked yet";
  dialog.replaceChildren(
    top,
    statuses(figures),
    make("h3", { textContent: "Work" }),
    make("p", { textContent: `${each}; ${time(seconds)} in all.` }),
    histogram(Object.values(figures.images).map((cost) => cost.seconds)),
    ...classes(figures.classes),
    place,
    save,
    name(),
  );
  dialog.showModal();
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

/**
 * How many photos took how long.
 * @param {number[]} seconds
 */
function histogram(seconds) {
  const longest = Math.max(1, ...seconds);
  const counts = Array.from({ length: BARS }, () => 0);
  for (const one of seconds) counts[Math.min(BARS - 1, Math.floor((one / longest) * BARS))]++;
  const most = Math.max(1, ...counts);
  const bars = make("div", { className: "histogram", role: "img", ariaLabel: `Seconds per photo, up to ${time(longest)}` });
  for (const [i, count] of counts.entries()) {
    const bar = make("span", { title: `${count} up to ${time(((i + 1) * longest) / BARS)}` });
    bar.style.height = `${(100 * count) / most}%`;
    bars.append(bar);
  }
  bars.hidden = !seconds.length;
  return bars;
}

/** @param {Record<string, Cost>} costs */
function classes(costs) {
  const names = Object.keys(costs).sort((one, other) => costs[other].clicks - costs[one].clicks);
  if (!names.length) return [];
  const table = make("table");
  const head = make("tr");
  head.append(...["Class", "Photos", "Clicks", "Time"].map((textContent) => make("th", { textContent, scope: "col" })));
  const rows = names.map((name) => {
    const { images, clicks, seconds } = costs[name];
    const row = make("tr");
    row.append(make("th", { textContent: name, scope: "row" }));
    row.append(...[images, clicks, time(seconds)].map((value) => make("td", { textContent: String(value) })));
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
