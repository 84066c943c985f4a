/** One object that holds what the page shows, and tells whoever listens when it changes. */

/** @import { Effect, Gesture, Scene, Settings, State, Tool } from "./types.js" */

import { TASKS } from "./tasks/index.js";

/** @type {Settings} */
const SETTINGS = {
  tool: "",
  view: "",
  opacity: 0.5,
  radius: null,
  brush: null,
  brushShare: 0.015,
  simplify: 0,
  label: 0,
  classes: null,
  value: null,
  source: null,
  chosen: null,
  hidden: [],
  listed: "",
  name: "",
  names: [],
  finding: { model: null, sure: 0.5, finish: "network" },
  kind: "png",
  tidy: { fill: null, specks: null, smooth: null },
  tidyAll: false,
  similar: false,
  inference: {},
};

/** @returns {State} */
export function initialState() {
  return {
    phase: "start",
    offers: [],
    task: "interactive",
    session: null,
    photo: null,
    picture: null,
    first: null,
    before: null,
    split: null,
    selected: null,
    carried: null,
    pending: [],
    waiting: 0,
    previews: false,
    preview: null,
    shield: null,
    ahead: false,
    here: null,
    offline: false,
    project: null,
    album: null,
    image: null,
    unopened: null,
    settings: initialSettings(),
    shown: true,
    draft: null,
    pointer: null,
  };
}

/** @returns {Record<string, Settings>} */
function initialSettings() {
  return Object.fromEntries(
    Object.entries(TASKS).map(([name, task]) => [
      name,
      { ...SETTINGS, tool: task.tools[0].name, view: task.views[0].name, ...task.settings },
    ]),
  );
}

/**
 * The choices for another photo: how it is looked at, labelled, inferred and saved stays, what belongs
 * to the photo does not.
 * @param {Record<string, Settings>} settings
 */
export function refreshed(settings) {
  const fresh = initialSettings();
  for (const [task, { view, opacity, simplify, name, names, finding, kind, tidy, tidyAll, similar, classes, inference }] of Object.entries(settings)) {
    fresh[task] = { ...fresh[task], view, opacity, simplify, name, names, finding, kind, tidy, tidyAll, similar, classes, inference };
  }
  return fresh;
}

/**
 * The choices that a tab has kept, also those of an older page, which had fewer.
 * @param {Record<string, Partial<Settings>>} kept
 */
export function restored(kept) {
  const whole = Object.entries(initialSettings()).map(([task, settings]) => {
    const finding = { ...settings.finding, ...kept[task]?.finding };
    return [task, { ...settings, ...kept[task], finding }];
  });
  return Object.fromEntries(whole);
}

/**
 * The task that is worked on now: the chosen one, or what prepares it.
 * @param {State} state
 */
export function taskOf(state) {
  return TASKS[state.session?.task ?? state.task];
}

/**
 * @param {State} state
 * @returns {Settings}
 */
export function settingsOf(state) {
  return state.settings[taskOf(state).name];
}

/**
 * @param {State} state
 * @returns {Tool}
 */
export function toolOf(state) {
  const { tools } = taskOf(state);
  return tools.find(({ name }) => name === settingsOf(state).tool) ?? tools[0];
}

/**
 * The image that one is at: that of the open photo, or one that cannot be opened.
 * @param {State} state
 */
export function imageOf({ image, session, unopened }) {
  return image && (unopened !== null || session?.image === image.id) ? image : null;
}

/**
 * What tools and tasks are told; null until there is something to work on.
 * @param {State} state
 * @returns {Scene | null}
 */
export function sceneOf(state) {
  if (!state.session || !state.picture) return null;
  const { session, picture, first } = state;
  return { settings: settingsOf(state), session, plane: picture.plane, first, things: picture.things ?? [] };
}

/**
 * What a gesture would do with the chosen tool; nothing is done yet.
 * @param {State} state
 * @param {Gesture} gesture
 * @returns {Effect}
 */
export function effectOf(state, gesture) {
  const scene = sceneOf(state);
  if (!scene) return {};
  const { pick } = taskOf(state);
  if (gesture.kind === "click" && gesture.take && pick) return pick(scene, gesture.at);
  return toolOf(state).act(gesture, scene);
}

export class Store {
  /** @type {State} */
  #state = initialState();
  /** @type {((state: State) => void)[]} */
  #listeners = [];

  get state() {
    return this.#state;
  }

  /** @param {Partial<State>} change */
  set(change) {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }

  /**
   * Change what is chosen in the task that is worked on.
   * @param {Partial<Settings>} change
   */
  choose(change) {
    const { name } = taskOf(this.#state);
    const chosen = { ...this.#state.settings[name], ...change };
    this.set({ settings: { ...this.#state.settings, [name]: chosen } });
  }

  /**
   * Call `listener` now and after every change.
   * @param {(state: State) => void} listener
   */
  watch(listener) {
    this.#listeners.push(listener);
    listener(this.#state);
  }
}
