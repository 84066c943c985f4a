/** The choice that the browser answers clicks itself, and how that goes. */

import { make } from "../controls.js";

/** @import { Answered, Update } from "../types.js" */
/** @import { Actions } from "../actions.js" */

/**
 * @param {HTMLElement} place
 * @param {Actions} actions
 * @returns {Update}
 */
export function hereControls(place, actions) {
  const whole = make("div", { id: "here", hidden: true });
  const row = make("label", { className: "check", title: "The network runs in this page too: what it makes of a click is shown before the server answers" });
  const choice = make("input", { id: "here-chosen", type: "checkbox" });
  choice.addEventListener("change", () => actions.answerHere(choice.checked));
  row.append(choice, "Answer in the browser");
  const words = make("p", { id: "here-words", className: "small" });
  whole.append(row, words);
  place.append(whole);
  return ({ here }) => {
    whole.hidden = !here?.offered;
    if (!here) return;
    choice.checked = here.chosen;
    words.hidden = !here.chosen;
    const told = wordsOf(here);
    if (words.textContent !== told) words.textContent = told;
    Object.assign(whole.dataset, { phase: here.phase, answered: String(here.answered), compared: String(here.compared), apart: String(here.apart), share: String(here.share ?? "") });
  };
}

/** @param {Answered} here */
function wordsOf({ phase, answered, compared, apart, took }) {
  if (phase === "failed") return "This browser cannot run the network; the server answers.";
  if (phase === "loading") return "Getting ready; the server answers meanwhile.";
  if (!answered || took === null) return "Ready.";
  const quick = `The last click took ${(took / 1000).toFixed(1)} s.`;
  return apart ? `${quick} ${apart} of ${compared} ${apart === 1 ? "was" : "were"} mended by the server.` : quick;
}
