/** Many objects: a point in each becomes its mask, and each is mended by clicks. */

import { classColour, packed } from "../colours.js";
import { Cut, Layer, newest, numberAt } from "../layers.js";
import { Outlines, joined, meet } from "../outlines.js";
import { isMac } from "../platform.js";
import { preview, remote } from "../remote.js";
import { alone, checkerboard, objectsOverlay } from "../views.js";
import { LOOKS } from "./interactive.js";
import { objectControls } from "./instances-panel.js";
import { inkOn, pixelCentre, reach } from "./marks.js";
import { typeInto } from "./naming.js";
import { OUTLINING, outlining, painting } from "./painting.js";
import { INSTANCES, KEYED, bytesOf, chosenOf, colourIndex, colourOf, detectorsOf, keyOfName, namesOf, numberOf } from "./things.js";

/** @import { Border, Box, Effect, Gesture, PointMark, Scene, Settings, Shortcut, Task, Thing } from "../types.js" */

const MOST_NUMBERED = 60;
const NONE = { note: "There is no object here yet. Choose Point and click to make one." };
const NOTHING = [38, 42, 49];

/**
 * The object shown at a place.
 * @param {Scene} scene
 * @param {{ x: number, y: number }} at
 * @returns {Thing | null}
 */
function thingAt({ plane, things }, at) {
  return things[numberAt(plane, at) - 1] ?? null;
}

/**
 * @param {Scene} scene
 * @param {{ x: number, y: number }} at
 * @returns {Effect}
 */
function pick(scene, at) {
  const thing = thingAt(scene, at);
  return thing ? { settings: { chosen: thing.key, tool: "mend" } } : NONE;
}

/**
 * @param {Gesture} gesture
 * @param {Scene} scene
 * @returns {Effect}
 */
function drop(gesture, scene) {
  if (gesture.kind !== "click") return {};
  if (gesture.other) {
    const thing = thingAt(scene, gesture.at);
    return thing ? { mark: correction(thing, gesture, scene) } : NONE;
  }
  const mark = /** @type {const} */ ({ type: "point", ...pixelCentre(gesture.at), label: scene.settings.name || null });
  return { mark, settings: { chosen: null } };
}

/**
 * @param {Gesture} gesture
 * @param {Scene} scene
 * @returns {Effect}
 */
function mend(gesture, scene) {
  if (gesture.kind !== "click") return {};
  const thing = chosenOf(scene.session.objects, scene.settings);
  return thing ? { mark: correction(thing, gesture, scene) } : pick(scene, gesture.at);
}

/**
 * More of an object, or as the opposite less.
 * @param {Thing} thing
 * @param {Gesture & { kind: "click" }} gesture
 * @param {Scene} scene
 * @returns {import("../types.js").ClickMark}
 */
function correction(thing, { at, other }, { settings }) {
  const label = other ? "background" : "foreground";
  return { type: "click", ...pixelCentre(at), label, object: thing.key, ...reach(settings) };
}

/**
 * The chosen object takes up the one that is clicked.
 * @param {Gesture} gesture
 * @param {Scene} scene
 * @returns {Effect}
 */
function merge(gesture, scene) {
  if (gesture.kind !== "click") return {};
  const thing = thingAt(scene, gesture.at);
  if (!thing) return { note: "There is no object here. Click one that belongs to the chosen one." };
  const chosen = chosenOf(scene.session.objects, scene.settings);
  if (!chosen || chosen.key === thing.key) return { settings: { chosen: thing.key } };
  return { mark: { type: "merge", object: chosen.key, other: thing.key } };
}

const CHOOSE = { note: "Choose the object first: click its dot, or Alt-click it." };

/** @param {boolean} erases */
const paint = (erases) => (/** @type {Scene} */ { settings, session }, /** @type {boolean} */ other) => {
  const thing = chosenOf(session.objects, settings);
  return thing && { label: erases === other ? "foreground" : "background", object: thing.key };
};

/**
 * What is drawn of objects.
 * @param {{ plane: import("../types.js").Plane, photo: ImageBitmap, things: Thing[], traced: Outlines }} what
 * @param {Uint32Array} pixels The colour of each number; of what is hidden 0.
 * @param {Layer} over With these colours.
 */
