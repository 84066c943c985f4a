/** The projects on the start screen. */

import * as requests from "./requests.js";
import { make } from "../controls.js";
import { TASKS } from "../tasks/index.js";

/** @import { Project } from "../types.js" */

/**
 * @param {HTMLElement} place Hidden while there is none, nor a folder for one.
 * @param {(id: number) => void} open
 */
export async function showProjects(place, open) {
  const [projects, { folders }] = await Promise.all([requests.projects(), requests.folders("")]);
  const maker = place.querySelector("#new-project");
  if (maker instanceof HTMLElement) maker.hidden = !folders.length;
  const title = place.querySelector("h2");
  if (title) title.textContent = projects.length ? "Go on with a project" : "Label a whole folder";
  const list = place.querySelector("ul");
  list?.replaceChildren(...projects.map((project) => row(project, open)));
  place.hidden = !projects.length && !folders.length;
}

/**
 * @param {Project} project
 * @param {(id: number) => void} open
 */
function row({ id, name, task, images, counts }, open) {
  const item = make("li");
  const button = make("button", { type: "button" });
  const decided = counts.done + counts.accepted + counts.rejected;
  const review = counts.needs_review ? `, ${counts.needs_review} to review` : "";
  const words = images ? `${decided} of ${images} done${review}` : "no photos yet";
  const bar = make("span", { className: "share", ariaHidden: "true" });
  const share = make("span");
  share.style.width = `${images ? (100 * decided) / images : 0}%`;
  bar.append(share);
  button.append(
    make("strong", { textContent: name }),
    make("span", { className: "task", textContent: TASKS[task]?.title ?? task }),
    make("span", { className: "count", textContent: words }),
    bar,
  );
  button.addEventListener("click", () => open(id));
  item.append(button);
  return item;
}
