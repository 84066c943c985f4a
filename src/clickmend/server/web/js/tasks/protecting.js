/** Brushes and outlines whose pixels later marks leave as they are. */

import { OUTLINING, outlining, painting } from "./painting.js";

/** @import { Look, Mark, Scene, State, Task, Tool } from "../types.js" */

/** @type {Look} */
const PROTECTED = { fill: "#f5b301", ink: "#171a1f", sign: "plus" };
/** @type {Look} */
const FREE = { fill: "#7a828e", ink: "#fff", sign: "minus" };

const protects = (/** @type {Scene} */ _, /** @type {boolean} */ other) => ({ protects: !other });

/** @type {Tool[]} */
export const protecting = [
  { ...painting({ name: "protect", title: "Protect", key: "Shift+B", does: "Protect what a brush covers", icon: "lock" }, protects), protects: true },
  { ...outlining("Protect what corners enclose", protects), name: "protect-inside", title: "Enclose", key: "Shift+U", icon: "lock", protects: true },
];

/**
 * What to do with one of these tools.
 * @param {Tool} tool
 * @param {State["draft"]} draft
 */
export function protectingHint({ gesture }, draft) {
  if (draft) return `Let go to ${draft.type === "stroke" && draft.protects === false ? "set it free" : "protect it"}. Esc cancels.`;
  const how = gesture === "outline" ? OUTLINING : "Drag over what is finished.";
  return `${how} Later marks leave it as it is; right-drag sets it free.`;
}

/**
 * How a mark of a task is drawn, or what is about to be protected.
 * @param {Task} task
 * @param {Mark} mark
 * @param {Scene} scene
 */
export function lookOf({ look }, mark, scene) {
  if (mark.type !== "stroke" || mark.protects === undefined) return look(mark, scene);
  return mark.protects ? PROTECTED : FREE;
}
