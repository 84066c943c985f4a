/** What later marks leave as it is: where that is, how much it is, and how to set it free. */

import * as api from "./api.js";
import { blob } from "./http.js";
import { bordersOf } from "./outlines.js";
import { element } from "./panel.js";
import { readAside } from "./png-aside.js";
import { taskOf } from "./store.js";

/** @import { Plane, State } from "./types.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Store } from "./store.js" */

/**
 * @param {Store} store
 * @param {Actions} actions
 */
export function connectProtection(store, actions) {
  element("protection-free", HTMLButtonElement).addEventListener("click", () => actions.freeAll());
  let asked = "";
  store.watch((state) => {
    show(state);
    const { shield } = state;
    const session = kept(state);
    const now = session?.protected ? `${session.id} ${session.protected.version}` : "";
    if (now === asked) return;
    asked = now;
    if (!session?.protected) {
      if (shield) store.set({ shield: null });
      return;
    }
    fetched(session.protected.url).then((plane) => {
      if (plane && asked === now) store.set({ shield: { name: now, border: bordersOf(plane), share: shareOf(plane) } });
    });
  });
}

/**
 * The mask; null where it is not to be had, which whoever asks next is told.
 * @param {string} url
 */
const fetched = (url) => blob(url).then(readAside).catch(() => null);

/** What the server keeps; a sketch has no protection. @param {State} state */
const kept = ({ session }) => (session?.saved ? session : null);

/** @param {Plane} plane */
function shareOf({ data }) {
  let count = 0;
  for (const level of data) count += level ? 1 : 0;
  return count / data.length;
}

/** @param {State} state */
function show(state) {
  const { shield } = state;
  const session = kept(state);
  const classes = session?.protected_classes?.length ?? 0;
  const any = Boolean(session?.protected) || classes > 0;
  element("protection", HTMLElement).hidden = !taskOf(state).tools.some(({ protects }) => protects);
  element("protection-free", HTMLButtonElement).hidden = !any;
  const share = session?.protected && shield ? [percent(shield.share)] : [];
  const named = classes ? [classes === 1 ? "1 class" : `${classes} classes`] : [];
  const told = [...share, ...named].join(", ");
  const place = element("protection-share", HTMLElement);
  if (place.textContent !== told) place.textContent = told;
}

/** @param {number} share */
const percent = (share) => `${share < 0.01 ? "<1" : Math.round(100 * share)} %`;
