/** What a person can do with the session that is open. Changes are answered one after the other. */

import * as api from "./api.js";
import { Meanwhile } from "./meanwhile.js";
import { Queue } from "./queue.js";
import { ApiError, ConnectionError } from "./http.js";
import { reconnecting, sameMarks, untilAnswered } from "./reconnecting.js";
import { Refining } from "./refining.js";
import { effectOf, settingsOf, taskOf, toolOf } from "./store.js";
import { TASKS } from "./tasks/index.js";
import { hold } from "./tiles.js";
import { hasMore, markNumber } from "./shown-marks.js";
import { numberOf } from "./tasks/things.js";

/** @import { Gesture, Inference, Mark, Session } from "./types.js" */
/** @import { Here } from "./here.js" */
/** @import { Store } from "./store.js" */
/** @import { Toasts } from "./toast.js" */

const MOST_TOGETHER = 100;
/** Of marks in a hurry one is sent at once, those within this time after it together. */
const BURST_MS = 350;
/** Nobody looks at a picture and clicks again in less time. */
const HURRY_MS = 100;
const MOST_UNSEEN_MS = 700;

export class Editor {
  #store;
  #toasts;
  #here;
  /** What tells that the server is away. */
  #page;
  #queue;
  #refining;
  #meanwhile;
  /** Whether the picture is older than the session, and how. @type {{ anew: boolean, redone: boolean } | null} */
  #stale = null;
  /** Marks that wait to be sent, while more may join them. @type {Mark[] | null} */
  #batch = null;
  /** When marks were sent last. */
  #sent = -BURST_MS;
  /** When a mark was given last. */
  #given = -BURST_MS;
  /** When a picture was asked for last. */
  #pictured = 0;
  /** Told when the prediction of a session lies in a file. @type {(session: Session) => void} */
  downloaded = () => {};

  /**
   * @param {Store} store
   * @param {Toasts} toasts
   * @param {Here} here
   */
  constructor(store, toasts, here) {
    this.#store = store;
    this.#toasts = toasts;
    this.#here = here;
    this.#page = { store, toasts };
    this.#queue = new Queue((waiting) => store.set({ waiting }));
    this.#meanwhile = new Meanwhile(store);
    this.#refining = new Refining(() => taskOf(store.state).work, (session, whole) => this.#refined(session, whole));
  }

  /** Told when the view may show more, or less, of the photo. */
  looked() {
    this.#refining.looked();
  }

