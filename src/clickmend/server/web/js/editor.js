/** What a person can do with the session that is open. Changes are answered one after the other. */

import * as api from "./api.js";
import { Queue } from "./queue.js";
import { effectOf, settingsOf, taskOf, toolOf } from "./store.js";
import { TASKS } from "./tasks/index.js";
import { numberOf } from "./tasks/things.js";

/** @import { Gesture, Inference, Mark, Session } from "./types.js" */
/** @import { Store } from "./store.js" */
/** @import { Toasts } from "./toast.js" */

export class Editor {
  #store;
  #toasts;
  #queue;
  /** Whether the picture is older than the session, and how. @type {{ anew: boolean, redone: boolean } | null} */
  #stale = null;
  /** Told when the prediction of a session lies in a file. @type {(session: Session) => void} */
  downloaded = () => {};

  /**
   * @param {Store} store
   * @param {Toasts} toasts
   */
  constructor(store, toasts) {
    this.#store = store;
    this.#toasts = toasts;
    this.#queue = new Queue((waiting) => store.set({ waiting }));
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
    if (toolOf(this.#store.state).once) this.#store.choose({ tool: taskOf(this.#store.state).tools[0].name });
    this.#add(mark);
  }

  /**
   * Choose what a mark stands for.
   * @param {Mark} mark
   * @returns {boolean} Whether it stands for something.
   */
  select(mark) {
    const settings = taskOf(this.#store.state).choose?.(mark);
    if (settings) this.#store.choose(settings);
    return Boolean(settings);
  }

  undo() {
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

  /**
   * Show the prediction as it was before any mark, or as it is.
   * @param {boolean} before
   */
  async compare(before) {
    if (!before) {
      this.#store.set({ before: null });
      return;
    }
    const { session, picture, photo } = this.#store.state;
    if (!session || !picture || !photo || this.#store.state.before) return;
    await this.told("", async () => {
      const task = taskOf(this.#store.state);
      const first = this.#store.state.first ?? (await task.work.first(session));
      if (this.#store.state.session?.id !== session.id) return;
      this.#store.set({ first, before: task.picture({ plane: first, other: picture.plane, session, photo }) });
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
   * One change, in its turn.
   * @param {(session: Session) => Promise<Session> | null} send Null: there is nothing to change.
   * @param {object} [how]
   * @param {() => void} [how.settled] Called when it is answered or refused.
   * @param {boolean} [how.anew] It starts from something else, without marks.
   * @param {boolean} [how.redone] The prediction before any mark may be another one from now on.
   * @param {string} [how.title] Of the message, should it fail.
   */
  change(send, { settled = () => {}, anew = false, redone = false, title = "" } = {}) {
    const { session: opened } = this.#store.state;
    return this.inTurn(async () => {
      const { session } = this.#store.state;
      if (session && session.id === opened?.id && session.task === opened.task) {
        await this.told(title, async () => {
          const changed = await send(session);
          if (!changed) return;
          this.#stale = { anew, redone: redone || this.#stale?.redone === true };
          const { collects } = taskOf(this.#store.state);
          if (collects) this.#store.set({ session: changed });
          else await this.#show(changed);
        });
      }
      settled();
    });
  }

  /**
   * @param {() => Promise<void>} job Handles its own failures.
   */
  inTurn(job) {
    return this.#queue.add(async () => {
      await job();
      const { session, waiting } = this.#store.state;
      if (!session) this.#stale = null;
      if (session && this.#stale && waiting === 1) await this.told("", () => this.#show(session));
    });
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
      if (!(error instanceof api.ApiError)) console.error(error);
    }
  }

  /** @param {Mark} mark */
  #add(mark) {
    this.#store.set({ pending: [...this.#store.state.pending, mark] });
    const settled = () =>
      this.#store.set({ pending: this.#store.state.pending.filter((one) => one !== mark) });
    return this.change((session) => taskOf(this.#store.state).work.add(session, mark), { settled });
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
    const task = taskOf(this.#store.state);
    const plane = await task.work.plane(session);
    const bare = anew || !session.feedback.length;
    const kept = redone || task.collects ? null : this.#store.state.first;
    const first = bare ? plane : (kept ?? (await firstOf(session)));
    const picture = task.picture({ plane, other: first ?? plane, session, photo });
    this.#store.set({ session, first, picture, before: null });
    if (anew) this.#store.choose(task.begin?.(plane) ?? {});
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
