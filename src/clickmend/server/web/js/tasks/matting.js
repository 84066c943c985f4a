/** Mattes: how much of each pixel is the object's. */

import { css, packed } from "../colours.js";
import { button, heading, make, slider } from "../controls.js";
import { Cut, Layer, numberAt, table } from "../layers.js";
import { remote } from "../remote.js";
import { alone, checkerboard, overlay } from "../views.js";
import { inkOn, pixelCentre, reach } from "./marks.js";
import { ERASE, OUTLINING, eraser, outlining, painting } from "./painting.js";
import { protecting } from "./protecting.js";
import { pushLook, pushing } from "./push.js";

/** @import { Task } from "../types.js" */

const TINT = [47, 109, 246];
const FULL = 255;

/** @param {number} alpha */
const asText = (alpha) => alpha.toFixed(2);

/** @type {(scene: import("../types.js").Scene, other: boolean) => import("./painting.js").Paint} */
const paint = ({ settings: { value } }, other) => ({ value: other ? 1 - (value ?? 1) : (value ?? 1) });

/** @type {Task} */
export const matting = {
  name: "matting",
  within: "matting",
  title: "Matte",
  icon: "matte",
  headline: "Cut out hair, fur and glass",
  lead: "Say roughly what is object, correct how opaque it is, download the alpha matte.",
  noun: "matte",
  file: "alpha",
  work: remote,
  first: "trimap",
  settings: { opacity: 0.7, value: 1 },
  load: { label: "Load matte", title: "Start from a matte that you have, a grey PNG or NPY" },
  views: [checkerboard, alone("Alpha"), overlay],
  tools: [
    {
      name: "value",
      title: "Alpha",
      key: "1",
      does: "Clicks set the chosen alpha",
      icon: "point",
      gesture: "click",
      size: "radius",
      act(gesture, { settings }) {
        if (gesture.kind !== "click") return {};
        const value = settings.value ?? 1;
        return { mark: { type: "click", ...pixelCentre(gesture.at), value: gesture.other ? 1 - value : value, ...reach(settings) } };
      },
    },
    pushing({ direction: "up", key: "2", title: "More", does: "Clicks make more opaque" }),
    pushing({ direction: "down", key: "3", title: "Less", does: "Clicks make more transparent" }),
    painting({ name: "paint", title: "Paint", key: "p", does: "Paint the chosen alpha exactly", icon: "brush" }, paint),
    outlining("Paint what corners enclose", paint),
    eraser,
    ...protecting,
  ],

  picture({ plane, photo, last }) {
    const over = new Layer(plane, table(FULL + 1, (alpha) => packed(TINT, alpha)), last?.over);
    return {
      plane,
      empty: false,
      over,
      flat: new Layer(plane, table(FULL + 1, (alpha) => packed([alpha, alpha, alpha])), last?.flat),
      cut: new Cut(photo, over),
    };
  },

  pick: ({ plane }, at) => ({ settings: { value: numberAt(plane, at) / FULL, tool: "value" } }),
  picks: "Take up the alpha that is here",
  says: ({ plane }, at) => `alpha ${asText(numberAt(plane, at) / FULL)}`,

  look(mark) {
    if (mark.type === "push") return pushLook(mark);
    if ("label" in mark && mark.label === ERASE) return { fill: "#7a828e", ink: "#fff", sign: "none" };
    const grey = Math.round(FULL * (("value" in mark && mark.value) || 0));
    const rgb = [grey, grey, grey];
    return { fill: css(rgb), ink: inkOn(rgb), sign: "none", text: asText(grey / FULL) };
  },

  hint({ session, settings, pending }) {
    const { tool, value } = settings.matting;
    if (tool === "up") return "Click what should be more opaque; right-click what should be less. Click again for more.";
    if (tool === "down") return "Click what should be more transparent; right-click the other way. Click again for more.";
    if (tool === "outline") return OUTLINING;
    if (tool === "erase") return "Drag over what should be as it was before your marks.";
    const said = value === 1 ? "wholly the object" : value ? `${Math.round(100 * value)} % opaque` : "not the object";
    if (tool === "paint") return `Drag over what is ${said}; nothing else changes. Right-drag paints the opposite.`;
    if (session?.feedback.length || pending.length) {
      return `Click what is ${said}; right-click what is the opposite. Alt-click takes up the alpha that is there.`;
    }
    return `Click what is ${said}; right-click what is the opposite. Not sure how much? Choose More or Less.`;
  },

  controls({ place, actions }) {
    const number = make("output", { id: "alpha-value" });
    const input = slider({ id: "alpha", label: "Alpha", min: 0, max: 1, step: 0.01 }, (value) =>
      actions.choose({ value, tool: "value" }),
    );
    const row = make("div", { className: "row" });
    row.append(heading("Alpha of a click"), number);
    const ends = make("div", { className: "pair" });
    ends.append(
      button("0 background", () => actions.choose({ value: 0, tool: "value" }), { id: "alpha-none" }),
      button("1 object", () => actions.choose({ value: 1, tool: "value" }), { id: "alpha-full" }),
    );
    place.append(row, input, ends, button("Another trimap…", actions.again, { id: "again", className: "quiet" }));
    return ({ settings }) => {
      const value = settings.matting.value ?? 1;
      input.valueAsNumber = value;
      number.textContent = asText(value);
    };
  },

  keys: () => [
    { shown: [["Click"]], does: "Set alpha here, or push it" },
    { shown: [["Right click"]], does: "The opposite: 1 − alpha, or push back" },
  ],
};
