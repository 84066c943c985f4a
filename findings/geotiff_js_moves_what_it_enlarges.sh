#!/usr/bin/env bash
# A class map read from a TIFF at another size by geotiff (JavaScript; width and height of readRasters), by the nearest
# and by the bilinear method, and its mirror image.
#
# Guessed: each pixel four times for twice the size; the mirrored map gives the mirrored result.
# True:    the first pixel is held and the others go by the factor from there, so all moves to the left and up: four times
# as large, the edge in the middle of 40 columns stands at 18, and the first class gets 18 of the 40, the last one,
# mirrored or not, 22. By the bilinear method the last columns are all the last pixel. To half the size each second pixel
# is taken, the first of each two, by either method: a line of one pixel in an odd column is gone.
# Matters: a coarse prediction laid over a fine picture is beside it by half a coarse pixel, to the same side everywhere;
# overlays of several sources disagree. Read at the size of the file, and enlarge by other means.
# Versions: geotiff 3.0.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts geotiff@3.0.5
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { fromArrayBuffer, writeArrayBuffer } from "geotiff";

const [WIDTH, HEIGHT] = [10, 4];

/** A row of a picture of equal rows, read at another width. */
async function row(level, width, resampleMethod) {
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, place) => level(place % WIDTH));
  const tiff = await fromArrayBuffer(await writeArrayBuffer(pixels, { width: WIDTH, height: HEIGHT }));
  const rasters = await (await tiff.getImage()).readRasters({ width, height: HEIGHT, resampleMethod });
  return [...rasters[0].slice(width, 2 * width)];
}
const edge = (x) => (x < 5 ? 0 : 200);
const mirrored = (x) => edge(WIDTH - 1 - x);
const count = (list, number) => list.filter((one) => one === number).length;

assert.deepEqual(await row(edge, WIDTH, "nearest"), Array.from({ length: WIDTH }, (_, x) => edge(x)));
for (const level of [edge, mirrored]) {
  const large = await row(level, 40, "nearest");
  console.log("first class", count(large, level(0)), "last class", count(large, level(WIDTH - 1)));
  assert.equal(count(large, level(0)), 18);
  assert.equal(count(large, level(WIDTH - 1)), 22);
}
const soft = await row(edge, 40, "bilinear");
console.log("bilinear", soft.slice(16, 23).join(" "));
assert.deepEqual(soft.slice(16, 21), [0, 50, 100, 150, 200]);
const ramp = await row((x) => 10 * x, 40, "bilinear");
assert.deepEqual(ramp.slice(-4), [90, 90, 90, 90]);
for (const method of ["nearest", "bilinear"]) {
  assert.deepEqual(await row((x) => (x === 3 ? 7 : 0), 5, method), [0, 0, 0, 0, 0]);
  assert.deepEqual(await row((x) => (x === 4 ? 7 : 0), 5, method), [0, 0, 7, 0, 0]);
}
console.log("still so");
JAVASCRIPT
node find.mjs
