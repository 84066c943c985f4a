/** Trimaps: roughly what is object and what is not. What a matte starts from, painted on the page. */

import { css, packed } from "../colours.js";
import { button, heading, make } from "../controls.js";
import { Layer, numberAt, table } from "../layers.js";
import { sketch } from "../sketch.js";
import { alone, overlay } from "../views.js";
import { interactive } from "./interactive.js";
import { brushRadius, inkOn, pixelCentre } from "./marks.js";

/** @import { Task, Tool } from "../types.js" */

const FRONT = 255;
const UNKNOWN = 128;
const BACK = 0;
const COLOURS = { [FRONT]: [22, 160, 93], [UNKNOWN]: [122, 130, 142], [BACK]: [224, 67, 63] };
const OPAQUE = { [FRONT]: 255, [UNKNOWN]: 70, [BACK]: 255 };
/** @type {Record<number, string>} */
const WORDS = { [FRONT]: "object", [UNKNOWN]: "not known", [BACK]: "background" };

/** @param {number | string} label */
const levelOf = (label) => (Number(label) === FRONT ? FRONT : Number(label) === BACK ? BACK : UNKNOWN);

/**
 * @param {{ name: string, title: string, key: string, swatch: string, label: number }} what
 * @returns {Tool}
 */
const brush = ({ label, ...what }) => ({
  ...what,
  does: `Paint: ${WORDS[label]}`,
  gesture: "stroke",
  size: "brush",
  act(gesture, { settings, session }) {
    const places = gesture.kind === "stroke" ? gesture.points : gesture.kind === "click" ? [gesture.at] : [];
    const said = gesture.kind !== "box" && gesture.other ? (label === BACK ? FRONT : BACK) : label;
    const points = places.map(pixelCentre).map(({ x, y }) => [x, y]);
    return { mark: { type: "stroke", points, label: said, radius_px: brushRadius(settings, session) } };
  },
});

/** @type {Task} */
export const trimap = {
  name: "trimap",
  within: "matting",
  title: "Trimap",
  icon: "matte",
  headline: "",
  lead: "",
  noun: "trimap",
  file: "trimap",
  work: sketch,
  settings: { opacity: 0.55, brushShare: 0.05 },
  load: { label: "Load matte", title: "Start from a matte that you have, a grey PNG or NPY" },
  views: [overlay, alone("Trimap")],
  tools: [
    brush({ name: "front", title: "Object", key: "1", swatch: "object", label: FRONT }),
    brush({ name: "back", title: "Background", key: "2", swatch: "background", label: BACK }),
    brush({ name: "open", title: "Not sure", key: "3", swatch: "unknown", label: UNKNOWN }),
  ],

  picture({ plane }) {
    return {
      plane,
      empty: plane.data.every((level) => level === UNKNOWN),
      over: new Layer(plane, table(256, (at) => packed(COLOURS[levelOf(at)], OPAQUE[levelOf(at)]))),
      flat: new Layer(plane, table(256, (at) => packed([at, at, at]))),
    };
  },

  says: ({ plane }, at) => WORDS[levelOf(numberAt(plane, at))],

  look(mark) {
    const rgb = COLOURS[mark.type === "stroke" ? levelOf(mark.label ?? UNKNOWN) : UNKNOWN];
    return { fill: css(rgb), ink: inkOn(rgb), sign: "none" };
  },

  hint({ session, draft, settings }) {
    if (draft) return "Let go to paint.";
    if (!session?.feedback.length) {
      return "Paint roughly over what is surely the object, then over what is surely background. Leave hair and edges out.";
    }
    if (settings.trimap.tool === "front") return "More object? Paint it. Then press 2 and paint the background.";
    return "Grey stays open and is worked out. When both colours are there, press Make the matte.";
  },

  controls({ place, session, actions }) {
    const finish = button("Make the matte", actions.finish, { id: "finish", className: "primary wide" });
    const file = button("Open a trimap…", actions.openTrimap, { id: "open-trimap", className: "quiet" });
    file.title = "A grey PNG as large as the photo: 255 object, 0 background, between them what is open";
    const mask = button("Use the object mask", () => actions.fromMask(interactive.name), { id: "from-mask", className: "quiet" });
    mask.title = "Take the mask of the task Object; its border is worked out";
    mask.hidden = !(interactive.name in session.beside);
    place.append(heading("When you are done"), finish, make("p", { className: "small", textContent: "or" }), mask, file);
    return ({ picture }) => {
      finish.disabled = !picture || picture.empty;
    };
  },

  keys: () => [
    { shown: [["Drag"]], does: "Paint" },
    { shown: [["Right drag"]], does: "Paint background; with its brush, object" },
  ],
};
