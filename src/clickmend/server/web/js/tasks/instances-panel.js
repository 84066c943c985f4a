/** Beside the photo: the label, the labels known so far, the list of objects, the kind of file. */

import { button, heading, icon, make } from "../controls.js";
import { finding } from "./finding.js";
import { hasText, placeOf } from "./naming.js";
import { tidyControls } from "./tidying.js";
import { INSTANCES, chosenOf, colourOf, isListed, keyOfName, namesOf, numberOf } from "./things.js";

/** @import { Panel, State, Thing, Update } from "../types.js" */
/** @import { Actions } from "../actions.js" */

/** From so many objects on one looks for them in the list. */
const MANY = 10;

const KINDS = [
  { kind: "json", title: "COCO JSON" },
  { kind: "png", title: "Index PNG" },
];

/**
 * @param {Panel} panel
 * @returns {Update}
 */
export function objectControls({ place, actions }) {
  const [naming, listing, tidying, making] = ["naming", "listing", "tidying", "making"].map((className) => make("div", { className }));
  place.append(naming, listing, tidying, making);
  const chips = labelChips(actions);
  const updates = [
    labelField(naming, actions, chips),
    chips.update,
    finding(listing, actions),
    objectList(listing, actions),
    splitting(tidying, actions),
    tidyControls(tidying, actions, ({ settings }) => settings[INSTANCES], aboutChosen),
    ownLooks(making, actions),
    fileKinds(making, actions),
  ];
  return (state) => updates.forEach((update) => update(state));
}

/**
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @param {ReturnType<typeof labelChips>} chips The labels known so far; what is typed narrows them.
 * @returns {Update}
 */
function labelField(place, actions, chips) {
  const title = heading("");
  const input = make("input", { id: "object-label", type: "text", placeholder: "no label", maxLength: 200, autocomplete: "off" });
  /** The label that there is. */
  let kept = "";
  const give = (/** @type {string} */ text) => {
    input.value = text;
    chips.narrow("");
    if (text === kept) return;
    kept = text;
    actions.labelObject(text);
  };
  chips.onGiven((label) => {
    give(label);
    if (document.activeElement === input) document.getElementById("canvas")?.focus();
  });
  input.addEventListener("input", () => chips.narrow(input.value));
  input.addEventListener("change", () => give(chips.allows(input.value) ? input.value : kept));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") {
      give(event.key === "Enter" ? chips.meant(input.value) : kept);
      input.blur();
      document.getElementById("canvas")?.focus();
    }
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  const row = make("label", { className: "field text" });
  row.append(input);
  place.append(title, row, chips.place);
  /** @type {number | null} */
  let shown = null;
  return ({ session, settings, waiting }) => {
    const things = session?.objects ?? [];
    const thing = chosenOf(things, settings[INSTANCES]);
    const key = thing?.key ?? null;
    const same = key !== null && key === shown;
    shown = key;
    const text = thing ? `Label of object ${numberOf(things, thing.key)}` : "Label of new objects";
    title.textContent = text;
    input.ariaLabel = text;
    if (document.activeElement !== input && !(same && waiting)) input.value = kept = thing ? (thing.label ?? "") : settings[INSTANCES].name;
  };
}

/**
 * The labels known so far, to give them again.
 * @param {Actions} actions
 */
function labelChips(actions) {
  const place = make("div", { className: "names", role: "group", ariaLabel: "Labels" });
  place.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus, and the labels their places
  /** @type {{ names: string[], own: boolean }} Whether they are the project's own, which are chosen and not made up. */
  let known = { names: [], own: false };
  /** @type {(label: string) => void} */
  let give = actions.labelObject;
  const update = changed(
    ({ session, settings: { [INSTANCES]: chosen } }) => {
      const thing = chosenOf(session?.objects ?? [], chosen);
      const names = namesOf(session, chosen);
      const looks = names.map((name, i) => [name, keyOfName(session, name, i), colours(session)[name]].join("\t"));
      return { looks: looks.join("\n"), now: thing ? thing.label : chosen.name || null, own: Boolean(session?.palette?.length) };
    },
    ({ looks, now, own }) => {
      const rows = looks ? looks.split("\n").map((look) => look.split("\t")) : [];
      known = { names: rows.map(([name]) => name), own };
      place.hidden = !rows.length;
      place.replaceChildren(
        ...rows.map(([name, key, colour]) => {
          const button = make("button", { type: "button", title: key ? `${name} (${key})` : name });
          if (key) button.append(make("kbd", { textContent: key }));
          if (colour) button.append(swatchOf(colour));
          button.append(make("span", { className: "name", textContent: name }));
          button.setAttribute("aria-pressed", String(name === now));
          button.addEventListener("click", () => give(name === now ? "" : name));
          return button;
        }),
      );
    },
  );
  return {
    place,
    update,
    /** Say what to do with a label that is given. @param {(label: string) => void} does */
    onGiven(does) {
      give = does;
    },
    /** Show the labels that have this in them. @param {string} text */
    narrow(text) {
      known.names.forEach((name, i) => (/** @type {HTMLElement} */ (place.children[i]).hidden = !hasText(name, text)));
    },
    /** The label that is meant by what was typed, which of a project's own may be a part. @param {string} text */
    meant(text) {
      return (known.own && known.names[placeOf(known.names, text)]) || text;
    },
    /** Whether a text is a label though nobody pressed Enter: one of a project's own has to be whole. @param {string} text */
    allows(text) {
      return !known.own || !text.trim() || known.names.includes(text.trim());
    },
  };
}

