/** Brushes that paint exactly: what is painted holds, and nothing else changes. */

import { brushRadius, pixelCentre } from "./marks.js";

/** @import { Effect, Scene, StrokeMark, Tool } from "../types.js" */

/** What a stroke says: a label, or a value. @typedef {{ label?: string | number, value?: number, object?: number }} Paint */

export const ERASE = "erase";

/**
 * A brush.
 * @param {{ name: string, title: string, key: string, does: string, icon: string }} what
 * @param {(scene: Scene, other: boolean) => Paint | null} paint Null where there is nothing to paint with.
 * @param {Effect} [none] What is done then.
 * @returns {Tool}
 */
export function painting(what, paint, none = {}) {
  return {
    ...what,
    gesture: "stroke",
    size: "brush",
    act(gesture, scene) {
      if (gesture.kind === "box") return {};
      const paints = paint(scene, gesture.other);
      if (!paints) return none;
      const places = gesture.kind === "stroke" ? gesture.points : [gesture.at];
      const points = places.map(pixelCentre).map(({ x, y }) => [x, y]);
      const radius_px = brushRadius(scene.settings, scene.session);
      return { mark: /** @type {StrokeMark} */ ({ type: "stroke", points, radius_px, exact: true, ...paints }) };
    },
  };
}

/** Gives back what was there before any mark. */
export const eraser = painting(
  { name: "erase", title: "Restore", key: "q", does: "Paint back what was there before", icon: "eraser" },
  () => ({ label: ERASE }),
);
