/** How sessions come and go: opening a photo, changing the task, starting from a file. */

import * as api from "./api.js";
import { ApiError, blob } from "./http.js";
import { remote } from "./remote.js";
import { begin, overMask, sketch } from "./sketch.js";
import { firstOf } from "./editor.js";
import { openImage } from "./projects/requests.js";
import { sizeOfPng } from "./png.js";
import { initialState, refreshed, restored, taskOf } from "./store.js";
import { TASKS } from "./tasks/index.js";

/** @import { Limits, Photo, Session, State } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Memory } from "./memory.js" */
/** @import { Question } from "./question.js" */
/** @import { Store } from "./store.js" */
/** @import { Trail } from "./trail.js" */
/** @import { Unsaved } from "./unsaved.js" */
/** @import { Viewport } from "./viewport.js" */

/** The task whose sessions start from nothing. */
const BARE = "interactive";
/** The status of an answer that says what is wrong with what was asked for. */
const REFUSED = 400;

/** @typedef {Record<string, string | number | Blob | null | undefined>} Fields */

export class Opener {
  #store;
  #editor;
  #viewport;
  #question;
  #unsaved;
  #memory;
  #trail;
  /** @type {Limits | null} */
  #limits = null;
  /** @type {Session | null} The trimap that was left last. */
  #left = null;
  /** Called before the start screen comes, and when it is there. */
  leaving = () => {};
  closed = () => {};

  /**
   * @param {Store} store
   * @param {Editor} editor
   * @param {Viewport} viewport
   * @param {Question} question
   * @param {Unsaved} unsaved
   * @param {Memory} memory
   * @param {Trail} trail
   */
  constructor(store, editor, viewport, question, unsaved, memory, trail) {
    this.#store = store;
    this.#editor = editor;
    this.#viewport = viewport;
    this.#question = question;
    this.#unsaved = unsaved;
    this.#memory = memory;
    this.#trail = trail;
  }

  /**
   * Open a photo in place of the one that is open, whose marks are thrown away only when that is agreed.
   * @param {File | string} source A file, or the name of a sample.
   */
  async open(source) {
    if (!(await this.#unsaved.mayLeave())) return;
    const title = `${typeof source === "string" ? source : source.name} cannot be opened`;
    return this.#enter(title, async ({ task }) => {
      if (typeof source !== "string") await this.#checkSize(source);
      return this.#begin(task, typeof source === "string" ? { sample: source } : { photo: source });
    });
  }

