/** The pieces that the side panel is built of. */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} [what]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, what = {}) {
  return Object.assign(document.createElement(tag), what);
}

/** @param {string} text */
export function heading(text) {
  return make("h2", { textContent: text });
}

/**
 * A drawing out of icons.svg.
 * @param {string} name
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  picture.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `icons.svg#${name}`);
  picture.append(use);
  return picture;
}

/**
 * @param {string} text
 * @param {() => void} press
 * @param {Partial<HTMLButtonElement>} [what]
 */
export function button(text, press, what = {}) {
  const made = make("button", { type: "button", textContent: text, ...what });
  made.addEventListener("click", press);
  return made;
}

/**
 * A field below its name.
 * @param {string} text
 * @param {HTMLElement} field
 */
export function labelled(text, field) {
  const place = make("div", { className: "labelled" });
  place.append(make("label", { htmlFor: field.id, textContent: text }), field);
  return place;
}

/**
 * A number in a box, with its unit behind it.
 * @param {{ id: string, label: string, unit: string, min: number, max: number, step: number }} what
 * @param {(value: number) => void} take Told every number that is allowed.
 */
export function numberField({ id, label, unit, min, max, step }, take) {
  const input = make("input", {
    id,
    type: "number",
    min: String(min),
    max: String(max),
    step: String(step),
    ariaLabel: label,
  });
  input.addEventListener("input", () => {
    if (input.value !== "" && input.valueAsNumber >= min && input.valueAsNumber <= max) take(input.valueAsNumber);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") input.blur();
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  const row = make("label", { className: "field" });
  row.append(input, make("span", { textContent: unit }));
  return { row, input };
}

/**
 * @param {{ id: string, label: string, min: number, max: number, step: number }} what
 * @param {(value: number) => void} take
 */
export function slider({ id, label, min, max, step }, take) {
  const input = make("input", {
    id,
    type: "range",
    min: String(min),
    max: String(max),
    step: String(step),
    ariaLabel: label,
  });
  input.addEventListener("input", () => take(input.valueAsNumber));
  return input;
}
