/** Answers that come as Server-Sent Events: some on the way, and the last one. */

export const EVENTS = "text/event-stream";

/** @param {Response} answer */
export const isStream = (answer) => answer.headers.get("Content-Type")?.startsWith(EVENTS) ?? false;

/**
 * The events of an answer, in order.
 * @param {Response} answer
 * @returns {AsyncGenerator<{ name: string, data: any }>}
 */
export async function* eventsOf(answer) {
  const decoder = new TextDecoder();
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const pieces = text.split("\n\n");
    text = pieces.pop() ?? "";
    for (const piece of pieces) {
      const [, name, data] = piece.match(/^event: (.*)\ndata: (.*)$/) ?? [];
      if (name) yield { name, data: JSON.parse(data) };
    }
  }
}
