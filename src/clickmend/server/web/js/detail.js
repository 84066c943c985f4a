/** How fine the screen shows the photo; what is finer need not be painted, nor sent. */

export const detail = {
  /** How many pixels of the photo, in each direction, are one of the screen: 1, 2, 4, … */
  every: 1,
};

const MOST = 64;

/**
 * How many pixels, in each direction, may stand for one another at a scale.
 * @param {number} scale Pixels of the screen for one of the photo.
 * @returns {number} A power of two.
 */
export function everyAt(scale) {
  let every = 1;
  while (every < MOST && 2 * every * scale <= 1) every *= 2;
  return every;
}

/**
 * The same for a layer, of which the screen mixes several pixels where borders run between them.
 * @param {number} scale
 */
export const mixedAt = (scale) => everyAt(2 * scale);
