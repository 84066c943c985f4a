/** A project that is open: which image is worked on, the next, what is decided about it. */

import { ApiError, who } from "../http.js";
import * as requests from "./requests.js";
import { takenKeys } from "../shortcuts.js";
import { imageOf, settingsOf, taskOf } from "../store.js";
import { Album, firstToDo } from "./album.js";
import { Clock } from "./clock.js";
import { Exporting } from "./exporting.js";
import { Feed } from "./feed.js";
import { showFigures } from "./figures.js";
import { showClasses, showMaker, showMoved } from "./maker.js";
import { DECISIONS, FINISHED, SECOND, STATUSES, isSecondLook } from "./statuses.js";

/** @import { Change, Photo, Project, Status, Wanted } from "../types.js" */
/** @import { Editor } from "../editor.js" */
/** @import { Opener } from "../opener.js" */
/** @import { Store } from "../store.js" */
/** @import { Toasts } from "../toast.js" */

/** So soon after a change is looked at what it is; those that come until then are looked at together. */
const LOOK_MS = 1000;

export class Desk {
  #store;
  #editor;
  #opener;
  #toasts;
  #dialog;
  #form;
  /** Lets somebody type the number of a photo. */
  askNumber = () => {};
  /** Lets somebody say what is wrong with a photo. */
  askComment = () => {};
  /** The photo that was to be sent back without a word, and of which that was asked. */
  #asked = 0;
  /** The photo that was decided about, until the next one is open: it is decided about once. */
  #leaving = 0;
  /** The place in the list that one is on the way to. @type {number | null} */
  #heading = null;
  /** Counts the projects that were entered or left: what was asked for another one is not shown. */
  #visits = 0;
  #clock = new Clock();
  #exporting;
  #timer = 0;
  /** The images whose labels were said not to be written, and why. @type {Map<number, string>} */
  #warned = new Map();
  /** What has changed since it was looked at. */
  #old = { list: false, photo: false };
  /** @type {Feed | null} */
  #feed = null;

  /**
   * @param {Store} store
   * @param {Editor} editor
   * @param {Opener} opener
   * @param {Toasts} toasts
   * @param {HTMLDialogElement} dialog For the figures.
   * @param {HTMLDialogElement} form For new projects and for classes.
   */
  constructor(store, editor, opener, toasts, dialog, form) {
    this.#dialog = dialog;
    this.#form = form;
    this.#store = store;
    this.#editor = editor;
    this.#opener = opener;
    this.#toasts = toasts;
    this.#exporting = new Exporting(toasts);
  }

  /** Where the open image is in the list, -1 where it is not. */
  get index() {
    const { image, album } = this.#store.state;
    return image && album ? album.indexOf(image.id) : -1;
  }

