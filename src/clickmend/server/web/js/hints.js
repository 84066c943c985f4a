/** The one line under the bar: what to do next. */

import { isMac } from "./shortcuts.js";

/** @import { State } from "./types.js" */

/**
 * @param {State} state
 * @returns {string}
 */
export function hint({ session, pending, mask, tool, draft }) {
  const marks = (session?.feedback.length ?? 0) + pending.length;
  const key = isMac ? "⌘" : "Ctrl+";
  if (draft) return "Let go when the box holds the whole object. Esc cancels.";
  if (tool === "box") return "Drag a box around the object. Esc cancels.";
  if (tool === "background") return "Click what does not belong to the object. Press 1 to mark the object again.";
  if (marks === 0 && mask && !mask.empty) return "Click what is missing; right-click what is too much.";
  if (marks === 0) return "Click the object that you want to cut out, or press B and drag a box around it.";
  if (marks === 1) return "Something missing? Click it. Too much? Right-click it (or Shift-click).";
  return `Click adds, right-click takes away, ${key}Z undoes. ${key}S downloads the mask. Press ? for all keys.`;
}
