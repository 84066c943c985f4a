/** Depth maps: how far away everything is. */

import { css, depthColour, packed } from "../colours.js";
import { button, heading, make, numberField } from "../controls.js";
import { Layer, numberAt, once, table } from "../layers.js";
import { isSixteenBit } from "../png.js";
import { remote } from "../remote.js";
import { alone, overlay } from "../views.js";
import { drawScale, medianOf, metresOf, rangeOf } from "./depth-scale.js";
import { inkOn, pixelCentre, reach } from "./marks.js";
import { ERASE, OUTLINING, eraser, outlining, painting } from "./painting.js";
import { protecting } from "./protecting.js";
import { pushLook, pushing } from "./push.js";

/** @import { Effect, Plane, Point, Scene, Task } from "../types.js" */

const MM = 1000;
/** A thousand kilometres; the file as PNG ends at 65.535 m, the others do not. */
const MOST_M = 1e6;
const GREY = [150, 156, 166];
/** Those of now and before. */
const MOST_TABLES = 2;
const UNKNOWN = { note: "The depth of this place is not known. Click where it is." };

/** @param {number} metres */
const asText = (metres) => `${metres.toFixed(metres < 10 ? 2 : metres < 1000 ? 1 : 0)} m`;

/**
 * @param {Plane} plane
 * @param {Point} at
 */
const metresAt = (plane, at) => metresOf(plane, numberAt(plane, at));

/**
 * @param {Scene} scene
 * @param {Point} at
 * @param {number} value
 * @returns {Effect}
 */
const set = ({ settings }, at, value) => ({
  mark: { type: "click", ...pixelCentre(at), value, ...reach(settings) },
});

/**
 * The depth that the place had before any mark.
 * @param {Scene} scene
 * @param {Point} at
 * @returns {Effect}
 */
function asItWas(scene, at) {
  const value = scene.first && metresAt(scene.first, at);
  return value ? set(scene, at, value) : { note: "The depth of this place was not known before." };
}

/** The newest tables, by what they are made of. @type {Map<string, { over: Uint32Array, flat: Uint32Array }>} */
const tables = new Map();

/**
 * The pixel of each level of a plane: over a photo, where the unknown is transparent, and alone.
 * @param {Plane} plane
 * @param {[number, number]} range
 */
function coloursOf(plane, range) {
  const key = String([plane.perMetre, range]);
  let known = tables.get(key);
  if (!known) {
    const over = table(1 << 16, (depth) => (depth ? packed(depthColour(metresOf(plane, depth), range)) : 0));
    known = { over, flat: over.with(0, packed(GREY)) };
  }
  tables.delete(key);
  tables.set(key, known);
  for (const oldest of [...tables.keys()].slice(0, -MOST_TABLES)) tables.delete(oldest);
  return known;
}

/** @type {(scene: Scene, other: boolean) => import("./painting.js").Paint} */
const paint = ({ settings: { value } }, other) => (other ? { label: ERASE } : { value: value ?? 1 });

