/** The server, as functions. Every failure is an {@link ApiError} whose message is for the person. */

import { detail } from "./detail.js";
import { EVENTS, eventsOf, isStream } from "./events.js";
import { completed, knownOf } from "./known.js";
import { carried, heldVersion, taken } from "./tiles.js";

/** @import { Inference, Limits, Mark, Offer, Plane, Sample, Session } from "./types.js" */

export const API = "api/v1";

const WHO = "clickmend-by";

/** The name under which a person works; empty where none is given. */
export const who = () => localStorage.getItem(WHO) ?? "";

/** @param {string} name */
export const setWho = (name) => localStorage.setItem(WHO, name.trim());

export class ApiError extends Error {
  /**
   * @param {string} type
   * @param {string} message
   * @param {number} [status] Of the answer; 0 where there was none.
   */
  constructor(type, message, status = 0) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** There is no answer at all. */
export class ConnectionError extends ApiError {
  constructor() {
    super("ConnectionError", "The server does not answer. Start clickmend again; the page goes on by itself.");
  }
}

const LONGEST_PAUSE_S = 30;

/** What is done when the server has more to do than it takes; the request is sent again by itself. */
export const busy = { told: () => {} };

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function ask(path, options) {
  let answer;
  const by = who();
  const headers = by ? { ...options?.headers, "Clickmend-By": encodeURIComponent(by) } : options?.headers;
  for (;;) {
    try {
      answer = await fetch(path, { ...options, headers });
    } catch {
      throw new ConnectionError();
    }
    if (answer.ok) return answer;
    if (answer.status === 502) throw new ConnectionError(); // a process behind the server's address is gone
    const pause = answer.status === 503 ? Number(answer.headers.get("Retry-After")) : 0;
    if (!pause) break;
    busy.told();
    await new Promise((settle) => setTimeout(settle, 1000 * Math.min(pause, LONGEST_PAUSE_S)));
  }
  const told = await answer.json().catch(() => null);
  throw new ApiError(
    told?.error?.type ?? "InternalError",
    told?.error?.message ?? `The server answered with status ${answer.status}.`,
    answer.status,
  );
}

/**
 * Ask about a session, or change it; what is shown of it is brought up to date with the answer.
 * @param {string} id
 * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} [path] Below the session's.
 * @param {unknown} [body]
 * @param {(answer: Response) => Promise<Session>} [read] What an answer says.
 * @returns {Promise<Session>}
 */
async function turn(id, method, path = "", body, read) {
  const [version, known] = [heldVersion(id), knownOf(id)];
  /** @type {Record<string, string>} */
  const headers = version === null ? {} : { "Clickmend-Shown": String(version) };
  if (known) headers["Clickmend-Known"] = String(known.version);
  if (detail.every > 1) headers["Clickmend-Every"] = String(detail.every);
  if (body !== undefined && !(body instanceof Blob)) headers["Content-Type"] = "application/json";
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  if (read) headers.Accept = EVENTS;
  const answer = await ask(`${API}/sessions/${encodeURIComponent(id)}${path}`, { method, headers, body: content });
  return taken(completed(await (read && isStream(answer) ? read(answer) : answer.json()), known));
}

/**
 * The last event of a stream, while those on the way are heard.
 * @template T
 * @param {Response} answer
 * @param {(data: any) => void | Promise<void>} heard
 * @returns {Promise<T>}
 */
async function followed(answer, heard) {
  try {
    for await (const { name, data } of eventsOf(answer)) {
      if (name === "result") return data;
      if (name === "error") throw new ApiError(data.error.type, data.error.message);
      await heard(data);
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
  }
  throw new ConnectionError(); // it broke off
}

/**
 * @template T
 * @param {"POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<T>}
 */
export async function sent(method, path, body) {
  const json = { method, headers: { "Content-Type": "application/json" } };
  return (await ask(path, { ...json, body: JSON.stringify(body) })).json();
}

/**
 * The same of what takes its time, which tells how far it is.
 * @template T
 * @param {"POST"} method
 * @param {string} path
 * @param {unknown} body
 * @param {(done: number, of: number) => void} tell
 * @returns {Promise<T>}
 */
export async function sentTelling(method, path, body, tell) {
  const headers = { "Content-Type": "application/json", Accept: EVENTS };
  const answer = await ask(path, { method, headers, body: JSON.stringify(body) });
  return followed(answer, ({ done, of }) => tell(done, of));
}

/** @returns {Promise<Sample[]>} */
export async function samples() {
  return (await (await ask(`${API}/samples`)).json()).samples;
}

/** @returns {Promise<Limits>} */
export async function limits() {
  return (await (await ask(`${API}/health`)).json()).limits;
}

/**
 * How a network is asked that the browser runs itself.
 * @param {string} name
 * @returns {Promise<import("./network/answering.js").Network>}
 */
export async function network(name) {
  return (await ask(`${API}/models/${encodeURIComponent(name)}/network`)).json();
}

/** @returns {Promise<Offer[]>} */
export async function tasks() {
  return (await (await ask(`${API}/tasks`)).json()).tasks;
}

/**
 * @param {Record<string, string | number | Blob | string[] | null | undefined>} what The photo and what is done with it, by field.
 * @returns {Promise<Session>}
 */
export async function open(what) {
  const form = new FormData();
  for (const [name, value] of Object.entries(what)) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) form.append(name, one instanceof Blob ? one : String(one));
  }
  return completed(await (await ask(`${API}/sessions`, { method: "POST", body: form })).json());
}