  /**
   * Open an image of a project in the task that is worked on; where that is refused, it is shown why in its place.
   * @param {number} project
   * @param {Photo} image
   */
  openImage(project, image) {
    return this.#enter(`${image.name} cannot be opened`, async ({ task, project: whole }) => {
      try {
        const given = task === whole?.task && (image.session || image.prior);
        if (!TASKS[task].first || given) return await openImage(project, image.id, task);
        const bare = await openImage(project, image.id, BARE);
        return bare.beside[task] ? await api.session(bare.beside[task]) : begin(bare);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== REFUSED) throw error;
        this.#lack(project, image, error.message);
        return null;
      }
    });
  }

  /**
   * Show in the place of an image why it cannot be opened.
   * @param {number} project
   * @param {Photo} image
   * @param {string} why
   */
  #lack(project, image, why) {
    const { session, photo } = this.#store.state;
    photo?.close();
    if (session) forget(session);
    this.#trail.show(`#${project}/${image.id}`);
    const nothing = { session: null, photo: null, first: null, picture: null, before: null, split: null, draft: null, pointer: null, selected: null, preview: null };
    this.#store.set({ ...nothing, phase: "editing", image, unopened: why });
  }

  /**
   * Work on another task; on an open photo with what was done there before.
   * @param {string} name
   */
  task(name) {
    if (!this.#store.state.session) {
      this.#store.set({ task: name });
      return;
    }
    return this.#enter(`${TASKS[name].title} cannot be opened`, async ({ session }) => {
      if (!session || TASKS[session.task].within === name) return null;
      const there = session.beside[name];
      return there ? api.session(there) : this.#begin(name, { of: session.id });
    });
  }

  /**
   * Go on with a photo that the server still has open.
   * @param {string} id
   */
  async resume(id) {
    await this.#enter("The photo from before is gone", () => api.session(id));
    if (this.#left) await this.task("matting");
  }

  /**
   * A file that was dropped or pasted: a photo, or a prediction of the photo that is open. Where it may be
   * either, it is asked.
   * @param {File} file
   */
  async take(file) {
    const { session } = this.#store.state;
    const { load } = taskOf(this.#store.state);
    if (!session || !load || !(await mayBePrediction(file, session.size))) return this.open(file);
    if (!file.type.startsWith("image/")) return this.load(file);
    const answer = await this.#question.ask("What is this picture?", `“${file.name}” is as large as the photo that is open.`, [
      { name: "photo", label: "Another photo" },
      { name: "load", label: load.label, primary: true },
    ]);
    if (answer === "photo") await this.open(file);
    if (answer === "load") await this.load(file);
  }

  /** Back to the start screen, where nothing is lost or that is agreed. */
  async close() {
    if (await this.#unsaved.mayLeave()) await this.start();
  }

  /** Show the start screen. */
  start() {
    this.leaving();
    return this.#editor.inTurn(async () => {
      const { session, photo, offers, task, waiting, previews } = this.#store.state;
      if (session) forget(session);
      this.#trail.show("");
      this.#store.set({ ...initialState(), offers, task, waiting, previews });
      photo?.close();
      this.closed();
    });
  }

  /**
   * Start from somebody else's prediction; feedback is put aside only when that is agreed.
   * @param {File} file
   */
  async load(file) {
    const task = taskOf(this.#store.state);
    const unit = task.unit ? await task.unit(file, this.#question) : {};
    if (unit) await this.#startFrom(task.within, "prior", file, unit.depth_scale);
  }

  /** @param {Blob} file */
  loadTrimap(file) {
    return this.#startFrom(taskOf(this.#store.state).within, "trimap", file);
  }

  /** Make the matte from the trimap that was painted. */
  async finish() {
    const { session } = this.#store.state;
    if (session) await this.loadTrimap(await taskOf(this.#store.state).work.file(session, "png"));
  }

  /**
   * Begin the trimap with the mask that another task made of the same photo.
   * @param {string} task
   */
  fromMask(task) {
    return this.#editor.change(
      async (session) => {
        const mask = await remote.plane(await api.session(session.beside[task]));
        if (mask.data.some((level) => level > 0)) return overMask(session, mask);
        throw new ApiError(
          "EmptyError",
          `There is no mask yet. Choose ${TASKS[task].title}, click what you want to cut out, and come back.`,
        );
      },
      { title: "The mask cannot be used" },
    );
  }

  /**
   * Begin the class map of the open photo anew with other classes, which further photos have too.
   * @param {string[]} classes
   */
  async withClasses(classes) {
    const { session, settings } = this.#store.state;
    if (!session) return;
    const { inference } = settings[session.task];
    const opened = await api.open({ of: session.id, task: session.task, ...inference, classes });
    this.#store.choose({ classes, label: 0 });
    return this.#enter("", async () => opened);
  }

  /** Paint what the task starts from anew; its session stays until that is done. */
  again() {
    return this.#enter("", async ({ session }) => session && this.#sketchOver(session));
  }

  /**
   * @param {string} task
   * @param {"prior" | "trimap"} what
   * @param {Blob} file
   * @param {number} [depthScale]
   */
  async #startFrom(task, what, file, depthScale) {
    const { session } = this.#store.state;
    const there = session?.beside[task];
    if (!session || !(await this.#agreed(session, there))) return;
    const title = `This ${what === "prior" ? TASKS[task].noun : what} cannot be used`;
    if (there === session.id && session.task === task) {
      const send = () => api.startFrom(session.id, what, file, depthScale);
      return this.#editor.change(send, { anew: true, title });
    }
    return this.#enter(title, () =>
      there ? api.startFrom(there, what, file, depthScale) : this.#begin(task, { of: session.id, [what]: file }),
    );
  }

  /**
   * Whether the feedback of a session may be put aside.
   * @param {Session} shown
   * @param {string | undefined} id
   */
  async #agreed(shown, id) {
    if (!id) return true;
    const session = shown.id === id && !isSketch(shown) ? shown : await api.session(id);
    const marks = session.feedback.length + (session === shown ? this.#store.state.pending.length : 0);
    if (!marks) return true;
    const answer = await this.#question.ask(
      "Start over?",
      `Another start puts your ${marks === 1 ? "mark" : `${marks} marks`} aside. Undo brings ${marks === 1 ? "it" : "them"} back.`,
      [{ name: "yes", label: "Start over", primary: true }],
    );
    return answer === "yes";
  }

  /**
   * A session for a task, or for what has to be made before it.
   * @param {string} name
   * @param {Fields} fields
   * @returns {Promise<Session>}
   */
  async #begin(name, fields) {
    const { offers, session, settings } = this.#store.state;
    const { first } = TASKS[name];
    const { inference, classes } = settings[name];
    const asked = { ...inference, classes };
    if (!first || fields.trimap || fields.prior) return api.open({ ...fields, task: name, ...asked });
    if (fields.of && session) return this.#sketchOver(session);
    const bare = offers.find((offer) => !TASKS[offer.name].first);
    return begin(await api.open({ ...fields, task: bare?.name ?? "interactive" }));
  }

  /**
   * What was painted on this photo before, or nothing yet.
   * @param {Session} session
   * @returns {Session}
   */
  #sketchOver(session) {
    const left = this.#left;
    if (!left || !Object.values(session.beside).includes(left.id)) return begin(session);
    return { ...left, beside: session.beside };
  }

  /**
   * @param {string} title Of the message, should it fail.
   * @param {(state: State) => Promise<Session | null>} getSession Null: stay.
   */
  #enter(title, getSession) {
    return this.#editor.inTurn(async () => {
      const before = this.#store.state;
      this.#store.set({ phase: before.session || before.unopened ? "editing" : "opening" });
      await this.#editor.told(title, async () => {
        const session = await this.#editor.untilAnswered(() => getSession(before));
        if (session) await this.#show(session, before);
      });
      if (this.#store.state.session || this.#store.state.unopened) return;
      this.#trail.show("", true);
      this.#store.set({ phase: "start" });
    });
  }

  /**
   * @param {Session} session
   * @param {State} before
   */
  async #show(session, before) {
    const task = TASKS[session.task];
    const same = Object.values(session.beside).includes(before.session?.id ?? "");
    const known = this.#memory.take(session);
    const kept = same ? before.photo : null;
    const [photo, plane, firstPlane] = await this.#editor.untilAnswered(() =>
      Promise.all([
        kept ?? blob(session.photo).then((png) => createImageBitmap(png)),
        task.work.plane(session),
        session.feedback.length ? firstOf(session) : null,
      ]),
    );
    const first = session.feedback.length ? firstPlane : plane;
    const settings = known ? restored(known.settings) : same ? before.settings : refreshed(before.settings);
    const begun = !session.feedback.length && !session.can_undo ? task.begin?.(plane) : {};
    const picture = task.picture({ plane, other: plane, session, photo });
    this.#trail.show(session.project ? `#${session.project}/${session.image}` : `#${session.id}`, same);
    this.#store.set({
      ...{ phase: "editing", session, photo, first, picture, unopened: null, before: null, split: null, draft: null, pointer: null, selected: null, carried: null },
      task: task.within,
      settings: { ...settings, [task.name]: { ...settings[task.name], ...begun } },
    });
    if (before.session && isSketch(before.session)) this.#left = before.session;
    if (same) return;
    this.#viewport.show(session.size);
    if (known?.frame) this.#viewport.restore(known.frame);
    if (known?.painted.length) this.#left = await sketch.add(begin(session), known.painted);
    before.photo?.close();
    if (before.session) forget(before.session);
  }

  /** @param {File} file */
  async #checkSize(file) {
    this.#limits ??= await api.limits();
    const most = this.#limits.upload_megabytes;
    if (file.size <= most * 1e6) return;
    const size = (file.size / 1e6).toFixed(0);
    throw new ApiError(
      "TooLargeError",
      `“${file.name}” has ${size} MB; this server takes up to ${most} MB. Choose a smaller photo.`,
    );
  }
}

/**
 * Whether a file may hold a prediction of the open photo: numbers, objects, or a PNG of its size.
 * @param {File} file
 * @param {[number, number]} size
 */
async function mayBePrediction(file, size) {
  if (/\.(npy|json)$/.test(file.name)) return true;
  const [width, height] = (await sizeOfPng(file)) ?? [0, 0];
  return width === size[0] && height === size[1];
}

/** @param {Session} session */
function isSketch(session) {
  return TASKS[session.task].work === sketch;
}

/**
 * Close all sessions on a photo, where the server does not keep them anyhow.
 * @param {Session} session
 */
function forget({ beside, saved, task }) {
  if (saved || TASKS[task].work === sketch) return;
  for (const id of Object.values(beside)) api.close(id).catch(() => {});
}