function drawn({ plane, photo, things, traced }, pixels, over) {
  /** @param {number} every @param {Box | null} within */
  const outlined = (every, within) => {
    /** @type {Border[][]} */
    const groups = [];
    things.forEach(({ key }, i) => {
      const seen = pixels[i + 1] && (!within || meet(traced.boxOf(i + 1, every), within));
      if (seen) (groups[colourIndex(key)] ??= []).push(traced.of(i + 1, every));
    });
    return groups.map((own, colour) => ({ colour: classColour(colour), border: joined(own) })).filter(Boolean);
  };
  const all = newest((every) => outlined(every, null));
  return {
    over,
    flat: new Layer(plane, pixels.map((pixel) => pixel || packed(NOTHING))),
    cut: new Cut(photo, over),
    outlines: (/** @type {number} */ every, /** @type {Box | null} */ within = null) => (within ? outlined(every, within) : all(every)),
  };
}

/** The dot of each object, the same one while it looks the same. @type {WeakMap<Thing, PointMark>} */
const dots = new WeakMap();

/**
 * @param {Thing} thing
 * @param {number} number That is drawn in it; 0 for none.
 */
function dotOf(thing, number) {
  const { key, x, y, label } = thing;
  let dot = dots.get(thing);
  if (dot?.number !== number) dots.set(thing, (dot = { type: "point", x, y, label, object: key, number }));
  return dot;
}

