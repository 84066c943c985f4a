/** A question that must be answered before going on. */

import { make } from "./controls.js";

/** @typedef {{ name: string, label: string, primary?: boolean }} Answer */

export class Question {
  #dialog;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
  }

  /**
   * @param {string} title
   * @param {string} text
   * @param {Answer[]} answers
   * @returns {Promise<string | null>} The name of the answer; null when it was put aside.
   */
  ask(title, text, answers) {
    const form = make("form", { method: "dialog" });
    const row = make("div", { className: "answers" });
    const aside = make("button", { value: "", textContent: "Cancel" });
    row.append(aside);
    for (const { name, label, primary } of answers) {
      row.append(make("button", { value: name, textContent: label, className: primary ? "primary" : "plain" }));
    }
    form.append(make("h2", { id: "question-title", textContent: title }), make("p", { textContent: text }), row);
    this.#dialog.replaceChildren(form);
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    return new Promise((settle) => {
      this.#dialog.addEventListener("close", () => settle(this.#dialog.returnValue || null), { once: true });
    });
  }
}
