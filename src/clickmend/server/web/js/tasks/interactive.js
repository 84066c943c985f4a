/** Object masks: what belongs to one object. */

import { packed } from "../colours.js";
import { Cut, Layer, numberAt, table } from "../layers.js";
import { bordersOf } from "../outlines.js";
import { alone, checkerboard, overlay } from "../views.js";
import { isMac } from "../platform.js";
import { remote } from "../remote.js";
import { pixelCentre, reach } from "./marks.js";
import { OUTLINING, outlining, painting } from "./painting.js";
import { protecting } from "./protecting.js";
import { tidyControls } from "./tidying.js";

/** @import { Effect, Gesture, Look, Scene, Task } from "../types.js" */

const TINT = [47, 109, 246];
/** @type {Record<string, Look>} */
export const LOOKS = {
  foreground: { fill: "#16a05d", ink: "#fff", sign: "plus" },
  background: { fill: "#e0433f", ink: "#fff", sign: "minus" },
};

/**
 * @param {string} label What the main button says.
 * @returns {(gesture: Gesture, scene: Scene) => Effect}
 */
const clicking = (label) => (gesture, { settings }) => {
  if (gesture.kind === "box") return { mark: { type: "box", ...gesture.box } };
  if (gesture.kind !== "click") return {};
  const said = gesture.other ? (label === "background" ? "foreground" : "background") : label;
  return { mark: { type: "click", ...pixelCentre(gesture.at), label: said, ...reach(settings) } };
};

/** @param {boolean} erases */
const paint = (erases) => (/** @type {import("../types.js").Scene} */ _, /** @type {boolean} */ other) => ({
  label: erases === other ? "foreground" : "background",
});

/** @type {Task} */
export const interactive = {
  name: "interactive",
  within: "interactive",
  title: "Object",
  icon: "object",
  headline: "Cut out anything with a few clicks",
  lead: "Click the object, correct what is wrong, download the mask.",
  noun: "mask",
  file: "mask",
  work: remote,
  settings: { opacity: 0.45 },
  load: { label: "Load mask", title: "Start from a mask that you have, and correct it" },
  views: [overlay, checkerboard, alone("Mask")],
  tools: [
    {
      name: "object",
      title: "Object",
      key: "1",
      does: "Clicks mean object",
      swatch: "object",
      gesture: "click",
      size: "radius",
      act: clicking("foreground"),
    },
    {
      name: "background",
      title: "Background",
      key: "2",
      does: "Clicks mean background",
      swatch: "background",
      gesture: "click",
      size: "radius",
      act: clicking("background"),
    },
    {
      name: "box",
      title: "Box",
      key: "b",
      does: "Drag a box",
      icon: "box",
      gesture: "box",
      size: null,
      once: true,
      act: clicking("foreground"),
    },
    painting({ name: "paint", title: "Paint", key: "p", does: "Paint the object exactly", icon: "brush" }, paint(false)),
    outlining("Paint what corners enclose", paint(false)),
    painting({ name: "erase", title: "Erase", key: "q", does: "Erase from the object exactly", icon: "eraser" }, paint(true)),
    ...protecting,
  ],

  picture({ plane, photo, last }) {
    const over = new Layer(plane, table(256, (grey) => packed(TINT, grey ? 255 : 0)), last?.over);
    return {
      plane,
      empty: !plane.data.includes(255),
      over,
      flat: new Layer(plane, table(256, (grey) => packed([grey, grey, grey])), last?.flat),
      cut: new Cut(photo, over),
      border: bordersOf(plane),
    };
  },

  says: ({ plane }, at) => (numberAt(plane, at) ? "object" : "background"),
  look: (mark) => LOOKS["label" in mark ? String(mark.label) : "foreground"] ?? LOOKS.background,

  hint({ session, pending, picture, settings, draft }) {
    const marks = (session?.feedback.length ?? 0) + pending.length;
    const { tool } = settings.interactive;
    const key = isMac ? "⌘" : "Ctrl+";
    if (tool === "outline") return OUTLINING;
    if (draft?.type === "stroke") return "Let go to paint. Esc cancels.";
    if (tool === "paint") return "Drag over what belongs to the object; nothing else changes. Right-drag erases.";
    if (tool === "erase") return "Drag over what does not belong to the object; nothing else changes. Right-drag paints.";
    if (draft) return "Let go when the box holds the whole object. Esc cancels.";
    if (tool === "box") return "Drag a box around the object. Esc cancels.";
    if (tool === "background") return "Click what does not belong to the object; right-click what does. Press 1 to mark the object again.";
    if (!marks && picture && !picture.empty) return "Click what is missing; right-click what is too much.";
    if (!marks) return "Click the object that you want to cut out, or press B and drag a box around it.";
    if (marks === 1) return "Something missing? Click it. Too much? Right-click it (or Shift-click).";
    return `Click adds, right-click takes away, ${key}Z undoes. ${key}S downloads the mask. Press ? for all keys.`;
  },

  controls({ place, actions }) {
    return tidyControls(place, actions, ({ settings }) => settings.interactive, () => ({}));
  },
  keys: () => [
    { shown: [["Click"]], does: "Object here" },
    { shown: [["Right click"]], does: "The opposite: background here" },
  ],
};
