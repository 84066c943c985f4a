/** The border of a mask as closed loops of corners, and as paths to draw. */

// Right, down, left, up: each is the one before turned right.
const DX = [1, 0, -1, 0];
const DY = [0, 1, 0, -1];
const SMOOTHING_PASSES = 3;
/** Of a loop that is not tiny; two numbers are a point. */
const LEAST_THINNED = 32;

/**
 * Walk round every part and every hole with the object on the right hand.
 *
 * @param {Uint8Array} mask One byte per pixel, row by row; not 0 is object.
 * @param {number} width
 * @param {number} height
 * @returns {number[][]} Loops of corners x, y, x, y, ... on the pixel grid, one per change of direction.
 */
export function traceLoops(mask, width, height) {
  const stride = width + 2;
  const padded = new Uint8Array(stride * (height + 2));
  for (let y = 0; y < height; y++) {
    padded.set(mask.subarray(y * width, (y + 1) * width), (y + 1) * stride + 1);
  }
  /** Pixel at column x and row y of the mask, one step outside allowed. */
  const at = (/** @type {number} */ x, /** @type {number} */ y) => (y + 1) * stride + x + 1;
  const seen = new Uint8Array(padded.length);
  const loops = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = at(x, y);
      if (!padded[here] || padded[here - stride] || seen[here]) continue;
      loops.push(walk(x, y));
    }
  }
  return loops;

  /**
   * @param {number} startX
   * @param {number} startY
   */
  function walk(startX, startY) {
    const loop = [startX, startY];
    let [x, y, way] = [startX, startY, 0];
    for (;;) {
      if (way === 0) seen[at(x, y)] = 1;
      x += DX[way];
      y += DY[way];
      const turned = turn(x, y, way);
      if (x === startX && y === startY && turned === 0) return loop;
      if (turned !== way) loop.push(x, y);
      way = turned;
    }
  }

  /**
   * The direction to leave a corner by: left where the object goes on there, else on, else right.
   * @param {number} x
   * @param {number} y
   * @param {number} way
   */
  function turn(x, y, way) {
    // The pixel ahead on the right of (x, y), then the one ahead on the left.
    const rightX = x + (way === 0 || way === 3 ? 0 : -1);
    const rightY = y + (way === 0 || way === 1 ? 0 : -1);
    const leftX = rightX + DY[way];
    const leftY = rightY - DX[way];
    if (padded[at(leftX, leftY)]) return (way + 3) % 4;
    return padded[at(rightX, rightY)] ? way : (way + 1) % 4;
  }
}

/**
 * @param {number[][]} loops
 * @param {number} [every] What is one of their pixels long.
 * @returns {Path2D} Along the pixel edges.
 */
export function exactPath(loops, every = 1) {
  const path = new Path2D();
  for (const loop of loops) addLine(path, loop, every);
  return path;
}

/**
 * The loops without their stairs: the middles of the pixel edges, each averaged with its
 * neighbours. No point moves by more than a pixel, so it is for views where that cannot be seen. Of
 * what is not tiny every other point is left out, for a line takes as long to draw as it has points.
 *
 * @param {number[][]} loops
 * @param {number} [every] What is one of their pixels long.
 * @returns {Path2D}
 */
export function smoothPath(loops, every = 1) {
  const path = new Path2D();
  for (const loop of loops) {
    let points = edgeMiddles(loop);
    for (let pass = 0; pass < SMOOTHING_PASSES; pass++) points = averaged(points);
    if (points.length >= LEAST_THINNED) points = points.filter((_, i) => i % 4 < 2);
    addLine(path, points, every);
  }
  return path;
}

/**
 * @param {Path2D} path
 * @param {number[]} points Of a closed line.
 * @param {number} every
 */
function addLine(path, points, every) {
  path.moveTo(every * points[0], every * points[1]);
  for (let i = 2; i < points.length; i += 2) path.lineTo(every * points[i], every * points[i + 1]);
  path.closePath();
}

/**
 * @param {number[]} loop Corners.
 * @returns {number[]} The middle of every pixel edge between them.
 */
function edgeMiddles(loop) {
  const middles = [];
  for (let i = 0; i < loop.length; i += 2) {
    const next = (i + 2) % loop.length;
    const dx = Math.sign(loop[next] - loop[i]);
    const dy = Math.sign(loop[next + 1] - loop[i + 1]);
    const length = Math.abs(loop[next] - loop[i] + loop[next + 1] - loop[i + 1]);
    for (let along = 0.5; along < length; along++) {
      middles.push(loop[i] + along * dx, loop[i + 1] + along * dy);
    }
  }
  return middles;
}

/**
 * @param {number[]} points Of a closed line.
 * @returns {number[]} Each as a quarter, a half and a quarter of the one before, itself and the next.
 */
function averaged(points) {
  const n = points.length;
  return points.map((value, i) => (points[(i + n - 2) % n] + 2 * value + points[(i + 2) % n]) / 4);
}