/**
 * The colours that the project gives its classes.
 * @param {import("../types.js").Session | null} session
 * @returns {Record<string, string | null>}
 */
const colours = (session) => Object.fromEntries((session?.palette ?? []).map(({ name, colour }) => [name, colour]));

/** @param {string} colour */
function swatchOf(colour) {
  const swatch = make("span", { className: "swatch" });
  swatch.style.background = colour;
  return swatch;
}

/**
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @returns {Update}
 */
function objectList(place, actions) {
  const count = make("output", { id: "object-count" });
  const all = button("Show all", () => actions.showObjects(), { id: "show-objects", title: "Show all objects (Shift+H)", hidden: true });
  const top = make("div", { className: "row" });
  top.append(heading("Objects"), all, count);
  const find = make("input", { id: "object-find", type: "search", placeholder: "Find by label or number", ariaLabel: "Find objects by label or number", autocomplete: "off" });
  find.addEventListener("input", () => actions.choose({ listed: find.value.trim() }));
  find.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      actions.choose({ listed: "" });
      document.getElementById("canvas")?.focus();
    } else if (event.key === "Enter") find.blur();
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  const list = make("ul", { id: "objects", className: "objects", ariaLabel: "Objects" });
  place.append(top, find, list);
  /** The rows by key, and what they show: a click changes one of hundreds. @type {Map<number, Row>} */
  let rows = new Map();
  const fill = changed(
    ({ session, settings }) => ({ things: session?.objects ?? [], hidden: settings[INSTANCES].hidden }),
    ({ things, hidden }) => {
      all.hidden = !hidden.length;
      list.hidden = !things.length;
      const before = rows;
      rows = new Map();
      things.forEach((thing, i) => {
        const unseen = hidden.includes(thing.key);
        const old = before.get(thing.key);
        const is = old && old.number === i + 1 && old.unseen === unseen && looksSame(old.thing, thing);
        const item = is ? old.item : row(thing, i + 1, unseen, actions);
        if (old && !is) old.item.replaceWith(item);
        rows.set(thing.key, { item, thing, number: i + 1, unseen });
      });
      for (const [key, { item }] of before) if (!rows.has(key)) item.remove();
      let next = list.firstElementChild;
      for (const { item } of rows.values()) {
        if (item === next) next = next.nextElementSibling;
        else list.insertBefore(item, next);
      }
    },
  );
  const narrow = changed(
    ({ session, settings }) => ({ things: session?.objects ?? [], listed: settings[INSTANCES].listed, hidden: settings[INSTANCES].hidden }), // whose rows are new
    ({ things, listed }) => {
      find.hidden = things.length < MANY && !listed;
      if (document.activeElement !== find) find.value = listed;
      let seen = 0;
      for (const { item, thing, number } of rows.values()) {
        item.hidden = !isListed(thing, number, listed);
        if (!item.hidden) seen++;
      }
      count.textContent = listed ? `${seen} of ${things.length}` : String(things.length);
    },
  );
  /** @type {number | null} */
  let pressed = null;
  const press = changed(
    ({ session, settings }) => ({ things: session?.objects ?? [], chosen: settings[INSTANCES].chosen, hidden: settings[INSTANCES].hidden }),
    ({ chosen }) => {
      const [last, item] = [rows.get(pressed ?? NaN)?.item, rows.get(chosen ?? NaN)?.item];
      if (last !== item) last?.firstElementChild?.setAttribute("aria-pressed", "false");
      item?.firstElementChild?.setAttribute("aria-pressed", "true");
      if (chosen !== pressed) item?.scrollIntoView({ block: "nearest" });
      pressed = item ? chosen : null;
    },
  );
  return (state) => {
    fill(state);
    narrow(state);
    press(state);
  };
}

/** @typedef {{ item: HTMLElement, thing: Thing, number: number, unseen: boolean }} Row */

/**
 * Whether two objects of one key have the same row.
 * @param {Thing} one
 * @param {Thing} other
 */
