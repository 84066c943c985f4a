/** Brushes and outlines that paint exactly: what is painted holds, and nothing else changes. */

import { brushRadius, pixelCentre } from "./marks.js";

/** @import { Effect, Scene, StrokeMark, Tool } from "../types.js" */

/** What a stroke says: a label, or a value. @typedef {{ label?: string | number, value?: number, object?: number, protects?: boolean }} Paint */

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
      if (gesture.kind === "box" || gesture.kind === "outline") return {};
      const paints = paint(scene, gesture.other);
      if (!paints) return none;
      const places = gesture.kind === "stroke" ? gesture.points : [gesture.at];
      const points = places.map(pixelCentre).map(({ x, y }) => [x, y]);
      const radius_px = brushRadius(scene.settings, scene.session);
      return { mark: /** @type {StrokeMark} */ ({ type: "stroke", points, radius_px, exact: true, ...paints }) };
    },
  };
}

/**
 * An outline: what its corners enclose is painted.
 * @param {string} does
 * @param {(scene: Scene, other: boolean) => Paint | null} paint Null where there is nothing to paint with.
 * @param {Effect} [none] What is done then.
 * @returns {Tool}
 */
export function outlining(does, paint, none = {}) {
  return {
    ...{ name: "outline", title: "Outline", key: "u", does, icon: "outline" },
    gesture: "outline",
    size: null,
    act(gesture, scene) {
      if (gesture.kind !== "outline") return {};
      const paints = paint(scene, gesture.other);
      if (!paints) return none;
      const points = gesture.points.map(({ x, y }) => [x, y]);
      const { simplify } = scene.settings;
      const fewer = simplify ? { simplify_px: simplify } : {};
      return { mark: /** @type {StrokeMark} */ ({ type: "stroke", points, radius_px: 1, exact: true, filled: true, ...fewer, ...paints }) };
    },
  };
}

/** How an outline is drawn, for the hint. */
export const OUTLINING = "Drag around it, or click its corners and the first one again. Esc cancels.";

/** Gives back what was there before any mark. */
export const eraser = painting(
  { name: "erase", title: "Restore", key: "q", does: "Paint back what was there before", icon: "eraser" },
  () => ({ label: ERASE }),
);
