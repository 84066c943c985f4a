/** Class maps: what everything in the photo is. */

import { classColour, colourBytes, packed } from "../colours.js";
import { button, heading, icon, make } from "../controls.js";
import { Layer, numberAt } from "../layers.js";
import { remote } from "../remote.js";
import { alone, overlay } from "../views.js";
import { ERASE, OUTLINING, eraser, outlining, painting } from "./painting.js";
import { brushRadius, inkOn, pixelCentre, reach } from "./marks.js";
import { hasText, placeOf, typeInto } from "./naming.js";
import { protecting } from "./protecting.js";
import { tidyControls } from "./tidying.js";

/** @import { Effect, Mark, Scene, Session, Task } from "../types.js" */

const KEYED = 9;
const ERASED = /** @type {const} */ ({ fill: "#7a828e", ink: "#fff", sign: "none" });
const SIMILAR = /** @type {const} */ ("similar");
const NONE = { note: "This place had no class before." };

/**
 * The project's own look of a class, if it has one.
 * @param {Session} session
 * @param {number} label
 */
const lookOf = ({ classes, palette }, label) => palette?.find(({ name }) => name === classes[label]);

/**
 * @param {Session} session
 * @param {number} label
 */
const colourOf = (session, label) => lookOf(session, label)?.colour ?? classColour(label);

/**
 * The key that chooses a class; the first have their number.
 * @param {Session} session
 * @param {number} label
 */
const keyOf = (session, label) => lookOf(session, label)?.key ?? (label < KEYED ? String(label + 1) : null);

/**
 * The chosen class; the first where the one chosen elsewhere is none of this session.
 * @param {Session} session
 * @param {{ label: number }} settings
 */
const chosen = ({ classes }, { label }) => (label < classes.length ? label : 0);

/**
 * The class shown at a place becomes the chosen one.
 * @param {Scene} scene
 * @param {{ x: number, y: number }} at
 * @returns {Effect}
 */
function pick({ plane, session }, at) {
  const label = numberAt(plane, at);
  return label < session.classes.length ? { settings: { label } } : { note: "This place has no class to take up." };
}

/**
 * The class that a click says: the chosen one, or as the opposite what was there before any mark.
 * @param {Scene} scene
 * @param {{ x: number, y: number }} at
 * @param {boolean} other
 * @returns {number | null}
 */
function labelAt({ settings, session, first }, at, other) {
  if (!other) return chosen(session, settings);
  const label = first ? numberAt(first, at) : session.classes.length;
  return label < session.classes.length ? label : null;
}

/** @type {(scene: Scene, other: boolean) => import("./painting.js").Paint} */
const paint = ({ settings, session }, other) => ({ label: other ? ERASE : chosen(session, settings) });

