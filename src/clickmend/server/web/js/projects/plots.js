/** Small plots of what a project has cost. */

import { make } from "../controls.js";

const BARS = 12;

/**
 * How many photos have which value.
 * @param {string} title
 * @param {number[]} values From 0.
 * @param {(value: number) => string} tell A value in words.
 * @param {{ whole?: boolean }} [how] Whether values are counts, of which a bar holds whole ones.
 */
export function histogram(title, values, tell, { whole = false } = {}) {
  const largest = Math.max(1, ...values);
  const step = whole ? Math.ceil((largest + 1) / BARS) : largest / BARS;
  const counts = Array.from({ length: whole ? Math.ceil((largest + 1) / step) : BARS }, () => 0);
  for (const value of values) counts[Math.min(counts.length - 1, Math.floor(value / step))]++;
  const most = Math.max(1, ...counts);
  const bars = make("div", { className: "histogram", role: "img", ariaLabel: `${title}: ${spoken(counts, step, tell, whole)}` });
  for (const [i, count] of counts.entries()) {
    const bar = make("span", { title: `${range(i, step, tell, whole)}: ${count}` });
    bar.style.height = `${(100 * count) / most}%`;
    bars.append(bar);
  }
  const ends = make("p", { className: "ends", ariaHidden: "true" });
  ends.append(make("span", { textContent: tell(0) }), make("span", { textContent: tell(largest) }));
  const plot = make("figure");
  plot.append(make("figcaption", { textContent: title }), bars, ends);
  return plot;
}

/**
 * A cell of a table, with a bar as long as its share of the largest.
 * @param {string} text
 * @param {number} share 0 to 1.
 */
export function barCell(text, share) {
  const cell = make("td", { className: "bar-cell" });
  const bar = make("span", { className: "bar-of", ariaHidden: "true" });
  bar.style.width = `${Number.isFinite(share) ? 100 * share : 0}%`;
  cell.append(make("span", { textContent: text }), bar);
  return cell;
}

/**
 * What a bar is of.
 * @param {number} i
 * @param {number} step
 * @param {(value: number) => string} tell
 * @param {boolean} whole
 */
function range(i, step, tell, whole) {
  if (whole && step === 1) return tell(i);
  return `${tell(i * step)} to ${tell(whole ? (i + 1) * step - 1 : (i + 1) * step)}`;
}

/**
 * The bars that are there, in words.
 * @param {number[]} counts
 * @param {number} step
 * @param {(value: number) => string} tell
 * @param {boolean} whole
 */
function spoken(counts, step, tell, whole) {
  return counts.flatMap((count, i) => (count ? `${range(i, step, tell, whole)}, ${count} photos` : [])).join("; ");
}