/** @type {Task} */
export const instances = {
  name: INSTANCES,
  within: INSTANCES,
  title: "Objects",
  icon: "objects",
  headline: "Cut out every object with one click each",
  lead: "Drop a point on each object, mend the masks that need it, download them all.",
  noun: "objects",
  file: "objects",
  collects: true,
  work: { ...remote, preview: async (session, mark) => (mark.type === "merge" ? null : preview(session, mark)) },
  settings: { opacity: 0.5, kind: "json", inference: { finish: "network" } },
  load: { label: "Load objects", title: "Start from objects that you have: an index PNG or NPY, or COCO JSON" },
  views: [objectsOverlay, checkerboard, alone("Index")],
  tools: [
    {
      name: "point",
      title: "Point",
      key: "v",
      does: "Drop a point on each object",
      icon: "point",
      gesture: "click",
      size: null,
      act: drop,
    },
    {
      name: "mend",
      title: "Mend",
      key: "e",
      does: "Mend the chosen object",
      icon: "object",
      gesture: "click",
      size: "radius",
      act: mend,
    },
    painting({ name: "paint", title: "Paint", key: "p", does: "Paint the chosen object exactly", icon: "brush" }, paint(false), CHOOSE),
    outlining("Paint what corners enclose", paint(false), CHOOSE),
    painting({ name: "erase", title: "Erase", key: "q", does: "Erase from the chosen object", icon: "eraser" }, paint(true), CHOOSE),
    {
      name: "merge",
      title: "Merge",
      key: "g",
      does: "Merge the object that is clicked into the chosen one",
      icon: "merge",
      gesture: "click",
      size: null,
      act: merge,
    },
  ],

  picture({ plane, photo, session: { objects: things }, last }) {
    const pixels = Uint32Array.from([0, ...things.map(({ key }) => packed(bytesOf(key)))]);
    const traced = new Outlines(plane, things.length, last?.traced);
    const seen = drawn({ plane, photo, things, traced }, pixels, new Layer(plane, pixels, last?.over));
    /** @type {{ name: string, picture: import("../types.js").Picture } | null} */
    let fewer = null;
    const before = last?.single;
    /** @type {{ key: number, made: import("../types.js").Chosen } | null} */
    let kept = null;
    /** @type {import("../types.js").Picture} */
    const picture = {
      plane,
      things,
      empty: !things.length,
      traced,
      ...seen,
      without(keys) {
        const name = String(keys);
        if (fewer?.name !== name) {
          const left = pixels.map((pixel, i) => (i && keys.includes(things[i - 1].key) ? 0 : pixel));
          fewer = { name, picture: { ...picture, ...drawn({ plane, photo, things, traced }, left, new Layer(plane, left)) } };
        }
        return fewer.picture;
      },
      chosen(key) {
        const number = numberOf(things, key);
        if (!number) return null;
        if (kept?.key !== key) {
          const alone = pixels.map((pixel, i) => (i === number ? pixel : 0));
          const over = new Layer(plane, alone, before?.key === key ? before.made.over : null);
          kept = { key, made: { over, colour: colourOf(key), border: (/** @type {number} */ every) => traced.of(number, every) } };
        }
        return kept.made;
      },
      get single() {
        return kept;
      },
    };
    return picture;
  },

  marks({ objects: things }, settings) {
    const crowded = things.length > MOST_NUMBERED;
    const points = things.map((thing, i) => dotOf(thing, crowded ? 0 : i + 1));
    const seen = settings.hidden.length ? points.filter(({ object }) => !settings.hidden.includes(object ?? 0)) : points;
    return [...seen, ...(chosenOf(things, settings)?.marks ?? [])];
  },

  counted({ session, pending }) {
    const count = (session?.objects.length ?? 0) + pending.filter(({ type }) => type === "point").length;
    return count === 1 ? "1 object" : `${count} objects`;
  },

  lacks({ objects, palette }) {
    const bare = palette?.length ? objects.filter(({ label }) => !label).length : 0;
    if (!bare) return null;
    return bare === 1 ? "One object has no label." : `${bare} objects have no label.`;
  },

  pick,
  picks: "Choose the object that is here",
  choose: (mark) => (mark.type === "point" && mark.object ? { chosen: mark.object, tool: "mend" } : null),

  says(scene, at) {
    const thing = thingAt(scene, at);
    if (!thing) return "no object";
    return `object ${numberOf(scene.things, thing.key)}${thing.label ? `, ${thing.label}` : ""}`;
  },

  look(mark, { session, settings }) {
    if (mark.type === "click" || mark.type === "stroke") return LOOKS[String(mark.label)];
    const things = session.objects;
    if (mark.type === "merge") return { fill: colourOf(mark.object), ink: inkOn(bytesOf(mark.object)), sign: "plus" };
    const next = (things[things.length - 1]?.key ?? 0) + 1;
    const { object, number } = mark.type === "point" ? mark : {};
    const key = object ?? next;
    return {
      fill: colourOf(key),
      ink: inkOn(bytesOf(key)),
      sign: "none",
      inside: number ? String(number) : "",
      small: things.length > MOST_NUMBERED,
      stressed: settings.chosen === key,
    };
  },

  hint(state) {
    const { session, pending, settings } = state;
    const { tool, name } = settings[INSTANCES];
    const things = session?.objects ?? [];
    const thing = chosenOf(things, settings[INSTANCES]);
    const key = isMac ? "⌘" : "Ctrl+";
    if (tool === "mend" && thing) {
      return `Click what is missing of object ${numberOf(things, thing.key)}, right-click what is too much. Esc when it is right.`;
    }
    if (tool === "outline" && thing) return OUTLINING;
    if ((tool === "paint" || tool === "erase") && thing) {
      return `Drag over what ${tool === "paint" ? "belongs" : "does not belong"} to object ${numberOf(things, thing.key)}; nothing else changes. Right-drag the opposite.`;
    }
    if (tool === "paint" || tool === "outline" || tool === "erase") return "Choose the object first: click its dot, or Alt-click it.";
    if (tool === "merge" && thing) return `Click an object that belongs to object ${numberOf(things, thing.key)}. Esc when all are there.`;
    if (tool === "merge") return "Click the object that shall take up others.";
    if (tool === "mend") return "Click the object that you want to mend.";
    const what = name ? `“${name}”` : "object";
    if (!things.length && !pending.length && detectorsOf(state).length) return `Click once on each ${what}, or press Find objects and mend what comes.`;
    if (!things.length && !pending.length) return `Click once on each ${what}; a mask appears for every point.`;
    return `Click the next ${what}. Right-click takes away from a mask. Click a dot to mend or label its object. ${key}Z takes back.`;
  },

  controls: objectControls,

  keys: (session, settings) => [
    { shown: [["Click"]], does: "A point, or more of the chosen object" },
    { shown: [["Right click"]], does: "The opposite: less of the object" },
    { shown: [["Click a dot"]], does: "Choose its object" },
    { id: "instances find", keys: ["Shift+F"], does: "Find objects, where the server has a network for it", run: (actions) => actions.findObjects() },
    { id: "instances next", keys: ["N"], does: "Next object", run: (actions) => actions.nextObject(1) },
    { id: "instances before", keys: ["Shift+N"], does: "The object before", run: (actions) => actions.nextObject(-1) },
    { id: "instances split", keys: ["K"], does: "Split the chosen object into its parts", run: (actions) => actions.splitChosen() },
    { id: "instances label", keys: ["L"], does: "Type a label", run: () => typeInto("object-label") },
    { id: "instances protect", keys: ["Shift+L"], does: "Protect the chosen object, or set it free", run: (actions) => actions.protectObject() },
    { id: "instances hide", keys: ["H"], does: "Hide the chosen object", run: (actions) => actions.hideObject() },
    { id: "instances show", keys: ["Shift+H"], does: "Show all objects", run: (actions) => actions.showObjects() },
    { shown: [["1"], [String(KEYED)]], does: "Give a label of the list" },
    ...namesOf(session, settings).map(
      (name, i) =>
        /** @type {Shortcut} */ ({ keys: [keyOfName(session, name, i) ?? []].flat(), does: "", run: (actions) => actions.labelObject(name) }),
    ),
    { id: "instances frame", keys: ["Z"], does: "Zoom to the chosen object", run: (actions) => actions.frameObject() },
  ],
};
