#!/usr/bin/env bash
# A white object of 4×5 pixels on black, as a mask is, in sharp's dilate and erode (Node.js).
#
# Guessed: as its help says, dilate expands the foreground, to 6×7, and erode shrinks it, to 2×3; so it is in OpenCV,
# SciPy and scikit-image.
# True:    the other way round: dilate gives 2×3, and erode 6×7. A single white pixel is gone after dilate, and a
# single black one is 3×3: the foreground of sharp is what is dark.
# Matters: a margin around an object becomes a cut into it, and thin objects vanish altogether; cleaning by erode and
# dilate fills gaps where specks should go. Swap the two for masks.
# Versions: sharp 0.35.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import sharp from "sharp";

const SIDE = 12;

/** A mask that is white from row to row and from column to column, or black on white. */
function box(top, bottom, left, right, { inverted = false } = {}) {
  const mask = new Uint8Array(SIDE * SIDE);
  for (let y = top; y < bottom; y++) mask.fill(255, y * SIDE + left, y * SIDE + right);
  return inverted ? mask.map((grey) => 255 - grey) : mask;
}

async function afterwards(mask, step) {
  const picture = sharp(mask, { raw: { width: SIDE, height: SIDE, channels: 1 } });
  return Uint8Array.from(await picture[step](1).extractChannel(0).raw().toBuffer());
}

const object = box(4, 8, 3, 8);
for (const [step, expected] of [
  ["dilate", box(5, 7, 4, 7)],
  ["erode", box(3, 9, 2, 9)],
]) {
  const found = await afterwards(object, step);
  console.log(step, "of 20 white pixels:", found.filter((grey) => grey === 255).length);
  assert.deepEqual(found, expected);
}
assert.deepEqual(await afterwards(box(5, 6, 5, 6), "dilate"), box(0, 0, 0, 0));
const black = await afterwards(box(5, 6, 5, 6, { inverted: true }), "dilate");
assert.deepEqual(black, box(4, 7, 4, 7, { inverted: true }));
console.log("still so");
JAVASCRIPT
node find.mjs