function looksSame(one, other) {
  return one === other || (SHOWN.every((name) => one[name] === other[name]) && one.marks.length === other.marks.length);
}

/** @type {(keyof Thing)[]} */
const SHOWN = ["label", "protected", "made_by", "by", "at"];

/**
 * @param {Thing} thing
 * @param {number} number
 * @param {boolean} unseen Whether it is hidden.
 * @param {Actions} actions
 */
function row(thing, number, unseen, actions) {
  const { key, label, marks } = thing;
  const item = make("li");
  item.dataset.key = String(key);
  const name = label ?? "no label";
  const choose = make("button", { type: "button", title: `Choose and mend it. ${makerOf(thing)}` });
  choose.setAttribute("aria-pressed", "false");
  const swatch = swatchOf(colourOf(key));
  const untouched = thing.made_by === "import" ? "loaded" : "";
  const mended = marks.length ? `${marks.length} ${marks.length === 1 ? "click" : "clicks"}` : untouched;
  choose.append(
    swatch,
    make("span", { className: "number", textContent: String(number) }),
    make("span", { className: label ? "name" : "name unnamed", textContent: name }),
    make("span", { className: "mended", textContent: mended }),
  );
  choose.addEventListener("click", () => actions.chooseObject(key));
  const acts = make("div", { className: "acts" });
  acts.append(
    act("lock", `Protect object ${number}`, "Protect it: no mark changes it", "instances protect", () => actions.protectObject(key), thing.protected),
    act("hidden", `Hide object ${number}`, "Hide it", "instances hide", () => actions.hideObject(key), unseen),
    act("close", `Remove object ${number}`, "Remove it", "clear", () => actions.removeObject(key)),
  );
  item.append(choose, acts);
  return item;
}

/**
 * A small button of an object.
 * @param {string} drawing
 * @param {string} ariaLabel
 * @param {string} title
 * @param {string} id Of the shortcut that does the same to the chosen object.
 * @param {() => void} press
 * @param {boolean} [pressed] Where it switches something on and off.
 */
function act(drawing, ariaLabel, title, id, press, pressed) {
  const made = button("", press, { className: "icon", ariaLabel, title });
  made.dataset.key = id;
  if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
  made.append(icon(drawing));
  return made;
}

const MAKERS = { ai: "The network found it", import: "It came from a file", human: "Somebody corrected it" };

/** Who made an object and who touched it last, in words. @param {Thing} thing */
function makerOf({ made_by: maker, by, at }) {
  const when = at ? `; last touched ${by ? `by ${by} ` : ""}on ${new Date(at).toLocaleString()}` : "";
  return `${MAKERS[maker]}${when}.`;
}

/** @param {State} state */
function aboutChosen({ session, settings }) {
  const thing = chosenOf(session?.objects ?? [], settings[INSTANCES]);
  return thing && { object: thing.key };
}

/**
 * What can be done with the chosen object as a whole; hidden while none is chosen, with the tools below it.
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @returns {Update}
 */
function splitting(place, actions) {
  const split = button("Split into parts", () => actions.splitChosen(), { id: "split-object", className: "wide" });
  split.title = "Make an object of each connected part";
  split.dataset.key = "instances split";
  place.append(split);
  return (state) => {
    place.hidden = !aboutChosen(state);
  };
}

/**
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @returns {Update}
 */
function ownLooks(place, actions) {
  const input = make("input", { id: "finish", type: "checkbox" });
  input.addEventListener("change", () => actions.infer({ finish: input.checked ? "network" : "none" }));
  const row = make("label", { className: "check", title: "Better masks, but each object takes a moment" });
  row.append(input, "Look at each object by itself");
  place.append(row);
  return ({ session, waiting }) => {
    if (!waiting) input.checked = session?.finish !== "none";
  };
}

/**
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @returns {Update}
 */
function fileKinds(place, actions) {
  const group = make("div", { className: "segmented fill", role: "group", ariaLabel: "Download as" });
  const buttons = KINDS.map(({ kind, title }) => {
    const button = make("button", { id: `file-${kind}`, type: "button", textContent: title });
    button.addEventListener("click", () => actions.choose({ kind }));
    return button;
  });
  group.append(...buttons);
  place.append(heading("Download as"), group);
  return ({ settings }) => {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(settings[INSTANCES].kind === KINDS[i].kind)));
  };
}

/**
 * An update that acts only when what it looks at is another thing than the last time.
 * @template {Record<string, unknown>} T
 * @param {(state: State) => T} look
 * @param {(seen: T) => void} act
 * @returns {Update}
 */
function changed(look, act) {
  /** @type {T | null} */
  let last = null;
  return (state) => {
    const seen = look(state);
    const before = last;
    if (before && Object.keys(seen).every((name) => seen[name] === before[name])) return;
    last = seen;
    act(seen);
  };
}