/**
 * @param {string} id
 * @returns {Promise<Session>}
 */
export async function session(id) {
  return turn(id, "GET");
}

/** @param {string} id */
export async function close(id) {
  await ask(`${API}/sessions/${id}`, { method: "DELETE" });
}

/** The refinements that move nothing inside the network, which nobody waits for. */
const QUICK = ["none", "region"];

/**
 * Whether the answer to marks may have to wait until something inside the network has moved for them.
 * @param {Session} session
 * @param {Mark[]} marks
 */
function mayWait({ refine }, marks) {
  if (refine) return !QUICK.includes(refine);
  return marks.some((mark) => mark.type === "push" || ("radius_px" in mark && (mark.radius_px ?? null) !== null));
}

/**
 * Marks in their order, all or none; a point, which makes an object, or a merge alone.
 * @param {Session} session
 * @param {Mark[]} marks
 * @param {(plane: Plane) => void} [meanwhile] Given what stands until the last of them is refined.
 * @returns {Promise<Session>}
 */
export async function addMarks(session, marks, meanwhile) {
  const { id } = session;
  const [first] = marks;
  if (first.type === "merge") return turn(id, "POST", `/objects/${first.object}/merge`, { other: first.other });
  if (first.type === "point") {
    const { x, y, label } = first;
    return turn(id, "POST", "/points", { points: [{ x, y, label }] });
  }
  const show = async (/** @type {any} */ data) => {
    const plane = await carried(session, data);
    if (plane) meanwhile?.(plane);
  };
  const read = meanwhile && mayWait(session, marks) ? (/** @type {Response} */ answer) => followed(answer, show) : undefined;
  return turn(id, "POST", "/marks", { marks }, read);
}

/**
 * The picture after one more mark, which is not made; null where the mark is refused, or the server has no time.
 * @param {string} id
 * @param {Mark} mark
 * @returns {Promise<Blob | null>}
 */
export async function preview(id, mark) {
  const json = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(mark) };
  const answer = await fetch(`${API}/sessions/${id}/preview`, json).catch(() => null);
  return answer?.ok ? answer.blob() : null;
}

/**
 * A mark in the place of another, or none.
 * @param {string} id
 * @param {number} number From 1, as in the feedback.
 * @param {Mark | null} mark
 * @returns {Promise<Session>}
 */
