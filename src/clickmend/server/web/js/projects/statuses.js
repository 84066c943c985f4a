/** What may become of an image of a project. */

/** @import { Status } from "../types.js" */

/** @type {Record<Status, { title: string, sign: string }>} */
export const STATUSES = {
  new: { title: "new", sign: "" },
  in_progress: { title: "in progress", sign: "•" },
  needs_review: { title: "needs review", sign: "?" },
  done: { title: "done", sign: "✓" },
  rejected: { title: "rejected", sign: "✕" },
};

/**
 * What a person decides, with the key and the words of the button.
 * @type {{ status: Status, key: string, label: string, does: string }[]}
 */
export const DECISIONS = [
  { status: "done", key: "A", label: "Done", does: "Accept the photo, go to the next" },
  { status: "needs_review", key: "R", label: "Review", does: "Needs review, go to the next" },
  { status: "rejected", key: "X", label: "Reject", does: "Reject the photo, go to the next" },
];
