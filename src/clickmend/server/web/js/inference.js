/** How the session infers: a quiet place for who knows what refinement and key adaptation are. */

import { make } from "./controls.js";
import { element } from "./panel.js";

/** @import { Inference, Session, State } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

const AUTOMATIC = "";
const MOST = 20;
const NUMBERS = /** @type {const} */ ([
  { name: "adapt_keys", title: "Key adaptation", does: "Iterations in which the network's attention adapts its keys to this photo" },
  { name: "propagate", title: "Value propagation", does: "Iterations in which what the clicks say spreads to pixels like them" },
]);

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function connectInference(store, actions) {
  const section = element("inference", HTMLElement);
  const fields = element("inference-fields", HTMLElement);
  const details = element("inference-details", HTMLDetailsElement);
  details.addEventListener("toggle", () => details.open && section.scrollIntoView({ block: "nearest" }));
  /** @type {{ offer: string, update: (session: Session) => void }} */
  let shown = { offer: "", update: () => {} };
  store.watch(({ session, waiting }) => {
    if (!session) return;
    section.hidden = !session.layers.length || session.task === "trimap";
    const offer = JSON.stringify([session.layers, session.infers]);
    if (offer !== shown.offer) shown = { offer, update: build(fields, session, actions) };
    if (!waiting) shown.update(session);
  });
}

/**
 * @param {HTMLElement} fields
 * @param {Session} session
 * @param {Actions} actions
 */
function build(fields, { layers, infers }, actions) {
  const refine = make("select", { id: "refine", ariaLabel: "Refinement" });
  refine.append(...[AUTOMATIC, ...layers].map((value) => make("option", { value, textContent: value || "automatic" })));
  refine.addEventListener("change", () => actions.infer({ refine: refine.value || null }));
  const numbers = NUMBERS.filter(({ name }) => infers.includes(name)).map((what) => ({ name: what.name, ...iterations(what, actions) }));
  fields.replaceChildren(
    field("Refinement", "How the network's answer is moved until it grants the marks", refine),
    ...numbers.map(({ row }) => row),
  );
  return (/** @type {Session} */ session) => {
    refine.value = session.refine ?? AUTOMATIC;
    for (const { name, input } of numbers) if (document.activeElement !== input) input.value = String(session[name]);
  };
}

/**
 * @param {typeof NUMBERS[number]} what
 * @param {Actions} actions
 */
function iterations({ name, title, does }, actions) {
  const input = make("input", { id: name, type: "number", min: "0", max: String(MOST), step: "1", ariaLabel: title });
  input.addEventListener("change", () => {
    if (input.checkValidity() && input.value !== "") actions.infer(/** @type {Partial<Inference>} */ ({ [name]: input.valueAsNumber }));
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "Escape") input.blur();
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  return { input, row: field(title, does, input) };
}

/**
 * @param {string} title
 * @param {string} does
 * @param {HTMLElement} input
 */
function field(title, does, input) {
  const row = make("label", { className: "row", title: does });
  row.append(make("span", { textContent: title }), input);
  return row;
}