export async function putMark(id, number, mark) {
  const path = `/marks/${number}`;
  if (!mark) return turn(id, "DELETE", path);
  return turn(id, "PUT", path, mark.type === "point" ? { type: "click", x: mark.x, y: mark.y, label: mark.label } : mark);
}

/**
 * @param {string} id
 * @param {"undo" | "redo" | "reset"} step
 * @returns {Promise<Session>}
 */
export async function takeStep(id, step) {
  return turn(id, "POST", `/${step}`);
}

/**
 * @param {string} id
 * @param {number} key
 * @param {string | null} label
 * @returns {Promise<Session>}
 */
export async function relabel(id, key, label) {
  return turn(id, "PATCH", `/objects/${key}`, { label });
}

/**
 * @param {string} id
 * @param {number} key
 * @returns {Promise<Session>}
 */
export async function removeObject(id, key) {
  return turn(id, "DELETE", `/objects/${key}`);
}

/**
 * Finish an object, so that no mark changes it, or set it free.
 * @param {string} id
 * @param {number} key
 * @param {boolean} on
 * @returns {Promise<Session>}
 */
export async function protectObject(id, key, on) {
  return turn(id, "PATCH", `/objects/${key}`, { protected: on });
}

/**
 * Objects that a network finds by itself, beside those that are there.
 * @param {string} id
 * @param {import("./types.js").Settings["finding"]} how
 * @returns {Promise<Session>}
 */
export async function detect(id, { model, sure, finish }) {
  return turn(id, "POST", "/detect", { model, least_score: sure, finish });
}

/**
 * Protect what a stroke covers or an outline encloses, or a class, beside what is; or set it free.
 * @param {string} id
 * @param {({ points: number[][], radius_px: number, filled?: boolean, simplify_px?: number | null } | { label: number }) & { on: boolean }} what
 * @returns {Promise<Session>}
 */
export async function protect(id, what) {
  return turn(id, "POST", "/protect", what);
}

/**
 * Set everything free that is protected.
 * @param {string} id
 * @returns {Promise<Session>}
 */
export async function freeAll(id) {
  return turn(id, "DELETE", "/protect");
}

/**
 * An object of each connected part.
 * @param {string} id
 * @param {number} key
 * @returns {Promise<Session>}
 */
export async function splitObject(id, key) {
  return turn(id, "POST", `/objects/${key}/split`);
}

/**
 * Infer in another way; all feedback is given again.
 * @param {string} id
 * @param {Inference} inference
 * @returns {Promise<Session>}
 */
export async function infer(id, inference) {
  return turn(id, "PUT", "/inference", inference);
}

/**
 * Begin anew from something else; the feedback is gone.
 * @param {string} id
 * @param {"prior" | "trimap"} what
 * @param {Blob} file
 * @param {number} [depthScale] Metres in one unit of a depth map.
 * @returns {Promise<Session>}
 */
export async function startFrom(id, what, file, depthScale) {
  const unit = depthScale === undefined ? "" : `?depth_scale=${depthScale}`;
  return turn(id, "PUT", `/${what}${unit}`, file);
}

/**
 * The prediction as the server writes it.
 * @param {string} id
 * @param {string} kind As its name ends.
 * @returns {Promise<Blob>}
 */
export async function prediction(id, kind) {
  return blob(`${API}/sessions/${id}/prediction.${kind}`);
}

/**
 * @param {string} url
 * @returns {Promise<Blob>}
 */
export async function blob(url) {
  return (await ask(url)).blob();
}

/**
 * The whole picture of a session, and its version, which is a later one where another tab has changed it.
 * @param {Session} session
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ file: Blob, version: number }>}
 */
export async function shown({ prediction }, signal) {
  const answer = await ask(prediction.url, { signal });
  return { file: await answer.blob(), version: Number(answer.headers.get("X-Prediction-Version")) };
}
