/** Requests to the server, and what becomes of them. Every failure is an {@link ApiError} whose message is for the person. */

import { EVENTS, eventsOf } from "./events.js";

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

/** There is no answer at all, or only a part of one. */
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
 * @returns {Promise<Response>} Whose body is not there yet: see {@link whole}.
 */
export async function ask(path, options) {
  let answer;
  const by = who();
  const headers = by ? { ...options?.headers, "Clickmend-By": encodeURIComponent(by) } : options?.headers;
  for (;;) {
    answer = await whole(fetch(path, { ...options, headers }));
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
 * What is read of an answer; where it breaks off there is none.
 * @template T
 * @param {Promise<T>} reading
 */
export async function whole(reading) {
  try {
    return await reading;
  } catch {
    throw new ConnectionError();
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function json(path, options) {
  return whole((await ask(path, options)).json());
}

/**
 * @param {string} path
 * @returns {Promise<Blob>}
 */
export async function blob(path) {
  return whole((await ask(path)).blob());
}

/**
 * @template T
 * @param {"POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string} path
 * @param {unknown} body
 * @param {RequestInit} [options]
 * @returns {Promise<T>}
 */
export async function sent(method, path, body, options) {
  return json(path, { ...options, method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
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

/**
 * The last event of a stream, while those on the way are heard.
 * @template T
 * @param {Response} answer
 * @param {(data: any) => void | Promise<void>} heard
 * @returns {Promise<T>}
 */
export async function followed(answer, heard) {
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
