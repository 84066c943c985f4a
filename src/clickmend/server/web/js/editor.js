/** What a person can do with a photo. Changes go to the server one after the other. */

import * as api from "./api.js";
import { maskPicture } from "./overlay.js";
import { Queue } from "./queue.js";
import { initialState } from "./store.js";

/** @import { Box, Label, Limits, Mark, Session } from "./types.js" */
/** @import { Store } from "./store.js" */
/** @import { Toasts } from "./toast.js" */
/** @import { Viewport } from "./viewport.js" */

export class Editor {
  #store;
  #toasts;
  #viewport;
  #queue;
  /** @type {Limits | null} */
  #limits = null;

  /**
   * @param {Store} store
   * @param {Toasts} toasts
   * @param {Viewport} viewport
   */
  constructor(store, toasts, viewport) {
    this.#store = store;
    this.#toasts = toasts;
    this.#viewport = viewport;
    this.#queue = new Queue((waiting) => store.set({ waiting }));
  }

  /**
   * Open a photo in place of the one that is open.
   * @param {File | string} source A file, or the name of a sample.
   */
  open(source) {
    const title = `${typeof source === "string" ? source : source.name} cannot be opened`;
    return this.#enter(title, async () => {
      if (typeof source !== "string") await this.#checkSize(source);
      return api.openPhoto(source);
    });
  }

  /**
   * Go on with a photo that the server still has open.
   * @param {string} id
   */
  resume(id) {
    return this.#enter("The photo from before is gone", () => api.session(id));
  }

  /** Back to the start screen. The server forgets the photo. */
  close() {
    return this.#queue.add(async () => {
      const { session, tool, opacity } = this.#store.state;
      if (session) api.close(session.id).catch(() => {});
      history.replaceState(null, "", location.pathname);
      this.#store.set({ ...initialState(), tool, opacity, waiting: this.#store.state.waiting });
    });
  }

  /**
   * @param {number} x Photo pixels; the centre of the pixel is what is sent.
   * @param {number} y
   * @param {Label} label
   */
  click(x, y, label) {
    const { session } = this.#store.state;
    if (!session || x < 0 || y < 0 || x >= session.size[0] || y >= session.size[1]) return;
    this.#add({ type: "click", x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5, label });
  }

  /** @param {Box} box Photo pixels. */
  box(box) {
    this.#add({ type: "box", ...box });
  }

  undo() {
    return this.#change((session) => (session.can_undo ? api.takeStep(session.id, "undo") : null));
  }

  redo() {
    return this.#change((session) => (session.can_redo ? api.takeStep(session.id, "redo") : null));
  }

  /** Take all marks away; undo brings them back. */
  clear() {
    return this.#change((session) =>
      session.feedback.length ? api.takeStep(session.id, "reset") : null,
    );
  }

  /** @param {File} png A mask to start from. */
  mend(png) {
    return this.#change((session) => api.putPrior(session.id, png));
  }

  /** Save the mask as the server writes it, once all changes are answered. */
  download() {
    return this.#queue.add(async () => {
      const { session } = this.#store.state;
      if (!session) return;
      await this.#told("The mask cannot be downloaded", async () => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(await api.blob(session.mask.url));
        link.download = `${session.name.replace(/\.[^.]*$/, "")}-mask.png`;
        link.click();
        URL.revokeObjectURL(link.href);
      });
    });
  }

  /**
   * @param {string} title Of the message, should it fail.
   * @param {() => Promise<Session>} getSession
   */
  #enter(title, getSession) {
    return this.#queue.add(async () => {
      const before = this.#store.state;
      this.#store.set({ phase: before.session ? "editing" : "opening" });
      await this.#told(title, async () => {
        const session = await getSession();
        const [photo, mask] = await Promise.all([
          api.blob(session.photo).then((png) => createImageBitmap(png)),
          api.blob(session.mask.url).then(maskPicture),
        ]);
        history.replaceState(null, "", `#${session.id}`);
        this.#store.set({ phase: "editing", session, photo, mask, tool: "object", pointer: null });
        this.#viewport.show(session.size);
        before.photo?.close();
        if (before.session) api.close(before.session.id).catch(() => {});
      });
      if (this.#store.state.session) return;
      history.replaceState(null, "", location.pathname);
      this.#store.set({ phase: "start" });
    });
  }

  /** @param {Mark} mark */
  #add(mark) {
    this.#store.set({ pending: [...this.#store.state.pending, mark] });
    const settled = () =>
      this.#store.set({ pending: this.#store.state.pending.filter((one) => one !== mark) });
    return this.#change((session) => api.addMark(session.id, mark), settled);
  }

  /**
   * One change, in its turn.
   * @param {(session: Session) => Promise<Session> | null} send Null: there is nothing to change.
   * @param {() => void} [settled] Called when it is answered or refused.
   */
  #change(send, settled = () => {}) {
    const { session: opened } = this.#store.state;
    return this.#queue.add(async () => {
      const { session } = this.#store.state;
      if (session && session.id === opened?.id) {
        await this.#told("", async () => {
          const changed = await send(session);
          if (changed) {
            const mask = await maskPicture(await api.blob(changed.mask.url));
            this.#store.set({ session: changed, mask });
          }
        });
      }
      settled();
    });
  }

  /**
   * Run, and tell a failure in words.
   * @param {string} title
   * @param {() => Promise<void>} run
   */
  async #told(title, run) {
    try {
      await run();
    } catch (error) {
      this.#toasts.error(error instanceof Error ? error.message : String(error), title);
      if (!(error instanceof api.ApiError)) console.error(error);
    }
  }

  /** @param {File} file */
  async #checkSize(file) {
    this.#limits ??= await api.limits();
    const most = this.#limits.upload_megabytes;
    if (file.size <= most * 1e6) return;
    const size = (file.size / 1e6).toFixed(0);
    throw new api.ApiError(
      "TooLargeError",
      `“${file.name}” has ${size} MB; this server takes up to ${most} MB. Choose a smaller photo.`,
    );
  }
}
