/** Keys by name, whatever the layout of the keyboard. */

import { MOD } from "./platform.js";

/** @type {Record<string, string>} What keys of a US keyboard write, by their place. */
const PLACES = { BracketLeft: "[", BracketRight: "]", Minus: "-", Equal: "=", Comma: ",", Period: "." };

/**
 * The key that is meant: the Latin letter or the sign that it writes. Where a layout writes neither
 * (Cyrillic letters, a digit behind Shift, a bracket behind AltGr), what a US keyboard has at that place.
 * @param {KeyboardEvent} event
 */
function keyOf(event) {
  const { key, code, shiftKey } = event;
  const digit = /^Digit(\d)$/.exec(code);
  if (digit && !shiftKey && !isAltGraph(event)) return digit[1];
  if (/^[!-~]$/.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code);
  if (letter) return letter[1].toLowerCase();
  if (key === " ") return "space";
  return (key.length === 1 || key === "Dead" ? PLACES[code] : undefined) ?? key.toLowerCase();
}

/**
 * The key with what is held beside it, as tables of keys write it, in small letters: "mod+shift+z",
 * "[", "shift+n". Mod is Ctrl, or ⌘ on a Mac. Shift is left out where it only chooses the sign.
 * @param {KeyboardEvent} event
 */
export function chordOf(event) {
  const key = keyOf(event);
  const free = isAltGraph(event);
  const mod = !free && (event.ctrlKey || event.metaKey);
  const alt = !free && event.altKey;
  const shift = event.shiftKey && (mod || key.length > 1 || /[a-z]/.test(key));
  return [mod && "mod", alt && "alt", shift && "shift", key].filter(Boolean).join("+");
}

/**
 * What a press may mean, the likeliest first: a French 6 is also a minus, where nothing has the 6.
 * @param {KeyboardEvent} event
 */
export function chordsOf(event) {
  const sign = /^Digit\d$/.test(event.code) && /^[!-/:-@[-`{-~]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  return sign ? [chordOf(event), event.key] : [chordOf(event)];
}

/**
 * A chord as its keys are labelled.
 * @param {string} chord
 */
export function labelsOf(chord) {
  return chord.split(/(?<=.)\+(?=.)/).map((part) => {
    if (part.toLowerCase() === "mod") return MOD;
    return part === "-" ? "−" : part[0].toUpperCase() + part.slice(1);
  });
}

/**
 * Whether somebody is writing, so that keys are letters. A field of a dialog that was closed keeps the
 * focus until the next frame.
 * @param {EventTarget | null} target
 */
export function isWriting(target) {
  if (target instanceof Element && target.closest("dialog:not([open])")) return false;
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio", "button", "file"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** @param {KeyboardEvent} event */
function isAltGraph(event) {
  return event.getModifierState("AltGraph");
}
