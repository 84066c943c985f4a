/** The choice that the browser answers clicks itself, and how that goes. */

import { element } from "./panel.js";

/** @import { Answered } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function connectHere(store, actions) {
  const section = element("here", HTMLElement);
  const choice = element("here-chosen", HTMLInputElement);
  const words = element("here-words", HTMLElement);
  choice.addEventListener("change", () => actions.answerHere(choice.checked));
  store.watch(({ here }) => {
    section.hidden = !here?.offered;
    if (!here) return;
    choice.checked = here.chosen;
    words.hidden = !here.chosen;
    const told = wordsOf(here);
    if (words.textContent !== told) words.textContent = told;
    Object.assign(section.dataset, { phase: here.phase, answered: String(here.answered), compared: String(here.compared), apart: String(here.apart), share: String(here.share ?? "") });
  });
}

/** @param {Answered} here */
function wordsOf({ phase, answered, compared, apart, took }) {
  if (phase === "failed") return "This browser cannot run the network; the server answers.";
  if (phase === "loading") return "Getting ready; the server answers meanwhile.";
  if (!answered || took === null) return "Ready.";
  const quick = `The last click took ${(took / 1000).toFixed(1)} s.`;
  return apart ? `${quick} ${apart} of ${compared} ${apart === 1 ? "was" : "were"} mended by the server.` : quick;
}
