/** Under the photo of a project: where one is, what is looked for, what is decided. */

import { make } from "../controls.js";
import { element } from "../panel.js";
import { imageOf } from "../store.js";
import { Filmstrip } from "./filmstrip.js";
import { Jump } from "./jump.js";
import { DECISIONS, SECOND, STATUSES, isSecondLook } from "./statuses.js";

/** @import { State, Status } from "../types.js" */
/** @import { Actions } from "../actions.js" */
/** @import { Desk } from "./desk.js" */
/** @import { Store } from "../store.js" */
/** @import { Toasts } from "../toast.js" */

const TYPING_MS = 250;
/** The choice of photos that others have done, and that of photos that cannot be read. */
const QUEUE = "second";
const FAULTY = "faulty";

/**
 * @param {Store} store
 * @param {Actions} actions
 * @param {Desk} desk
 * @param {Toasts} toasts
 */
export function connectBar(store, actions, desk, toasts) {
  const strip = new Filmstrip(element("film-strip", HTMLElement), (index) => desk.go(index));
  const jump = new Jump((index) => desk.go(index), (message) => toasts.note(message));
  desk.askNumber = () => jump.ask();
  element("film-before", HTMLButtonElement).addEventListener("click", () => actions.nextImage(-1));
  element("film-next", HTMLButtonElement).addEventListener("click", () => actions.nextImage(1));
  element("film-figures", HTMLButtonElement).addEventListener("click", () => desk.figures());
  element("film-classes", HTMLButtonElement).addEventListener("click", () => desk.classes());
  element("moved", HTMLButtonElement).addEventListener("click", () => desk.moved());
  const status = element("film-status", HTMLSelectElement);
  status.append(make("option", { value: "", textContent: "All photos" }));
  for (const [value, { title }] of Object.entries(STATUSES)) {
    status.append(make("option", { value, textContent: title[0].toUpperCase() + title.slice(1) }));
  }
  status.append(make("option", { value: QUEUE, textContent: "Second look" }), make("option", { value: FAULTY, textContent: "Cannot be read" }));
  status.addEventListener("change", () => {
    const { value } = status;
    const any = /** @type {const} */ ({ others: "", faulty: "" });
    if (value === QUEUE) desk.find({ ...any, status: "done", others: "true" });
    else if (value === FAULTY) desk.find({ ...any, status: "", faulty: "true" });
    else desk.find({ ...any, status: /** @type {Status | ""} */ (value) });
  });
  const sort = element("film-sort", HTMLSelectElement);
  sort.addEventListener("change", () => desk.find({ sort: /** @type {"name" | "uncertainty" | "updated"} */ (sort.value) }));
  const more = element("film-more", HTMLButtonElement);
  more.addEventListener("click", () => more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") !== "true")));
  let typing = 0;
  const search = element("film-search", HTMLInputElement);
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = window.setTimeout(() => desk.find({ q: search.value.trim() }), TYPING_MS);
  });
  const decisions = element("film-decisions", HTMLElement);
  for (const { status: to, label, does } of DECISIONS) {
    const button = make("button", { id: `decide-${to}`, type: "button", title: does });
    button.dataset.key = to;
    const dot = make("span", { className: "dot", textContent: STATUSES[to].sign, ariaHidden: "true" });
    dot.dataset.status = to;
    button.append(dot, make("span", { textContent: label }));
    button.addEventListener("click", () => actions.decide(to));
    decisions.append(button);
  }
  const comment = element("film-comment", HTMLInputElement);
  comment.addEventListener("change", () => desk.comment(comment.value.trim()));
  comment.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") comment.blur();
  });
  desk.askComment = () => {
    more.setAttribute("aria-expanded", "true");
    comment.focus();
  };
  store.watch((state) => show(state, desk, strip, jump, comment));
}

/**
 * @param {State} state
 * @param {Desk} desk
 * @param {Filmstrip} strip
 * @param {Jump} jump
 * @param {HTMLInputElement} comment
 */
function show(state, desk, strip, jump, comment) {
  const { project, album, unopened } = state;
  const image = imageOf(state);
  const place = element("unopened", HTMLElement);
  place.hidden = unopened === null;
  document.body.toggleAttribute("data-unopened", unopened !== null);
  if (unopened !== null) {
    element("unopened-name", HTMLElement).textContent = `${image?.name} cannot be opened`;
    element("unopened-why", HTMLElement).textContent = unopened;
    element("moved", HTMLButtonElement).hidden = !project?.gone?.length;
    element("unopened-next", HTMLElement).hidden = Boolean(project?.gone?.length);
    element("photo-name", HTMLElement).textContent = image?.name ?? "";
  }
  element("film", HTMLElement).hidden = !project;
  if (!project || !album) {
    strip.show(null, -1);
    return;
  }
  const { index } = desk;
  jump.show(album, index);
  element("film-before", HTMLButtonElement).disabled = index <= 0;
  element("film-next", HTMLButtonElement).disabled = index + 1 >= album.total;
  for (const decision of DECISIONS) {
    const button = element(`decide-${decision.status}`, HTMLButtonElement);
    const { status, label, does } = decision.status === "done" && image && (isSecondLook(image) || image.status === SECOND.status) ? SECOND : decision;
    button.disabled = !image || (unopened !== null && decision.status === "done");
    button.setAttribute("aria-pressed", String(image?.status === status));
    button.title = does;
    const [dot, words] = button.children;
    /** @type {HTMLElement} */ (dot).dataset.status = status;
    dot.textContent = STATUSES[status].sign;
    words.textContent = label;
  }
  const { status, q, sort, faulty } = album.wanted;
  element("film-more", HTMLButtonElement).toggleAttribute("data-used", Boolean(status || q || faulty || sort !== "name" || image?.comment));
  comment.disabled = !image;
  if (document.activeElement !== comment) comment.value = image?.comment ?? "";
  strip.show(album, index);
}
