/** Colours that stand for classes and for numbers, as CSS and as the bytes of a pixel. */

// Viridis, by Stéfan van der Walt, Nathaniel Smith and Eric Firing; in the public domain (CC0).
const VIRIDIS = [
  "#440154", "#48186a", "#472d7b", "#424086", "#3b528b", "#33638d", "#2c728e", "#26828e", "#21918c",
  "#1fa088", "#28ae80", "#3fbc73", "#5ec962", "#84d44b", "#addc30", "#d8e219", "#fde725",
].map(bytesOf);

// Lightness, chroma and hue of the first classes, each with a name of its own; then they come
// again, darker and lighter.
const CLASSES = [
  [0.68, 0.16, 245], // blue
  [0.62, 0.2, 25], // red
  [0.87, 0.17, 95], // yellow
  [0.6, 0.19, 297], // violet
  [0.75, 0.16, 60], // orange
  [0.7, 0.19, 145], // green
  [0.8, 0.12, 355], // pink
  [0.5, 0.09, 70], // brown
  [0.87, 0.12, 205], // cyan
  [0.62, 0.25, 328], // magenta
  [0.55, 0.1, 185], // teal
  [0.78, 0.2, 125], // lime
];
const SHIFTS = [0, -0.16, 0.1];

/**
 * @param {number} index Of a class.
 * @returns {string}
 */
export function classColour(index) {
  const [lightness, chroma, hue] = CLASSES[index % CLASSES.length];
  const shift = SHIFTS[Math.floor(index / CLASSES.length) % SHIFTS.length];
  return `oklch(${(lightness + shift).toFixed(2)} ${chroma} ${hue})`;
}

/**
 * @param {number} share 0 to 1, from dark to bright.
 * @returns {[number, number, number]} Red, green and blue, 0 to 255.
 */
export function viridis(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const below = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const [low, high] = [VIRIDIS[below], VIRIDIS[below + 1]];
  const mixed = low.map((value, i) => Math.round(value + (at - below) * (high[i] - value)));
  return [mixed[0], mixed[1], mixed[2]];
}

/**
 * @param {number} depth
 * @param {[number, number]} range
 * @returns {[number, number, number]} Near is bright.
 */
export function depthColour(depth, [near, far]) {
  return viridis(1 - (depth - near) / (far - near));
}

/** @param {number[]} rgb */
export function css([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}

/**
 * One pixel as `ImageData` keeps it.
 * @param {number[]} rgb
 * @param {number} [alpha]
 */
export function packed([red, green, blue], alpha = 255) {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * The bytes of the classes' colours.
 * @param {number} count
 * @returns {number[][]}
 */
export const classBytes = (count) => colourBytes(Array.from({ length: count }, (_, i) => classColour(i)));

/**
 * The colour of a class as a field for colours takes it.
 * @param {number} index
 */
export function classHex(index) {
  const [bytes] = colourBytes([classColour(index)]);
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The bytes of colours, as the browser mixes them.
 * @param {string[]} colours
 * @returns {number[][]}
 */
export function colourBytes(colours) {
  const canvas = new OffscreenCanvas(Math.max(colours.length, 1), 1);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (const [i, colour] of colours.entries()) {
    context.fillStyle = colour;
    context.fillRect(i, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, canvas.width, 1);
  return colours.map((_, i) => [...data.subarray(4 * i, 4 * i + 3)]);
}

/** @param {string} hex */
function bytesOf(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