/** @type {Task} */
export const depth = {
  name: "depth",
  within: "depth",
  title: "Depth",
  icon: "depth",
  headline: "Correct a depth map with a few clicks",
  lead: "Click what is wrong, say how far away it is, download the depth.",
  noun: "depth map",
  file: "depth",
  work: remote,
  settings: { opacity: 0.6 },
  load: { label: "Load depth", title: "Start from a depth map that you have, PNG or NPY" },
  views: [alone("Colour"), overlay],
  tools: [
    {
      name: "value",
      title: "Metres",
      key: "1",
      does: "Clicks set the chosen depth",
      icon: "point",
      gesture: "click",
      size: "radius",
      act(gesture, scene) {
        if (gesture.kind !== "click") return {};
        return gesture.other ? asItWas(scene, gesture.at) : set(scene, gesture.at, scene.settings.value ?? 1);
      },
    },
    {
      name: "same",
      title: "Same as…",
      key: "2",
      does: "Same depth as at a place",
      icon: "same",
      gesture: "click",
      size: "radius",
      act(gesture, scene) {
        if (gesture.kind !== "click") return {};
        const { source } = scene.settings;
        if (gesture.other) return asItWas(scene, gesture.at);
        if (source) return set(scene, gesture.at, source.value);
        const value = metresAt(scene.plane, gesture.at);
        return value ? { settings: { source: { ...pixelCentre(gesture.at), value } } } : UNKNOWN;
      },
    },
    pushing({ direction: "down", key: "3", title: "Nearer", does: "Clicks push nearer" }),
    pushing({ direction: "up", key: "4", title: "Farther", does: "Clicks push farther" }),
    painting({ name: "paint", title: "Paint", key: "p", does: "Paint the chosen depth exactly", icon: "brush" }, paint),
    outlining("Paint what corners enclose", paint),
    eraser,
    ...protecting,
  ],

  picture({ plane, other, last }) {
    const range = rangeOf(plane, other);
    const { over, flat } = coloursOf(plane, range);
    return {
      plane,
      empty: false,
      over: new Layer(plane, over, last?.over),
      flat: new Layer(plane, flat, last?.flat),
      range,
      gaps: once(() => plane.data.includes(0)),
    };
  },

  pick({ plane, settings }, at) {
    const value = metresAt(plane, at);
    if (!value) return UNKNOWN;
    if (settings.tool === "same") return { settings: { source: { ...pixelCentre(at), value } } };
    return { settings: { value, tool: "value" } };
  },
  picks: "Take up the depth that is here",

  begin(plane) {
    const metres = medianOf(plane);
    return metres === null ? {} : { value: Math.round(10 * metres) / 10 || 0.1 };
  },

  says({ plane }, at) {
    const metres = metresAt(plane, at);
    return metres ? `${metres.toFixed(3)} m` : "depth not known";
  },

  look(mark, { plane, settings }) {
    if (mark.type === "push") return pushLook(mark);
    if ("label" in mark && mark.label === ERASE) return { fill: "#7a828e", ink: "#fff", sign: "none" };
    const value = ("value" in mark && mark.value) || settings.value || 1;
    const rgb = depthColour(value, rangeOf(plane, plane));
    return { fill: css(rgb), ink: inkOn(rgb), sign: "none", text: asText(value) };
  },

  hint({ settings }) {
    const { tool, value, source } = settings.depth;
    if (tool === "up") return "Click what should be farther away; right-click what should be nearer. Click again for more.";
    if (tool === "down") return "Click what should be nearer; right-click what should be farther away. Click again for more.";
    if (tool === "paint") return `Drag over what is ${asText(value ?? 1)} away; nothing else changes. Right-drag puts back what was there.`;
    if (tool === "outline") return OUTLINING;
    if (tool === "erase") return "Drag over what should be as it was before your marks.";
    if (tool === "same" && !source) return "Click a place whose depth is right.";
    if (tool === "same" && source) {
      return `Now click what is as far away as that place, ${asText(source.value)}. Alt-click chooses another place.`;
    }
    return `Click what is ${asText(value ?? 1)} away. Right-click: as it was before. Alt-click takes up the depth that is there.`;
  },

  controls({ place, actions }) {
    const { row, input } = numberField(
      { id: "metres", label: "Depth of a click in metres", unit: "metres", min: 0.001, max: MOST_M, step: 0.05 },
      (value) => actions.choose({ value, tool: "value" }),
    );
    const scale = make("canvas", { id: "scale", width: 200, height: 12, role: "img" });
    const ticks = make("div", { className: "ticks" });
    const legend = make("div", { className: "legend" });
    const gaps = make("p", { className: "small", textContent: "Grey: not known" });
    const relief = button("Relief", () => actions.relief(), { id: "show-relief", className: "wide", title: "The depth map from other sides (V)" });
    legend.append(heading("Scale in metres"), scale, ticks, gaps, relief);
    place.append(heading("Depth of a click"), row, legend);
    return ({ settings, picture }) => {
      const { value } = settings.depth;
      if (document.activeElement !== input && value !== null) input.value = String(Math.round(value * MM) / MM);
      if (picture?.range) drawScale(scale, ticks, picture.range);
      gaps.hidden = !picture?.gaps?.();
    };
  },

  async unit(file, question) {
    if (await isSixteenBit(file)) return {};
    const answer = await question.ask(
      "What is one unit in this file?",
      `“${file.name}” is no 16-bit PNG of millimetres, so its unit is not known.`,
      [
        { name: "1", label: "1 metre" },
        { name: "0.01", label: "1 centimetre" },
        { name: "0.001", label: "1 millimetre" },
      ],
    );
    return answer ? { depth_scale: Number(answer) } : null;
  },

  keys: () => [
    { id: "depth relief", keys: ["V"], does: "Show the depth map in relief", run: (actions) => actions.relief() },
    { shown: [["Click"]], does: "Set the depth here, or push it" },
    { shown: [["Right click"]], does: "The opposite: as it was before, or push back" },
  ],
};
