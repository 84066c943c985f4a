/** Marks that nothing keeps yet, neither the server nor a file, and the question before they are lost. */

/** @import { Session, State } from "./types.js" */
/** @import { Editor } from "./editor.js" */
/** @import { Question } from "./question.js" */
/** @import { Store } from "./store.js" */

export class Unsaved {
  #store;
  #editor;
  #question;
  /** Marks by session, for those that are not kept. @type {Map<string, Session["feedback"]>} */
  #loose = new Map();
  /** The marks that were saved last, by session. @type {Map<string, Session["feedback"]>} */
  #kept = new Map();
  /** The sessions on the photo that is open. @type {string[]} */
  #beside = [];

  /**
   * @param {Store} store
   * @param {Editor} editor
   * @param {Question} question
   */
  constructor(store, editor, question) {
    this.#store = store;
    this.#editor = editor;
    this.#question = question;
    store.watch((state) => this.#note(state));
    window.addEventListener("beforeunload", (event) => {
      if (this.count) event.preventDefault();
    });
  }

  /** How many marks would be lost. */
  get count() {
    const answered = [...this.#loose.values()].reduce((sum, marks) => sum + marks.length, 0);
    return answered + this.#store.state.pending.length;
  }

  /**
   * Whether the open photo may be left: nothing is lost, or that is agreed.
   * @returns {Promise<boolean>}
   */
  async mayLeave() {
    const { count } = this;
    const { session } = this.#store.state;
    if (!count || !session) return true;
    const marks = count === 1 ? "the mark" : `the ${count} marks`;
    const answer = await this.#question.ask("Leave this photo?", `Nothing keeps ${marks} on “${session.name}” yet.`, [
      { name: "drop", label: "Throw away" },
      { name: "save", label: "Download, then leave", primary: true },
    ]);
    if (answer === "save") await this.#editor.download();
    return answer !== null;
  }

  /**
   * A session's marks are kept now.
   * @param {Session} session
   */
  keep(session) {
    this.#kept.set(nameOf(session), session.feedback);
    this.#note(this.#store.state);
  }

  /** @param {State} state */
  #note({ session }) {
    const beside = Object.values(session?.beside ?? {});
    if (!beside.some((id) => this.#beside.includes(id))) {
      this.#loose.clear();
      this.#kept.clear();
    }
    this.#beside = beside;
    if (!session) return;
    const name = nameOf(session);
    const safe = session.saved || !session.feedback.length || this.#kept.get(name) === session.feedback;
    if (safe) this.#loose.delete(name);
    else this.#loose.set(name, session.feedback);
  }
}

/** @param {Session} session */
const nameOf = ({ id, task }) => `${id} ${task}`;
