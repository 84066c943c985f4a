/** Pushes: a value a little up or down, when its amount is not known. */

import { pixelCentre, reach } from "./marks.js";

/** @import { Look, PushMark, Tool } from "../types.js" */

/**
 * A tool whose clicks push; the other button pushes the other way.
 * @param {{ direction: "up" | "down", key: string, title: string, does: string }} what
 * @returns {Tool}
 */
export function pushing({ direction, key, title, does }) {
  const back = direction === "up" ? "down" : "up";
  return {
    name: direction,
    title,
    key,
    does,
    icon: direction,
    gesture: "click",
    size: "radius",
    act(gesture, { settings }) {
      if (gesture.kind !== "click") return {};
      const to = gesture.other ? back : direction;
      return { mark: { type: "push", ...pixelCentre(gesture.at), direction: to, ...reach(settings) } };
    },
  };
}

/**
 * @param {PushMark} mark
 * @returns {Look}
 */
export function pushLook({ direction }) {
  return { fill: direction === "up" ? "#2f6df6" : "#b4552d", ink: "#fff", sign: direction };
}