/** @type {Task} */
export const semantic = {
  name: "semantic",
  within: "semantic",
  title: "Classes",
  icon: "classes",
  headline: "Correct a class map with a few clicks",
  lead: "Choose a class, click where it is missing, download the map.",
  noun: "class map",
  file: "classes",
  work: remote,
  settings: { opacity: 0.6 },
  load: { label: "Load class map", title: "Start from a class map that you have, an index PNG or NPY" },
  views: [overlay, alone("Classes")],
  tools: [
    {
      name: "click",
      title: "Click",
      key: "v",
      does: "Click one place",
      icon: "point",
      gesture: "click",
      size: "radius",
      act(gesture, scene) {
        if (gesture.kind !== "click") return {};
        const label = labelAt(scene, gesture.at, gesture.other);
        if (label === null) return NONE;
        const spread = scene.settings.similar ? { spread: SIMILAR } : {};
        return { mark: { type: "click", ...pixelCentre(gesture.at), label, ...reach(scene.settings), ...spread } };
      },
    },
    {
      name: "brush",
      title: "Brush",
      key: "b",
      does: "Paint along a line",
      icon: "brush",
      gesture: "stroke",
      size: "brush",
      act(gesture, scene) {
        if (gesture.kind === "box" || gesture.kind === "outline") return {};
        const places = gesture.kind === "stroke" ? gesture.points : [gesture.at];
        const label = labelAt(scene, places[0], gesture.other);
        return label === null ? NONE : { mark: stroke(places, label, scene) };
      },
    },
    painting({ name: "paint", title: "Paint", key: "p", does: "Paint the class exactly", icon: "paint" }, paint),
    outlining("Paint what corners enclose", paint),
    eraser,
    ...protecting,
  ],

  picture({ plane, session, last }) {
    const pixels = colourBytes(session.classes.map((_, label) => colourOf(session, label))).map((rgb) => packed(rgb));
    return { plane, empty: false, over: new Layer(plane, Uint32Array.from(pixels), last?.over) };
  },

  pick,
  picks: "Take up the class that is here",
  says: ({ plane, session }, at) => session.classes[numberAt(plane, at)] ?? "no class",

  look(mark, { session }) {
    if ("label" in mark && mark.label === ERASE) return ERASED;
    const fill = colourOf(session, "label" in mark ? Number(mark.label) : 0);
    return { fill, ink: inkOn(colourBytes([fill])[0]), sign: "none" };
  },

  hint({ session, settings, draft, pending }) {
    if (!session) return "";
    const { tool } = settings.semantic;
    const name = `“${session.classes[chosen(session, settings.semantic)]}”`;
    if (tool === "outline") return OUTLINING;
    if (draft) return `Let go to paint ${name}. Esc cancels.`;
    if (tool === "paint") return `Drag over what is ${name}; nothing else changes. Right-drag puts back what was there.`;
    if (tool === "erase") return "Drag over what should be as it was before your marks.";
    if (tool === "brush") return `Drag over what is ${name}. Right-click: as it was before. Alt-click takes up the class that is there.`;
    if (session.feedback.length + pending.length) {
      return `Click what is ${name}. Right-click: as it was before. Alt-click takes up the class that is there.`;
    }
    return `Choose a class, then click where it is missing. Now a click means ${name}.`;
  },

  controls({ place, session, actions }) {
    const list = make("div", { className: "palette", role: "group", ariaLabel: "Class" });
    const buttons = session.classes.map((name, label) => {
      const key = keyOf(session, label);
      const choose = make("button", { type: "button", className: "choose", title: key ? `${name} (${key})` : name });
      const swatch = make("span", { className: "swatch" });
      swatch.style.background = colourOf(session, label);
      choose.append(swatch, make("span", { className: "name", textContent: name }));
      if (key) choose.append(make("kbd", { textContent: key }));
      choose.addEventListener("click", () => actions.choose({ label }));
      return choose;
    });
    const locks = session.classes.map((name, label) => {
      const lock = button("", () => actions.protectClass(label), { className: "icon lock", ariaLabel: `Protect ${name}`, title: "Protect it: later marks take none of its pixels" });
      lock.dataset.key = "semantic protect";
      lock.append(icon("lock"));
      return lock;
    });
    const rows = buttons.map((choose, label) => {
      const row = make("div", { className: "class" });
      row.append(choose, locks[label]);
      return row;
    });
    list.append(...rows);
    const find = make("input", { id: "class-find", type: "search", placeholder: "Find a class", ariaLabel: "Find a class by name", autocomplete: "off", hidden: session.classes.length <= KEYED });
    const narrow = () => rows.forEach((row, label) => (row.hidden = !hasText(session.classes[label], find.value)));
    find.addEventListener("input", narrow);
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "Escape") {
        const label = placeOf(session.classes, find.value);
        if (event.key === "Enter" && label >= 0) actions.choose({ label });
        find.value = "";
        narrow();
        document.getElementById("canvas")?.focus();
      }
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    });
    place.append(heading("Class"), find, list);
    if (!session.project) place.append(button("Other classes…", () => actions.askClasses(), { id: "other-classes", className: "wide" }));
    const similar = make("input", { id: "similar", type: "checkbox" });
    similar.addEventListener("change", () => actions.choose({ similar: similar.checked }));
    const spread = make("label", { className: "check", title: "A click mends the other parts of the map too that are wrong in the same way" });
    spread.append(similar, "A click mends all parts like it");
    place.append(spread);
    const own = (/** @type {import("../types.js").State} */ { settings }) => settings.semantic;
    const tidy = tidyControls(place, actions, own, (state, tool) => {
      return own(state).tidyAll && tool !== "fill" ? {} : { label: chosen(session, own(state)) };
    });
    const all = make("input", { id: "tidy-all", type: "checkbox" });
    all.addEventListener("change", () => actions.choose({ tidyAll: all.checked }));
    const row = make("label", { className: "check", title: "Else specks and borders of the chosen class alone" });
    row.append(all, "Specks and borders of all classes");
    place.append(row);
    let shown = 0;
    return (state) => {
      const now = chosen(session, own(state));
      buttons.forEach((button, label) => button.setAttribute("aria-pressed", String(label === now)));
      if (now !== shown) rows[now]?.scrollIntoView({ block: "nearest" });
      shown = now;
      locks.forEach((lock, label) => lock.setAttribute("aria-pressed", String(state.session?.protected_classes?.includes(label) ?? false)));
      similar.checked = own(state).similar;
      all.checked = own(state).tidyAll;
      tidy(state);
    };
  },

  keys: (session, settings) => [
    { shown: [["Click"]], does: "The chosen class is here" },
    { shown: [["Right click"]], does: "The opposite: the class that was here before" },
    { id: "semantic protect", keys: ["Shift+L"], does: "Protect the chosen class, or set it free", run: (actions) => actions.protectClass(chosen(session, settings)) },
    { shown: [["1"], [String(Math.min(KEYED, session.classes.length))]], does: "Choose a class" },
    ...session.classes.map((_, label) => ({
      keys: [keyOf(session, label) ?? []].flat(),
      does: "",
      run: (/** @type {import("../actions.js").Actions} */ actions) => actions.choose({ label }),
    })),
    { id: "semantic find", keys: ["L"], does: "Find a class by name, where there are many", run: () => typeInto("class-find") },
  ],
};

/**
 * @param {{ x: number, y: number }[]} places
 * @param {number} label
 * @param {Scene} scene
 * @returns {Mark}
 */
function stroke(places, label, { settings, session }) {
  const points = places.map(pixelCentre).map(({ x, y }) => [x, y]);
  return { type: "stroke", points, label, radius_px: brushRadius(settings, session) };
}
