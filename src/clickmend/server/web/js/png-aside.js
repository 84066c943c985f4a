/** PNG files read by a worker, so that a large one keeps nobody waiting. */

/** @import { Plane } from "./types.js" */

/** @type {Worker | null} */
let worker = null;
/** Who waits for a file. @type {Map<number, { settle: (plane: Plane) => void, fail: (error: Error) => void }>} */
const waiting = new Map();
let number = 0;

/**
 * @param {Blob} file As for `readGrey`.
 * @returns {Promise<Plane>}
 */
export function readAside(file) {
  worker ??= begun();
  const reader = worker;
  return new Promise((settle, fail) => {
    waiting.set(++number, { settle, fail });
    reader.postMessage({ number, file });
  });
}

function begun() {
  const begun = new Worker(new URL("png-worker.js", import.meta.url), { type: "module" });
  begun.addEventListener("message", ({ data }) => {
    const { settle, fail } = waiting.get(data.number) ?? {};
    waiting.delete(data.number);
    if ("plane" in data) settle?.(data.plane);
    else fail?.(new Error(data.failed));
  });
  begun.addEventListener("error", ({ message }) => {
    for (const { fail } of waiting.values()) fail(new Error(message || "The worker that reads pictures does not start."));
    waiting.clear();
    worker = null;
  });
  return begun;
}
