/** What may become of an image of a project. */

import { who } from "../http.js";

/** @import { Photo, Status } from "../types.js" */

/** @type {Record<Status, { title: string, sign: string }>} */
export const STATUSES = {
  new: { title: "new", sign: "" },
  in_progress: { title: "in progress", sign: "•" },
  needs_review: { title: "needs review", sign: "?" },
  done: { title: "done", sign: "✓" },
  accepted: { title: "accepted", sign: "★" },
  rejected: { title: "rejected", sign: "✕" },
};

/**
 * What a person decides, with the key and the words of the button.
 * @type {{ status: Status, key: string, label: string, does: string }[]}
 */
export const DECISIONS = [
  { status: "done", key: "A", label: "Done", does: "Done, go to the next" },
  { status: "needs_review", key: "R", label: "Review", does: "Needs review, go to the next" },
  { status: "rejected", key: "X", label: "Reject", does: "Reject the photo, go to the next" },
];

/** What "done" becomes where it is said by somebody else of a photo that is done: the second look. */
export const SECOND = { status: /** @type {Status} */ ("accepted"), label: "Accept", does: "Second look: accept the photo, go to the next" };

/** What is said of photos that are finished. @type {Status[]} */
export const FINISHED = ["done", SECOND.status];

/**
 * Whether whoever is here looks at a photo that somebody else has done; who gives no name is one person.
 * @param {Pick<Photo, "status" | "done_by">} photo
 */
export function isSecondLook({ status, done_by }) {
  return (status === "done" || status === "accepted") && who() !== done_by;
}
