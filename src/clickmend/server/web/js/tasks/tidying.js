/** The tools beside the clicks: fill holes, remove specks, smooth. */

import { button, heading, make } from "../controls.js";

/** @import { Settings, State, TidyMark, TidyTool, Update } from "../types.js" */
/** @import { Actions } from "../actions.js" */

/** @type {{ tool: TidyTool, title: string, does: string, field: string, none: string }[]} */
const TOOLS = [
  { tool: "fill", title: "Fill holes", does: "Fill the holes", field: "Largest hole in pixels", none: "all" },
  { tool: "specks", title: "Remove specks", does: "Remove the small parts", field: "Parts with fewer pixels go", none: "auto" },
  { tool: "smooth", title: "Smooth", does: "Smooth the border", field: "How far to smooth in pixels", none: "auto" },
];

const ROOM_PX = 700;

/** What a tool is about; null where there is nothing to tidy. @typedef {{ label?: number, object?: number } | null} About */

/**
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @param {(state: State) => Settings} settings
 * @param {(state: State, tool: TidyTool) => About} about
 * @returns {Update}
 */
export function tidyControls(place, actions, settings, about) {
  const grid = make("div", { className: "tidy", role: "group", ariaLabel: "Tidy up" });
  /** @type {State | null} */
  let now = null;
  const rows = TOOLS.map(({ tool, title, does, field, none }) => {
    const press = button(title, () => now && give(now, tool), { id: `tidy-${tool}`, title: does });
    const input = make("input", { id: `tidy-${tool}-px`, type: "number", min: "1", step: "1", placeholder: none, ariaLabel: field, title: field });
    input.addEventListener("input", () => {
      if (!now || !input.validity.valid) return;
      const { tidy } = settings(now);
      actions.choose({ tidy: { ...tidy, [tool]: input.value === "" ? null : input.valueAsNumber } });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && now) give(now, tool);
      if (event.key === "Enter" || event.key === "Escape") input.blur();
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    });
    const row = make("label", { className: "field" });
    row.append(input, make("span", { textContent: "px" }));
    grid.append(press, row);
    return { tool, press, input };
  });
  // On a low screen what is needed for every photo comes first.
  const whole = make("details", { open: innerHeight >= ROOM_PX });
  const title = make("summary");
  title.append(heading("Tidy up"));
  whole.append(title, grid);
  place.append(whole);

  /**
   * @param {State} state
   * @param {TidyTool} tool
   */
  function give(state, tool) {
    const what = about(state, tool);
    const size = settings(state).tidy[tool];
    const sized = size === null ? {} : tool === "smooth" ? { radius_px: size } : { area_px: size };
    if (what) actions.give(/** @type {TidyMark} */ ({ type: "tidy", tool, ...what, ...sized }));
  }

  return (state) => {
    now = state;
    const { tidy } = settings(state);
    for (const { tool, press, input } of rows) {
      press.disabled = !about(state, tool) || !state.picture || state.picture.empty;
      if (document.activeElement !== input) input.value = String(tidy[tool] ?? "");
    }
  };
}
