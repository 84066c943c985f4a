#!/usr/bin/env bash
# A mask and a ramp resized by image-js (JavaScript): to their own size, to twice and to half of it, by the bilinear, the
# bicubic and the nearest method.
#
# Guessed: to its own size the same pixels; otherwise the picture stays in its place, as in OpenCV and Pillow.
# True:    by the bilinear and the bicubic method all moves by half a pixel to the right and down, of the picture that is
# given: to its own size each pixel becomes the mean of itself and its left and upper neighbours, and an edge of 0 and 255
# gets a 128; half as large, the ramp 0, 10, 20 … begins with 0, 15, 35 for 5, 25, 45. By the nearest method all is right.
# Matters: mattes and depth lie beside their photo, and a loop that "makes sure of the size" blurs and moves the map by half
# a pixel each time. Ask for the nearest method, or resize by other means; skip what has the size already.
# Versions: image-js 1.7.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts image-js@1.7.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { Image } from "image-js";

const SIDE = 8;

/** A row of the result for a picture of equal rows. */
function row(level, width, interpolationType) {
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, place) => level(place % SIDE));
  const image = new Image(SIDE, SIDE, { data, colorModel: "GREY" });
  return [...image.resize({ width, height: SIDE, interpolationType }).getRawImage().data.slice(3 * width, 4 * width)];
}
const edge = (x) => (x < 4 ? 0 : 255);
const ramp = (x) => 10 * x;

for (const method of ["bilinear", "bicubic"]) {
  console.log(method, "to its own size:", row(edge, 8, method).join(" "));
  assert.ok(row(edge, 8, method).some((grey) => grey > 100 && grey < 160));
  console.log(method, "to half:", row(ramp, 4, method).join(" "));
  assert.deepEqual(row(ramp, 4, method), [0, 15, 35, 55]);
  assert.deepEqual(row(edge, 16, method), [0, 0, 0, 0, 0, 0, 0, 0, 128, 255, 255, 255, 255, 255, 255, 255]);
}
assert.deepEqual(row(edge, 8, "bilinear"), [0, 0, 0, 0, 128, 255, 255, 255]);
assert.deepEqual(row(edge, 8, "nearest"), [0, 0, 0, 0, 255, 255, 255, 255]);
assert.deepEqual(row(edge, 16, "nearest"), Array.from({ length: 16 }, (_, x) => (x < 8 ? 0 : 255)));
console.log("still so");
JAVASCRIPT
node find.mjs
