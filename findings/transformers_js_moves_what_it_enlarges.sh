#!/usr/bin/env bash
# A mask in transformers.js in Node.js, white all over or with a square in its middle, enlarged by RawImage.resize,
# whose way by default is bilinear, as its image processors have it; and a ramp made smaller.
#
# Guessed: as Pillow does it, after which its ways of resizing are named and numbered: white stays white, the square
# stays in the middle; made smaller each pixel is the mean of those that it covers.
# True:    enlarged, the left column of the large picture lies on the left column of the small one and the rest goes
# by the factor from there, so all moves left and up, the square by a quarter of a pixel for twice the size; what lies
# behind the last pixel counts as black, so the last columns and rows fade: of 2 pixels made 8 the last three are 191,
# 128 and 64. Made a quarter as wide every fourth pixel is taken, the first of each, not a mean, and a line of one
# pixel is gone. With bicubic it is the same; with lanczos (1) white stays white.
# Matters: mattes and masks that a network gives at a quarter of the size come back moved and with a transparent seam
# at two sides, and photos reach the network moved. Resize by other means, or ask for lanczos.
# Versions: @huggingface/transformers 4.3.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @huggingface/transformers@4.3.2
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { RawImage } from "@huggingface/transformers";

async function resized(pixels, width, height, newWidth, newHeight, resample) {
  const picture = new RawImage(Uint8ClampedArray.from(pixels), width, height, 1);
  const result = await picture.resize(newWidth, newHeight, resample === undefined ? {} : { resample });
  return [...result.data];
}

const white = await resized([255, 255], 2, 1, 8, 1);
console.log("2 white pixels became", white.join(" "));
assert.deepEqual(white, [255, 255, 255, 255, 255, 191, 128, 64]);
for (const resample of [2, 3]) {
  const corner = await resized(new Array(10000).fill(255), 100, 100, 300, 300, resample);
  console.log("resample", resample, "ends with", corner.slice(297, 300).join(" "), "and", corner.at(-1));
  assert.ok(corner[298] < 200 && corner[299] < 100 && corner.at(-1) < 40);
}
assert.ok((await resized(new Array(16).fill(255), 4, 4, 8, 8, 1)).every((grey) => grey === 255));

const square = Array.from({ length: 10000 }, (_, place) => {
  const [x, y] = [place % 100, Math.floor(place / 100)];
  return x >= 40 && x < 60 && y >= 40 && y < 60 ? 255 : 0;
});
const large = await resized(square, 100, 100, 200, 200);
let [sum, weighted] = [0, 0];
large.forEach((grey, place) => {
  sum += grey;
  weighted += grey * ((place % 200) + 0.5);
});
console.log("the middle of the square, 50, became", weighted / sum / 2);
assert.ok(Math.abs(weighted / sum / 2 - 49.75) < 0.02);

const ramp = Array.from({ length: 100 }, (_, x) => 2 * x);
const small = await resized(ramp, 100, 1, 25, 1);
console.log("the ramp 0 2 4 … became", small.slice(0, 4).join(" "));
assert.deepEqual(small.slice(0, 4), [0, 8, 16, 24]);
const line = new Array(100).fill(0).fill(255, 50, 51);
assert.ok((await resized(line, 100, 1, 25, 1)).every((grey) => grey === 0));
console.log("still so");
JAVASCRIPT
node find.mjs
