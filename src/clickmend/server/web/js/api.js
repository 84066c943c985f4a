/** Sessions and what the server offers, as functions; they fail as those of http.js do. */

import { detail } from "./detail.js";
import { EVENTS, isStream } from "./events.js";
import { API, ask, blob, followed, json, sent, whole } from "./http.js";
import { completed, knownOf } from "./known.js";
import { carried, heldVersion, taken } from "./tiles.js";

/** @import { Inference, Limits, Mark, Offer, Plane, Sample, Session } from "./types.js" */

/**
 * Ask about a session, or change it; what is shown of it is brought up to date with the answer.
 * @param {string} id
 * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} [path] Below the session's.
 * @param {object} [how]
 * @param {unknown} [how.body]
 * @param {(answer: Response) => Promise<Session>} [how.read] What a stream of answers says.
 * @param {number} [how.after] The version that it is meant for; to another one nothing is done.
 * @returns {Promise<Session>}
 */
async function turn(id, method, path = "", { body, read, after } = {}) {
  const [version, known] = [heldVersion(id), knownOf(id)];
  /** @type {Record<string, string>} */
  const headers = version === null ? {} : { "Clickmend-Shown": String(version) };
  if (known) headers["Clickmend-Known"] = String(known.version);
  if (detail.every > 1) headers["Clickmend-Every"] = String(detail.every);
  if (after !== undefined) headers["Clickmend-After"] = String(after);
  if (body !== undefined && !(body instanceof Blob)) headers["Content-Type"] = "application/json";
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  if (read) headers.Accept = EVENTS;
  const answer = await ask(`${API}/sessions/${encodeURIComponent(id)}${path}`, { method, headers, body: content });
  return taken(completed(await (read && isStream(answer) ? read(answer) : whole(answer.json())), known));
}

/** @returns {Promise<Sample[]>} */
export async function samples() {
  return (await json(`${API}/samples`)).samples;
}

/** @returns {Promise<Limits>} */
export async function limits() {
  return (await json(`${API}/health`)).limits;
}

/**
 * How a network is asked that the browser runs itself.
 * @param {string} name
 * @returns {Promise<import("./network/answering.js").Network>}
 */
export async function network(name) {
  return json(`${API}/models/${encodeURIComponent(name)}/network`);
}

/** @returns {Promise<Offer[]>} */
export async function tasks() {
  return (await json(`${API}/tasks`)).tasks;
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
  return completed(await json(`${API}/sessions`, { method: "POST", body: form }));
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
  const { id, prediction } = session;
  const [first] = marks;
  if (first.type === "merge") {
    const how = { body: { other: first.other }, after: prediction.version };
    return turn(id, "POST", `/objects/${first.object}/merge`, how);
  }
  if (first.type === "point") {
    const { x, y, label } = first;
    return turn(id, "POST", "/points", { body: { points: [{ x, y, label }] } });
  }
  const show = async (/** @type {any} */ data) => {
    const plane = await carried(session, data);
    if (plane) meanwhile?.(plane);
  };
  const read = meanwhile && mayWait(session, marks) ? (/** @type {Response} */ answer) => followed(answer, show) : undefined;
  return turn(id, "POST", "/marks", { body: { marks }, read });
}

/**
 * The picture after one more mark, which is not made; null where the mark is refused, or the server has no time.
 * @param {string} id
 * @param {Mark} mark
 * @returns {Promise<Blob | null>}
 */
export async function preview(id, mark) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asClick(mark)) };
  const answer = await fetch(`${API}/sessions/${id}/preview`, options).catch(() => null);
  return answer?.ok ? answer.blob().catch(() => null) : null;
}

/**
 * A mark in the place of another, or none.
 * @param {Session} session As it was seen.
 * @param {number} number From 1, as in the feedback.
 * @param {Mark | null} mark
 * @returns {Promise<Session>}
 */
export async function putMark({ id, prediction }, number, mark) {
  const [path, after] = [`/marks/${number}`, prediction.version];
  if (!mark) return turn(id, "DELETE", path, { after });
  return turn(id, "PUT", path, { body: asClick(mark), after });
}

/**
 * The point of an object as the click that stands for it beside other marks.
 * @param {Mark} mark
 */
function asClick(mark) {
  return mark.type === "point" ? { type: "click", x: mark.x, y: mark.y, label: mark.label } : mark;
}

/**
 * @param {Session} session As it was seen.
 * @param {"undo" | "redo" | "reset"} step
 * @returns {Promise<Session>}
 */
export async function takeStep({ id, prediction }, step) {
  return turn(id, "POST", `/${step}`, { after: prediction.version });
}

/**
 * @param {string} id
 * @param {number} key
 * @param {string | null} label
 * @returns {Promise<Session>}
 */
export async function relabel(id, key, label) {
  return turn(id, "PATCH", `/objects/${key}`, { body: { label } });
}

/**
 * @param {Session} session As it was seen.
 * @param {number} key
 * @returns {Promise<Session>}
 */
export async function removeObject({ id, prediction }, key) {
  return turn(id, "DELETE", `/objects/${key}`, { after: prediction.version });
}

/**
 * Finish an object, so that no mark changes it, or set it free.
 * @param {string} id
 * @param {number} key
 * @param {boolean} on
 * @returns {Promise<Session>}
 */
export async function protectObject(id, key, on) {
  return turn(id, "PATCH", `/objects/${key}`, { body: { protected: on } });
}

/**
 * Objects that a network finds by itself, beside those that are there.
 * @param {string} id
 * @param {import("./types.js").Settings["finding"]} how
 * @returns {Promise<Session>}
 */
export async function detect(id, { model, sure, finish }) {
  return turn(id, "POST", "/detect", { body: { model, least_score: sure, finish } });
}

/**
 * Protect what a stroke covers or an outline encloses, or a class, beside what is; or set it free.
 * @param {string} id
 * @param {({ points: number[][], radius_px: number, filled?: boolean, simplify_px?: number | null } | { label: number }) & { on: boolean }} what
 * @returns {Promise<Session>}
 */
export async function protect(id, what) {
  return turn(id, "POST", "/protect", { body: what });
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
 * @param {Session} session As it was seen.
 * @param {number} key
 * @returns {Promise<Session>}
 */
export async function splitObject({ id, prediction }, key) {
  return turn(id, "POST", `/objects/${key}/split`, { after: prediction.version });
}

/**
 * Infer in another way; all feedback is given again.
 * @param {string} id
 * @param {Inference} inference
 * @returns {Promise<Session>}
 */
export async function infer(id, inference) {
  return turn(id, "PUT", "/inference", { body: inference });
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
  return turn(id, "PUT", `/${what}${unit}`, { body: file });
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
 * The whole picture of a session, and its version, which is a later one where another tab has changed it.
 * @param {Session} session
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ file: Blob, version: number }>}
 */
export async function shown({ prediction }, signal) {
  const answer = await ask(prediction.url, { signal });
  return { file: await whole(answer.blob()), version: Number(answer.headers.get("X-Prediction-Version")) };
}