  /**
   * Open a project at an image, or where there is work to do.
   * @param {number} id
   * @param {number} [image]
   */
  enter(id, image) {
    const visit = ++this.#visits;
    return this.#editor.told("The project cannot be opened", async () => {
      const project = await requests.project(id);
      const album = new Album(id, () => this.#store.set({}));
      await album.find({});
      if (visit !== this.#visits) return;
      this.#keepTime();
      this.#heading = null;
      this.#store.set({ project, album, image: null, task: project.task });
      this.#name(project);
      this.#watch(project);
      if (!album.total) {
        this.#toasts.note(`“${project.name}” has no photos yet. Put some into its folder and start clickmend again.`);
        return;
      }
      const at = image === undefined ? await firstToDo(id, album) : await requests.image(id, image);
      if (visit !== this.#visits) return;
      if (at) await this.#open(at);
      if (visit === this.#visits && project.gone?.length) this.moved();
    });
  }

  /** Ask where the photos are now whose folders are gone. */
  moved() {
    const { project, image } = this.#store.state;
    if (project) showMoved(this.#form, project, ({ id }) => this.enter(id, image?.id));
  }

  /**
   * Show an image of a project, which may be open.
   * @param {number} id Of the project.
   * @param {number} [image]
   */
  visit(id, image) {
    if (this.#store.state.project?.id !== id || image === undefined) return this.enter(id, image);
    const visit = ++this.#visits;
    return this.#editor.told("The photo cannot be opened", async () => {
      const at = await requests.image(id, image);
      if (visit === this.#visits) await this.#open(at);
    });
  }

  /** Leave the project; what was done in it is kept. */
  leave() {
    this.#visits++;
    this.#heading = null;
    this.#feed?.end();
    this.#keepTime();
    this.#store.set({ project: null, album: null, image: null, unopened: null });
  }

  /**
   * Go to the image at a place of the list.
   * @param {number} index
   */
  async go(index) {
    const { album, project } = this.#store.state;
    if (!album || !project) return;
    this.#visits++;
    this.#heading = index;
    await this.#editor.told("The photo cannot be opened", async () => {
      const image = await album.get(index);
      await this.#editor.inTurn(async () => {}); // of several steps in a hurry the last
      if (image && this.#heading === index) await this.#open(image);
    });
    if (this.#heading === index) this.#heading = null;
  }

  /** @param {1 | -1} step */
  step(step) {
    const { album, image } = this.#store.state;
    if (!album || !image) return;
    const to = (this.#heading ?? this.index) + step;
    if (to >= 0 && to < album.total) return this.go(to);
    this.#toasts.note(step > 0 ? "This is the last photo of the list." : "This is the first photo of the list.");
  }

  /** @param {Partial<Wanted>} change */
  find(change) {
    const { album, project } = this.#store.state;
    if (!album || !project) return;
    return this.#editor.told("", async () => {
      const left = change.sort === "uncertainty" ? await requests.measure(project.id) : 0;
      if (change.others && !who()) this.#toasts.note("Say who you are, under Statistics and export, and the photos that you have done yourself are left out.");
      if (left) this.#toasts.note(`It is worked out how uncertain ${left === 1 ? "a photo is" : `${left} photos are`}; the list follows.`);
      await album.find(change);
    });
  }

  /**
   * Decide about the open image, once all its changes are answered, and go to the next. What somebody else has
   * done is accepted, or sent back with a word about what is wrong.
   * @param {Status} decision
   */
  decide(decision) {
    const image = imageOf(this.#store.state);
    if (!image || this.#leaving === image.id) return;
    const second = isSecondLook(image);
    const status = second && decision === "done" ? SECOND.status : decision;
    if (this.#store.state.unopened && (status === "done" || status === SECOND.status)) {
      this.#toasts.note("Nobody has seen this photo, so it cannot be done. Reject it, or go on to the next.");
      return;
    }
    const what = status === "done" && image.status === SECOND.status ? {} : { status }; // it stays accepted
    if (second && decision === "rejected" && !image.comment && this.#asked !== image.id) {
      this.#asked = image.id;
      this.#toasts.note("Say what is wrong, and whoever did it reads it when they come back. Then reject it.");
      return this.askComment();
    }
    this.#leaving = image.id;
    return this.#editor.inTurn(async () => {
      /** @type {{ going?: Promise<void> }} */
      let { going } = {};
      await this.#editor.told("", async () => void ({ going } = await this.#decided(image, what)));
      Promise.resolve(going).finally(() => (this.#leaving = 0)); // not awaited, for it has its turn after this one
    });
  }

  /**
   * Keep a decision, and set out for the next photo, unless somebody went elsewhere meanwhile.
   * @param {Photo} image
   * @param {{ status?: Status }} what
   * @returns {Promise<{ going?: Promise<void> }>}
   */
  async #decided(image, what) {
    const { index } = this;
    const { album, session } = this.#store.state;
    const stays = imageOf(this.#store.state)?.id === image.id;
    const lack = stays && session && what.status && FINISHED.includes(what.status) ? taskOf(this.#store.state).lacks?.(session) : null;
    if (!album || !(await this.#change(image, what)) || !stays) return {};
    if (lack) this.#toasts.note(`${session?.name}: ${lack} You may go back to it.`);
    const filtered = album.wanted.status !== "" || album.wanted.sort !== "name";
    if (filtered) await album.find({});
    const next = filtered && album.indexOf(this.#store.state.image?.id ?? 0) < 0 ? index : index + 1;
    if (next < album.total) return { going: this.go(next) };
    this.#toasts.note(`That was the last photo of the list. ${await this.#left()}`);
    return {};
  }

  /** How many photos of the project nobody has decided about. */
  async #left() {
    const { project } = this.#store.state;
    if (!project) return "";
    const { counts } = await requests.project(project.id);
    const left = counts.new + counts.in_progress;
    if (!left) return "All photos of the project are decided about.";
    return left === 1 ? "One photo of the project is not decided about yet." : `${left} photos of the project are not decided about yet.`;
  }

  /** @param {string} comment */
  comment(comment) {
    const { image } = this.#store.state;
    if (image && comment !== image.comment) return this.#editor.inTurn(async () => void (await this.#change(image, { comment })));
  }

  /** Show what was done in the project, and offer its labels. */
  figures() {
    const { project } = this.#store.state;
    if (!project) return;
    return this.#editor.told("", () => showFigures(this.#dialog, project, this.#exporting));
  }

  /** Make a project, and open it. */
  make() {
    const { offers, task } = this.#store.state;
    const known = { offers, task, taken: takenKeys(this.#store.state) };
    return this.#editor.told("", () => showMaker(this.#form, known, ({ id }) => this.enter(id)));
  }

  /** Change the classes of the project that is open. */
  classes() {
    const { project } = this.#store.state;
    if (!project) return;
    showClasses(this.#form, project, takenKeys(this.#store.state), (changed) => {
      this.#store.set({ project: changed });
      this.#name(changed);
      const { image } = this.#store.state;
      if (image) this.#editor.told("", () => this.#open(image));
    });
  }

  /**
   * New objects have the first class, until another is chosen.
   * @param {Project} project
   */
  #name({ classes = [] }) {
    const { name } = settingsOf(this.#store.state);
    if (classes.length && !classes.some((one) => one.name === name)) this.#store.choose({ name: classes[0].name });
  }

  /** @param {Photo} image */
  async #open(image) {
    const { project, album } = this.#store.state;
    if (!project || !album) return;
    this.#keepTime();
    await this.#opener.openImage(project.id, image);
    const { session, unopened, image: at } = this.#store.state;
    if (session?.image === image.id) this.#store.set({ image });
    else if (unopened === null || at?.id !== image.id) return;
    else await this.#lookForFolders(project);
    this.#warn(image.id, image.problem);
    if (image.comment && (image.status === "rejected" || image.status === "needs_review")) {
      const from = image.by && image.by !== who() ? `, by ${image.by}` : "";
      this.#toasts.note(`${STATUSES[image.status].title}${from}: ${image.comment}`);
    }
    const index = await album.locate(image.id);
    const next = index < 0 ? null : await album.get(index + 1);
    if (next) await requests.prepare(project.id, next.id).catch(() => {});
  }

  /** See which folders of a project are gone by now. @param {Project} project */
  async #lookForFolders({ id }) {
    const now = await requests.project(id);
    if (this.#store.state.project?.id === id) this.#store.set({ project: now });
  }

  /** The time that was worked on the open image goes to it. */
  #keepTime() {
    const seconds = this.#clock.take();
    const { image } = this.#store.state;
    if (seconds >= 1 && image) this.#change(image, {}, seconds);
  }

  /**
   * Keep what was decided about an image, which may not be the open one any more.
   * @param {Photo} image
   * @param {{ status?: Status, comment?: string }} what
   * @param {number} [seconds]
   * @returns {Promise<boolean>} Whether it was kept.
   */
  async #change(image, what, seconds = this.#clock.take()) {
    const { image: open, project } = this.#store.state;
    if (!project) return false;
    let now = open?.id === image.id ? open : image;
    for (let tries = 0; tries < 3; tries++) {
      try {
        if (tries) this.#put((now = await requests.image(project.id, now.id)));
        if (tries && what.status && now.status === what.status) return true; // it had come, or somebody thinks so too
        if (tries && what.status && now.status !== image.status && [...DECISIONS, SECOND].some(({ status }) => status === now.status)) {
          this.#toasts.note(`Meanwhile ${now.by || "somebody else"} gave this photo another status. Look, and decide again.`);
          return false;
        }
        const { id, version } = now;
        const changed = { ...what, version, seconds: now.seconds + seconds };
        this.#put(await this.#editor.untilAnswered(() => requests.decide(project.id, id, changed)));
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 409 && tries < 2) continue;
        await this.#editor.told("This is not kept", async () => Promise.reject(error));
        return false;
      }
    }
    return false;
  }

  /** @param {Photo} image */
  #put(image) {
    const { album, image: open } = this.#store.state;
    if (open?.id === image.id) this.#store.set({ image });
    album?.put(image);
  }

  /**
   * See what others keep, and what is kept in another tab.
   * @param {Project} project
   */
  #watch({ id, changes = 0 }) {
    this.#feed?.end();
    this.#feed = new Feed(id, changes, (change) => this.#hear(change));
  }

  /** @param {Change} change */
  #hear({ image, ...now }) {
    const { album, image: open } = this.#store.state;
    album?.put({ id: image, ...now });
    this.#warn(image, now.problem);
    const { status, sort } = album?.wanted ?? {};
    this.#old.list ||= Boolean(status) || sort !== "name";
    this.#old.photo ||= image === open?.id;
    if (this.#old.list || this.#old.photo) this.#lookSoon();
  }

  /**
   * Say once that the labels of an image are not written, and why.
   * @param {number} id
   * @param {string | null} problem
   */
  #warn(id, problem) {
    if (problem && this.#warned.get(id) !== problem) this.#toasts.error(problem, "Labels are not written");
    if (problem) this.#warned.set(id, problem);
    else this.#warned.delete(id);
  }

  #lookSoon() {
    this.#timer ||= window.setTimeout(() => {
      this.#timer = 0;
      this.#look();
    }, LOOK_MS);
  }

  /** Look again at what has changed elsewhere, or here: once all that is on its way is answered. */
  async #look() {
    const { album, image, project, waiting } = this.#store.state;
    if (!album || !project) return;
    if (waiting) return this.#lookSoon();
    const { list, photo } = this.#old;
    this.#old = { list: false, photo: false };
    if (list) await album.refresh().catch(() => {});
    const fresh = photo && image && (await requests.image(project.id, image.id).catch(() => null));
    if (fresh) this.#put(fresh);
    if (photo) await this.#editor.catchUp();
  }
}
