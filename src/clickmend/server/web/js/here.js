/** Clicks that the browser answers itself, while they are on their way to the server, which has the last word. */

import * as api from "./api.js";

/** @import { Answered, Mark, Offer, Plane, Session, State } from "./types.js" */
/** @import { Told } from "./network/geometry.js" */
/** @import { Store } from "./store.js" */

const NAME = "clickmend-here";
/** Above it an answer counts as another one than the server's, a share of the pixels. */
const APART = 1e-3;
/** More marks than these at once are the server's. */
const MOST_ANEW = 3;

export class Here {
  #store;
  /** @type {Answered} */
  #now = { chosen: localStorage.getItem(NAME) === "yes", offered: false, phase: "off", answered: 0, compared: 0, apart: 0, share: null, took: null };
  /** @type {Worker | null} */
  #worker = null;
  /** The session whose photo the worker has, and the photo. @type {{ id: string, photo: ImageBitmap } | null} */
  #open = null;
  /** Who waits for an answer. @type {Map<number, (mask: Uint8Array<ArrayBuffer> | null) => void>} */
  #waiting = new Map();
  #number = 0;
  /** The newest answers, by the marks. @type {{ key: string, data: Plane["data"] }[]} */
  #own = [];
  /** @type {{ key: string, data: Plane["data"] } | null} */
  #servers = null;
  /** The marks from which on the server's answers are others, for it refined them or began with a mask. */
  #lost = "";

