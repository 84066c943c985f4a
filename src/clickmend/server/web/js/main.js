/** Puts the parts of the page together. */

import * as api from "./api.js";
import { ApiError, busy } from "./http.js";
import { makeActions } from "./actions.js";
import { Comparing } from "./comparing.js";
import { Editor } from "./editor.js";
import { Gestures } from "./gestures.js";
import { Here } from "./here.js";
import { connectHere } from "./here-choice.js";
import { connectInference } from "./inference.js";
import { listShortcuts } from "./key-list.js";
import { nameKeys } from "./key-titles.js";
import { Memory } from "./memory.js";
import { Opener } from "./opener.js";
import { connectPanel, element } from "./panel.js";
import { connectBar } from "./projects/bar.js";
import { Desk } from "./projects/desk.js";
import { showProjects } from "./projects/list.js";
import { showOwnClasses } from "./projects/maker.js";
import { connectProtection } from "./protection.js";
import { Preview } from "./preview.js";
import { Relief } from "./relief/relief.js";
import { Question } from "./question.js";
import { bindings, listenForShortcuts, shortcuts } from "./shortcuts.js";
import { connectSide } from "./side.js";
import { scaleRadius } from "./sizes.js";
import { listenForChoice, listenForFiles, showSamples } from "./sources.js";
import { Stage } from "./stage.js";
import { Store } from "./store.js";
import { TASKS } from "./tasks/index.js";
import { Toasts } from "./toast.js";
import { Trail } from "./trail.js";
import { Unsaved } from "./unsaved.js";

const canvas = element("canvas", HTMLCanvasElement);
const photoFile = element("photo-file", HTMLInputElement);
const priorFile = element("prior-file", HTMLInputElement);
const trimapFile = element("trimap-file", HTMLInputElement);
const keys = element("shortcuts", HTMLDialogElement);

const store = new Store();
const toasts = new Toasts(element("toasts", HTMLElement));
const zoomLevel = element("zoom-level", HTMLElement);
const here = new Here(store);
const editor = new Editor(store, toasts, here);
const stage = new Stage(canvas, store, (scale) => {
  zoomLevel.textContent = `${Math.round(100 * scale)} %`;
  editor.looked();
});
busy.told = () => toasts.note("The server is busy, or is being started again. What you did is kept here and sent again by itself.");
window.addEventListener("unhandledrejection", (event) => {
  toasts.error(event.reason instanceof Error ? event.reason.message : String(event.reason));
  if (event.reason instanceof ApiError) event.preventDefault(); // all is told
});
const question = new Question(element("question", HTMLDialogElement));
const unsaved = new Unsaved(store, editor, question);
editor.downloaded = (/** @type {import("./types.js").Session} */ session) => unsaved.keep(session);
const trail = new Trail();
const opener = new Opener(store, editor, stage.viewport, question, unsaved, new Memory(store, stage.viewport), trail);
const forms = element("project", HTMLDialogElement);
const desk = new Desk(store, editor, opener, toasts, element("figures", HTMLDialogElement), forms);
element("new-project", HTMLButtonElement).addEventListener("click", () => desk.make());
const gestures = new Gestures(canvas, store, editor, stage.viewport, (factor) => scaleRadius(store, factor));
const preview = new Preview(store);
const relief = new Relief(store);
const actions = makeActions({
  store,
  editor,
  comparing: new Comparing(store, editor),
  toasts,
  here,
  preview,
  relief,
  opener,
  desk,
  gestures,
  viewport: stage.viewport,
  photoFile,
  priorFile,
  trimapFile,
  showKeys: () => {
    listShortcuts(element("shortcut-lists", HTMLElement), () => shortcuts(store.state), bindings);
    keys.showModal();
  },
  askClasses: () => showOwnClasses(forms, store.state.session?.classes ?? [], (names) => opener.withClasses(names)),
});

connectPanel(store, actions);
connectSide(store, actions);
connectProtection(store, actions);
connectHere(store, actions);
connectInference(store, actions);
connectBar(store, actions, desk, toasts);
listenForShortcuts(actions, store);
nameKeys(store);
listenForChoice(photoFile, (file) => opener.open(file));
listenForChoice(priorFile, (file) => opener.load(file));
listenForChoice(trimapFile, (file) => opener.loadTrimap(file));
listenForFiles(opener, toasts, element("dropping", HTMLElement));
showSamples(element("samples", HTMLElement), opener).catch((error) => toasts.error(error.message));
editor.told("", async () => {
  const offers = (await api.tasks()).filter(({ name }) => name in TASKS);
  const { session, project, task } = store.state;
  store.set({ offers, task: session || project ? task : (offers[0]?.name ?? task) });
});

element("local", HTMLElement).hidden = !["127.0.0.1", "[::1]", "localhost"].includes(location.hostname);

const listProjects = () =>
  showProjects(element("projects", HTMLElement), (id) => desk.enter(id)).catch((error) => toasts.error(error.message));
opener.leaving = () => desk.leave();
opener.closed = listProjects;
listProjects();

trail.mayLeave = async () => {
  await editor.inTurn(async () => {}); // marks that are on their way are kept first
  return unsaved.mayLeave();
};
trail.visit = async (/** @type {string} */ place) => {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  const [, project, image] = /^#(\d+)(?:\/(\d+))?$/.exec(place) ?? [];
  if (project) return desk.visit(Number(project), image ? Number(image) : undefined);
  if (place.length <= 1) return opener.start();
  desk.leave();
  return opener.resume(place.slice(1));
};
if (location.hash.length > 1) trail.follow();
