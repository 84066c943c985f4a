/** The server, as functions. Every failure is an {@link ApiError} whose message is for the person. */

/** @import { Box, Limits, Mark, Sample, Session } from "./types.js" */

const API = "api/v1";

export class ApiError extends Error {
  /**
   * @param {string} type
   * @param {string} message
   */
  constructor(type, message) {
    super(message);
    this.type = type;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new ApiError("ConnectionError", "The server does not answer. Start clickmend again, then repeat.");
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => null);
  throw new ApiError(
    told?.error?.type ?? "InternalError",
    told?.error?.message ?? `The server answered with status ${answer.status}.`,
  );
}

/**
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<Session>}
 */
async function post(path, body) {
  const json = { method: "POST", headers: { "Content-Type": "application/json" } };
  return (await ask(path, { ...json, body: JSON.stringify(body ?? {}) })).json();
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
 * @param {File | string} source A file, or the name of a sample.
 * @returns {Promise<Session>}
 */
export async function openPhoto(source) {
  const form = new FormData();
  form.append(typeof source === "string" ? "sample" : "photo", source);
  return (await ask(`${API}/sessions`, { method: "POST", body: form })).json();
}

/**
 * @param {string} id
 * @returns {Promise<Session>}
 */
export async function session(id) {
  return (await ask(`${API}/sessions/${encodeURIComponent(id)}`)).json();
}

/** @param {string} id */
export async function close(id) {
  await ask(`${API}/sessions/${id}`, { method: "DELETE" });
}

/**
 * @param {string} id
 * @param {Mark} mark
 * @returns {Promise<Session>}
 */
export async function addMark(id, { type, ...mark }) {
  return post(`${API}/sessions/${id}/${type === "click" ? "clicks" : "box"}`, mark);
}

/**
 * @param {string} id
 * @param {"undo" | "redo" | "reset"} step
 * @returns {Promise<Session>}
 */
export async function takeStep(id, step) {
  return post(`${API}/sessions/${id}/${step}`);
}

/**
 * @param {string} id
 * @param {Blob} png
 * @returns {Promise<Session>}
 */
export async function putPrior(id, png) {
  const headers = { "Content-Type": "image/png" };
  return (await ask(`${API}/sessions/${id}/prior`, { method: "PUT", headers, body: png })).json();
}

/**
 * @param {string} url
 * @returns {Promise<Blob>}
 */
export async function blob(url) {
  return (await ask(url)).blob();
}
