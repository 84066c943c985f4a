/** What differs between the machines that people have. */

export const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
export const MOD = isMac ? "⌘" : "Ctrl";
