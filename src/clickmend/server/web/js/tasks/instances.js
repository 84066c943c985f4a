/** Many objects: a point in each becomes its mask, and each is mended by clicks. */

import * as api from "../api.js";
import { classColour, packed } from "../colours.js";
import { plain } from "../keys.js";
import { cutOut, numberAt, once, painted } from "../layers.js";
import { borderOf, traceAll } from "../outlines.js";
import { isMac } from "../platform.js";
import { remote } from "../remote.js";
import { alone, checkerboard, objectsOverlay } from "../views.js";
import { LOOKS } from "./interactive.js";
import { objectControls } from "./instances-panel.js";
import { inkOn, pixelCentre, reach } from "./marks.js";
import { INSTANCES, bytesOf, chosenOf, colourIndex, colourOf, namesOf, numberOf } from "./things.js";

/** @import { Effect, Gesture, Scene, Settings, Shortcut, Task, Thing } from "../types.js" */

const KEYED = 9;
const MOST_NUMBERED = 60;
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
  return thing ? { settings: { chosen: thing.key, tool: "mend" } } : { note: "There is no object here yet. Click to drop a point." };
}

/**
 * @param {Gesture} gesture
 * @param {Scene} scene
 * @returns {Effect}
 */
function drop(gesture, scene) {
  if (gesture.kind !== "click") return {};
  if (gesture.other) return pick(scene, gesture.at);
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
  const { settings, session } = scene;
  const thing = chosenOf(session.objects, settings);
  if (!thing) return pick(scene, gesture.at);
  const label = gesture.other ? "background" : "foreground";
  return { mark: { type: "click", ...pixelCentre(gesture.at), label, object: thing.key, ...reach(settings) } };
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
  work: {
    ...remote,
    add(session, mark) {
      if (mark.type !== "click" || !mark.object) return api.addMark(session.id, mark);
      return api.mend(session.id, { ...mark, object: mark.object });
    },
  },
  settings: { opacity: 0.5, kind: "json", inference: { finish: "network" } },
  load: null,
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
  ],

  picture({ plane, photo, session: { objects: things } }) {
    const pixels = Uint32Array.from([0, ...things.map(({ key }) => packed(bytesOf(key)))]);
    const over = once(() => painted(plane, pixels));
    const loops = once(() => traceAll(plane, things.length));
    /** @type {{ key: number, made: import("../types.js").Chosen } | null} */
    let kept = null;
    return {
      plane,
      things,
      empty: !things.length,
      over,
      flat: once(() => painted(plane, pixels.map((pixel) => pixel || packed(NOTHING)))),
      cut: once(() => cutOut(photo, over())),
      outlines: once(() => {
        /** @type {number[][][]} */
        const groups = [];
        things.forEach(({ key }, i) => {
          const colour = colourIndex(key);
          groups[colour] = (groups[colour] ?? []).concat(loops()[i + 1]);
        });
        return groups.map((own, colour) => ({ colour: classColour(colour), border: borderOf(own) })).filter(Boolean);
      }),
      chosen(key) {
        const number = numberOf(things, key);
        if (!number) return null;
        if (kept?.key !== key) {
          const alone = pixels.map((pixel, i) => (i === number ? pixel : 0));
          kept = { key, made: { over: painted(plane, alone), colour: colourOf(key), border: borderOf(loops()[number]) } };
        }
        return kept.made;
      },
    };
  },

  marks({ objects: things }, settings) {
    const points = things.map(({ key, x, y, label }) => /** @type {const} */ ({ type: "point", x, y, label, object: key }));
    return [...points, ...(chosenOf(things, settings)?.marks ?? [])];
  },

  counted({ session, pending }) {
    const count = (session?.objects.length ?? 0) + pending.filter(({ type }) => type === "point").length;
    return count === 1 ? "1 object" : `${count} objects`;
  },

  says(scene, at) {
    const thing = thingAt(scene, at);
    if (!thing) return "no object";
    return `object ${numberOf(scene.things, thing.key)}${thing.label ? `, ${thing.label}` : ""}`;
  },

  look(mark, { session, settings }) {
    if (mark.type === "click") return LOOKS[String(mark.label)];
    const things = session.objects;
    const next = (things[things.length - 1]?.key ?? 0) + 1;
    const key = (mark.type === "point" && mark.object) || next;
    const number = numberOf(things, key);
    const crowded = things.length > MOST_NUMBERED;
    return {
      fill: colourOf(key),
      ink: inkOn(bytesOf(key)),
      sign: "none",
      inside: number && !crowded ? String(number) : "",
      small: crowded,
      stressed: settings.chosen === key,
    };
  },

  hint({ session, pending, settings }) {
    const { tool, name } = settings[INSTANCES];
    const things = session?.objects ?? [];
    const thing = chosenOf(things, settings[INSTANCES]);
    const key = isMac ? "⌘" : "Ctrl+";
    if (tool === "mend" && thing) {
      return `Click what is missing of object ${numberOf(things, thing.key)}, right-click what is too much. Esc goes back to points.`;
    }
    if (tool === "mend") return "Click the object that you want to mend.";
    const what = name ? `“${name}”` : "object";
    if (!things.length && !pending.length) return `Click once on each ${what}; a mask appears for every point.`;
    return `Click the next ${what}. Right-click an object to mend or label it. ${key}Z takes back.`;
  },

  controls: objectControls,

  keys: (session, settings) => [
    { keys: [["Click"]], does: "A point, or more of the chosen object" },
    { keys: [["Right click"]], does: "Choose an object, or less of it" },
    { keys: [["N"], ["Shift", "N"]], does: "Next object, the one before", on: shifted("n", false), run: (actions) => actions.nextObject(1) },
    { keys: [], does: "", on: shifted("n", true), run: (actions) => actions.nextObject(-1) },
    { keys: [["L"]], does: "Type a label", on: plain("l"), run: () => document.getElementById("object-label")?.focus() },
    { keys: [["1"], [String(KEYED)]], does: "Give a label of the list" },
    ...namesOf(session, settings).slice(0, KEYED).map(
      (name, i) =>
        /** @type {Shortcut} */ ({ keys: [], does: "", on: plain(String(i + 1)), run: (actions) => actions.labelObject(name) }),
    ),
    { keys: [["Delete"]], does: "Remove the chosen object", on: plain("delete", "backspace"), run: (actions) => actions.removeChosen() },
  ],
};

/**
 * @param {string} key
 * @param {boolean} shift
 */
function shifted(key, shift) {
  const on = plain(key);
  return (/** @type {KeyboardEvent} */ event) => event.shiftKey === shift && on(event);
}
