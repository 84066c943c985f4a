/** Long work that the server tells about while it is done, as Server-Sent Events of one request. */

import { ApiError, ConnectionError, ask } from "./api.js";

/**
 * Send JSON, and hear how far it is until the answer is there.
 * @template T
 * @param {string} path
 * @param {unknown} body
 * @param {(done: number, of: number) => void} tell
 * @returns {Promise<T>}
 */
export async function followed(path, body, tell) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  const { body: stream } = await ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  const reader = stream?.pipeThrough(new TextDecoderStream()).getReader();
  let begun = "";
  for (;;) {
    const piece = await reader?.read().catch(() => null);
    if (!piece || piece.done) throw new ConnectionError();
    const events = (begun + piece.value).split("\n\n");
    begun = events.pop() ?? "";
    for (const [, name, data] of events.map((event) => /^event: (.*)\ndata: (.*)$/.exec(event) ?? [])) {
      const told = data === undefined ? null : JSON.parse(data);
      if (name === "progress") tell(told.done, told.of);
      else if (name === "result") return told;
      else if (name === "error") throw new ApiError(told.error.type, told.error.message);
    }
  }
}
