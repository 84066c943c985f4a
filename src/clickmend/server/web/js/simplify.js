/** Outlines with fewer corners, as the server paints them: Douglas and Peucker's rule on a closed line. */

/** An outline of fewer encloses nothing. */
const LEAST_CORNERS = 3;

/** The corners that are drawn, by those that were given. @type {WeakMap<number[][], { tolerance: number, corners: number[][] }>} */
const known = new WeakMap();

/**
 * The corners that are left of an outline; the same as `clickmend.feedback.outlines`.
 * @param {number[][]} corners
 * @param {number} tolerance How far a corner that goes may lie from what is left.
 * @returns {number[][]}
 */
export function simplified(corners, tolerance) {
  const before = known.get(corners);
  if (before?.tolerance === tolerance) return before.corners;
  const left = reduced(corners, tolerance);
  known.set(corners, { tolerance, corners: left });
  return left;
}

/**
 * @param {number[][]} corners
 * @param {number} tolerance
 */
function reduced(corners, tolerance) {
  const ring = [...corners, corners[0]];
  const far = farthest(corners, corners[0], corners[0]) ?? 0;
  const kept = new Set([0, far]);
  const parts = [[0, far], [far, corners.length]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [first, last] = part;
    let [worst, most] = [0, tolerance];
    for (let at = first + 1; at < last; at++) {
      const off = distance(ring[at], ring[first], ring[last]);
      if (off > most) [worst, most] = [at, off];
    }
    if (!worst) continue;
    kept.add(worst);
    parts.push([first, worst], [worst, last]);
  }
  if (kept.size < LEAST_CORNERS) kept.add(farthest(corners, ring[0], ring[far]) ?? 0);
  return corners.filter((_, at) => kept.has(at));
}

/**
 * The first of the places that are farthest from a segment; null where all lie on it.
 * @param {number[][]} places
 * @param {number[]} start
 * @param {number[]} end
 */
function farthest(places, start, end) {
  let [found, most] = [/** @type {number | null} */ (null), 0];
  places.forEach((place, at) => {
    const off = distance(place, start, end);
    if (off > most) [found, most] = [at, off];
  });
  return found;
}

/**
 * How far a place is from the segment between two others.
 * @param {number[]} place
 * @param {number[]} start
 * @param {number[]} end
 */
function distance([x, y], [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length)) : 0;
  const [offX, offY] = [x - x0 - share * dx, y - y0 - share * dy];
  return Math.sqrt(offX * offX + offY * offY); // Math.hypot would round otherwise than the server
}