  /** @param {Store} store */
  constructor(store) {
    this.#store = store;
    store.watch((state) => this.#follow(state));
  }

  /** @param {boolean} chosen */
  choose(chosen) {
    localStorage.setItem(NAME, chosen ? "yes" : "no");
    this.#tell({ chosen });
  }

  /**
   * What the browser makes of marks; null where that is the server's to say.
   * @param {Session} session
   * @param {Mark[]} marks All that count, the newest last.
   * @returns {Promise<Plane | null>}
   */
  async answer(session, marks) {
    const key = keyOf(marks);
    const ready = this.#now.phase === "ready" && this.#open?.id === session.id;
    if (!ready || !key || (this.#lost && key.startsWith(this.#lost)) || this.#isBegun()) return null;
    if (marks.length > MOST_ANEW && !this.#own.some((one) => key.startsWith(one.key))) return null;
    const number = ++this.#number;
    const data = await new Promise((/** @type {(mask: Uint8Array<ArrayBuffer> | null) => void} */ settle) => {
      this.#waiting.set(number, settle);
      this.#worker?.postMessage({ answer: { number, marks: marks.map(told) } });
    });
    if (!data || this.#open?.id !== session.id) return null;
    this.#own = [...this.#own.slice(-MOST_ANEW), { key, data }];
    this.#compare();
    const [width, height] = session.size;
    return { width, height, data };
  }

  /**
   * Take note of what the server makes of the marks of a session.
   * @param {Session} session
   * @param {Plane} plane
   */
  heard(session, { data }) {
    if (this.#open?.id !== session.id) return;
    this.#servers = { key: keyOf(session.feedback), data };
    const { key } = this.#servers;
    if ((key || !session.feedback.length) && !key.startsWith(this.#lost)) this.#lost = "";
    this.#compare();
  }

  /** Count where the two answers to the newest marks are apart. */
  #compare() {
    const servers = this.#servers;
    const own = servers && this.#own.find(({ key }) => key === servers.key);
    if (!servers?.key || !own) return;
    this.#servers = null;
    let differ = 0;
    for (let i = 0; i < own.data.length; i++) if (own.data[i] !== servers.data[i]) differ++;
    const share = differ / own.data.length;
    if (share > APART) this.#lost = own.key;
    this.#tell({ share, compared: this.#now.compared + 1, apart: this.#now.apart + (share > APART ? 1 : 0) });
  }

  /** Whether the session began with a mask, on which marks mean something else. */
  #isBegun() {
    const { first } = this.#store.state;
    return !first || first.data.some((level) => level > 0);
  }

  /** @param {State} state */
  #follow(state) {
    const { session, photo } = state;
    const network = session && networkOf(session, state.offers);
    const wanted = this.#now.chosen && network && photo ? { id: session.id, photo } : null;
    if (this.#now.offered !== (network !== null)) return this.#tell({ offered: network !== null });
    if (state.here !== this.#now) return this.#store.set({ here: this.#now });
    if (wanted?.id === this.#open?.id && wanted?.photo === this.#open?.photo) return;
    this.#open = wanted;
    this.#settle();
    [this.#own, this.#servers, this.#lost] = [[], null, ""];
    if (wanted && network) this.#begin(network, wanted.photo).catch((error) => this.#fail(error.message));
    else {
      this.#worker?.terminate();
      this.#worker = null;
    }
    this.#tell({ phase: wanted ? "loading" : "off", answered: 0, compared: 0, apart: 0, share: null, took: null });
  }

  /**
   * Let the worker have the photo, and look at it once.
   * @param {string} name
   * @param {ImageBitmap} photo
   */
  async #begin(name, photo) {
    const open = this.#open;
    const [network, copy] = await Promise.all([api.network(name), createImageBitmap(photo)]);
    if (this.#open !== open) return copy.close();
    this.#worker ??= this.#made();
    this.#worker.postMessage({ open: { session: open?.id, network, photo: copy } }, [copy]);
  }

  #made() {
    const worker = new Worker(new URL("network/worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => this.#take(data));
    worker.addEventListener("error", (event) => this.#fail(event.message || "its worker does not start"));
    return worker;
  }

  /** @param {import("./network/worker.js").Said} said */
  #take(said) {
    if ("failed" in said) return this.#fail(said.failed);
    if ("ready" in said) {
      if (this.#open?.id === said.ready) this.#tell({ phase: "ready" });
      return;
    }
    const { number, mask, took } = said.answered;
    const settle = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (settle) this.#tell({ answered: this.#now.answered + 1, took });
    settle?.(mask);
  }

  /** @param {string} why */
  #fail(why) {
    console.warn(`The browser does not run the network: ${why}`);
    this.#worker?.terminate();
    this.#worker = null;
    this.#settle();
    this.#tell({ phase: "failed" });
  }

  /** Let nobody wait for what does not come. */
  #settle() {
    for (const settle of this.#waiting.values()) settle(null);
    this.#waiting.clear();
  }

  /** @param {Partial<Answered>} change */
  #tell(change) {
    this.#now = { ...this.#now, ...change };
    this.#store.set({ here: this.#now });
  }
}

/**
 * The network that a session asks, where the browser can run it as the session does; else null.
 * @param {Session} session
 * @param {Offer[]} offers
 */
function networkOf({ task, model, adapt_keys, propagate }, offers) {
  const offer = offers.find(({ name }) => name === task);
  const name = model ?? offer?.models[0] ?? "";
  return offer?.in_browser.includes(name) && !adapt_keys && !propagate ? name : null;
}

/**
 * What the network is told of a mark.
 * @param {Mark} mark
 */
function told(mark) {
  if (mark.type === "box") return { type: mark.type, x0: mark.x0, y0: mark.y0, x1: mark.x1, y1: mark.y1 };
  const { x, y, label } = /** @type {import("./types.js").ClickMark} */ (mark);
  return /** @type {Told} */ ({ type: "click", x, y, label: label ?? "foreground" });
}

/**
 * Marks as a text; empty where there is none, or one that the browser cannot answer.
 * @param {Mark[]} marks
 */
function keyOf(marks) {
  const plain = (/** @type {Mark} */ mark) => mark.type === "box" || (mark.type === "click" && (mark.radius_px ?? null) === null && (mark.value ?? null) === null);
  return marks.every(plain) ? marks.map((mark) => `${JSON.stringify(told(mark))};`).join("") : "";
}