  /**
   * Do what the chosen tool makes of a gesture.
   * @param {Gesture} gesture
   */
  act(gesture) {
    const { mark, settings, note } = effectOf(this.#store.state, gesture);
    if (note) this.#toasts.note(note);
    if (settings) this.#store.choose(settings);
    if (!mark) return;
    if (mark.type === "stroke" && mark.protects !== undefined) {
      const { points, radius_px, filled, simplify_px, protects: on } = mark;
      this.protect({ points, radius_px, filled, simplify_px, on });
      return;
    }
    if (toolOf(this.#store.state).once) this.#store.choose({ tool: taskOf(this.#store.state).tools[0].name });
    this.#add(mark);
  }

  /**
   * Give a mark that no gesture makes.
   * @param {Mark} mark
   */
  give(mark) {
    this.#add(mark);
  }

  /**
   * Protect pixels or a class, or set them free.
   * @param {Parameters<typeof api.protect>[1]} what
   */
  protect(what) {
    return this.change((session) => api.protect(session.id, what), { title: "Not protected" });
  }

  /** Let marks change everything again. */
  freeAll() {
    return this.change((session) => (session.protected || session.protected_classes?.length ? api.freeAll(session.id) : null));
  }

  /**
   * Choose a mark, and what it stands for.
   * @param {Mark | null} mark
   */
  select(mark) {
    const task = taskOf(this.#store.state);
    this.#store.set({ selected: task.work.put ? mark : null });
    const settings = mark && task.choose?.(mark);
    if (settings) this.#store.choose(settings);
  }

  /**
   * Put the chosen mark elsewhere, or take it back.
   * @param {Mark | null} to
   */
  putSelected(to) {
    const { selected } = this.#store.state;
    this.#store.set({ selected: null, carried: null });
    if (!selected) return;
    return this.change((session) => {
      const number = markNumber(session, selected);
      return number ? (taskOf(this.#store.state).work.put?.(session, number, to) ?? null) : null;
    });
  }

  /** Take back the last mark: at once where it was not sent yet. */
  undo() {
    const mark = this.#batch?.pop();
    if (mark) {
      this.#store.set({ pending: this.#store.state.pending.filter((one) => one !== mark) });
      return;
    }
    return this.change((session) => (session.can_undo ? taskOf(this.#store.state).work.step(session, "undo") : null));
  }

  redo() {
    return this.change((session) => (session.can_redo ? taskOf(this.#store.state).work.step(session, "redo") : null));
  }

  /** Take all marks away; undo brings them back. */
  clear() {
    return this.change((session) =>
      session.feedback.length ? taskOf(this.#store.state).work.step(session, "reset") : null,
    );
  }

  /** Show what was done to the open session elsewhere, in another tab or by somebody else. */
  catchUp() {
    return this.inTurn(async () => {
      const { session, waiting } = this.#store.state;
      if (!session?.saved || waiting > 1) return;
      await this.told("", async () => {
        const now = await api.session(session.id);
        if (sameMarks(now, session)) return;
        this.#stale = { anew: false, redone: true };
        this.#store.set({ session: now });
      });
    });
  }

  /** Save the prediction as it is written, once all changes are answered. */
  download() {
    return this.inTurn(async () => {
      const { session } = this.#store.state;
      if (!session) return;
      const { work, file, noun } = taskOf(this.#store.state);
      const { kind } = settingsOf(this.#store.state);
      await this.told(`The ${noun} cannot be downloaded`, async () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await work.file(session, kind));
        link.download = `${session.name.replace(/\.[^.]*$/, "")}-${file}.${kind}`;
        link.click();
        URL.revokeObjectURL(link.href);
        this.downloaded(session);
      });
    });
  }

  /**
   * Infer in another way, with the same marks.
   * @param {Partial<Inference>} change
   */
  infer(change) {
    const send = async (/** @type {Session} */ session) => {
      const { refine, adapt_keys, propagate, finish } = session;
      const inference = { refine, adapt_keys, propagate, finish, ...change };
      const changed = await api.infer(session.id, inference);
      const number = numberOf(session.objects, settingsOf(this.#store.state).chosen);
      this.#store.choose({ inference, chosen: changed.objects[number - 1]?.key ?? null });
      return changed;
    };
    return this.change(send, { redone: true, title: "The network cannot infer so" });
  }

  /**
   * One change, in its turn. Marks that are given later are sent after it.
   * @param {(session: Session) => Promise<Session> | null} send Null: there is nothing to change.
   * @param {object} [how]
   * @param {() => void} [how.settled] Called when it is answered or refused.
   * @param {boolean} [how.anew] It starts from something else, without marks.
   * @param {boolean} [how.redone] The prediction before any mark may be another one from now on.
   * @param {string} [how.title] Of the message, should it fail.
   * @param {(session: Session, before: Session) => boolean} [how.came] Whether it was done, where the answer was lost.
   */
  change(send, { settled = () => {}, anew = false, redone = false, title = "", came } = {}) {
    const { session: opened } = this.#store.state;
    this.#batch = null;
    return this.inTurn(async () => {
      const { session } = this.#store.state;
      if (session && session.id === opened?.id && session.task === opened.task) {
        await this.told(title, async () => {
          const changed = await reconnecting(session, send, this.#page, came && ((now) => came(now, session)));
          if (!changed) return;
          this.#stale = { anew: anew || this.#stale?.anew === true, redone: redone || this.#stale?.redone === true };
          this.#store.set({ session: changed });
        });
      }
      settled();
    });
  }

  /**
   * Of many changes in a hurry only the newest picture is fetched, or one now and then.
   * @param {() => Promise<void>} job Handles its own failures.
   */
  inTurn(job) {
    this.#refining.forget();
    return this.#queue.add(async () => {
      await job();
      const { session, waiting } = this.#store.state;
      if (!session) this.#stale = null;
      const { collects } = taskOf(this.#store.state);
      const due = waiting === 1 || (!collects && performance.now() - this.#pictured > MOST_UNSEEN_MS);
      if (session && this.#stale && due) await this.told("", () => this.#show(session));
      if (this.#store.state.waiting === 1) this.#refining.follow(this.#store.state);
    });
  }

  /**
   * What the server answers, be it after it was started again.
   * @template T
   * @param {() => Promise<T>} ask What changes nothing, however often it is asked.
   */
  untilAnswered(ask) {
    return untilAnswered(ask, this.#page);
  }

  /**
   * Run, and tell a failure in words.
   * @param {string} title
   * @param {() => Promise<void>} run
   */
  async told(title, run) {
    try {
      await run();
    } catch (error) {
      this.#toasts.error(error instanceof Error ? error.message : String(error), title);
      if (!(error instanceof ApiError)) console.error(error);
    }
  }

  /**
   * Marks that are given while others are on their way, or soon after them, go together.
   * @param {Mark} mark
   */
  #add(mark) {
    this.#store.set({ pending: [...this.#store.state.pending, mark], ahead: false });
    this.#answerHere();
    const alone = mark.type === "merge" || mark.type === "point"; // points that go together would be undone together
    if (!alone && this.#batch?.length && this.#batch.length < MOST_TOGETHER) {
      this.#batch.push(mark);
      this.#given = performance.now();
      return;
    }
    const marks = [mark];
    const now = performance.now();
    const hurried = this.#store.state.waiting > 0 || now - this.#given < HURRY_MS;
    this.#given = now;
    const settled = () => {
      this.#store.set({ pending: this.#store.state.pending.filter((one) => !marks.includes(one)) });
      if (this.#meanwhile.end() || this.#store.state.ahead) this.#stale ??= { anew: false, redone: false }; // also where they were refused
    };
    const send = async (/** @type {Session} */ session) => {
      const early = this.#sent + BURST_MS - performance.now();
      if (hurried && early > 0 && !alone && this.#batch === marks) await new Promise((settle) => setTimeout(settle, early));
      if (this.#batch === marks) this.#batch = null;
      this.#sent = performance.now();
      return marks.length ? this.#send(session, marks) : session;
    };
    const came = mark.type === "merge" ? undefined : (/** @type {Session} */ now, /** @type {Session} */ before) => hasMore(now, before, marks);
    this.change(send, { settled, came });
    this.#batch = alone ? null : marks;
  }

  /** Show what the browser itself makes of the marks, until the server's answer is there. */
  async #answerHere() {
    const { session, pending } = this.#store.state;
    if (!session) return;
    const marks = [...session.feedback, ...pending];
    const plane = await this.#here.answer(session, marks);
    const now = this.#store.state;
    const still = now.session?.id === session.id && now.pending.at(-1) === marks.at(-1);
    if (!plane || !still || !now.session || !now.photo) return;
    const { session: opened, photo, first, picture: last } = now;
    const picture = taskOf(now).picture({ plane, other: first ?? plane, session: opened, photo, last });
    this.#store.set({ picture, ahead: true, before: null });
  }

  /**
   * All marks; where one is refused, each by itself, so that the others are not lost.
   * @param {Session} session
   * @param {Mark[]} marks
   */
  async #send(session, marks) {
    const { work } = taskOf(this.#store.state);
    try {
      return await work.add(session, marks, (plane) => this.#meanwhile.show(session, plane));
    } catch (error) {
      if (marks.length === 1 || !(error instanceof ApiError) || error instanceof ConnectionError) throw error;
    }
    let now = session;
    for (const mark of marks) await this.told("", async () => void (now = await work.add(now, [mark])));
    return now;
  }

  /**
   * Show a session as it is now.
   * @param {Session} session
   */
  async #show(session) {
    const { photo } = this.#store.state;
    if (!photo) return;
    const { anew, redone } = this.#stale ?? { anew: false, redone: false };
    this.#stale = null;
    this.#pictured = performance.now();
    const task = taskOf(this.#store.state);
    const plane = await this.untilAnswered(() => task.work.plane(session));
    this.#here.heard(session, plane);
    const { pending, ahead } = this.#store.state;
    if (ahead && pending.length) { // what is shown is newer than this
      this.#stale = { anew, redone };
      return;
    }
    const bare = anew || !session.feedback.length;
    const kept = anew || redone || task.collects ? null : this.#store.state.first;
    const first = bare && !(kept && plane.every) ? plane : (kept ?? (await this.untilAnswered(() => firstOf(session))));
    const { picture: last } = this.#store.state;
    const picture = task.picture({ plane, other: first ?? plane, session, photo, last });
    this.#store.set({ session, first, picture, ahead: false, before: null });
    if (anew) this.#store.set({ split: null });
    if (anew) this.#store.choose(task.begin?.(plane) ?? {});
  }

  /**
   * All of a picture that is shown coarse.
   * @param {Session} session
   * @param {{ plane: import("./types.js").Plane, version: number }} whole
   */
  #refined({ id }, { plane, version }) {
    const { session, photo, picture: last, first: before } = this.#store.state;
    if (session?.id !== id || session.prediction.version !== version || !photo || !last?.plane.every) return;
    hold({ id, version, plane });
    const first = before === last.plane ? plane : before;
    const picture = taskOf(this.#store.state).picture({ plane, other: first ?? plane, session, photo, last });
    this.#store.set({ picture, first });
  }
}

/**
 * The prediction before any mark, which the opposite of a click asks for; of many objects it is not needed.
 * @param {Session} session
 * @returns {Promise<import("./types.js").Plane | null>}
 */
export async function firstOf(session) {
  const { work, collects } = TASKS[session.task];
  return collects ? null : work.first(session);
}
