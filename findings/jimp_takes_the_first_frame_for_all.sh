#!/usr/bin/env bash
# Two masks in one block of memory, as frames of a video or slots of a shared buffer are, of which the second one is made
# a picture by Jimp.fromBitmap from a view of its bytes (subarray).
#
# Guessed: the second mask, for a view is a Uint8Array like any other, and its type is among those that are taken.
# True:    the first one: the whole block behind the view is copied, and the picture begins where the block does. Its data
# is longer than width times height, which nothing checks. ImageData's own kind of array (Uint8ClampedArray) goes the
# same way. A copy made by slice is right.
# Matters: all frames of a film, or all masks of a batch, are the first one, and each looks right for itself.
# Versions: jimp 1.6.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund jimp@1.6.1
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { Jimp } from "jimp";

const WIDTH = 2, HEIGHT = 2, BYTES = WIDTH * HEIGHT * 4;

for (const kind of [Uint8Array, Uint8ClampedArray]) {
  const block = new kind(2 * BYTES);
  block.fill(10, 0, BYTES);
  block.fill(255, BYTES);
  const second = block.subarray(BYTES);
  assert.ok(second.every((number) => number === 255));

  const picture = Jimp.fromBitmap({ width: WIDTH, height: HEIGHT, data: second });
  console.log(kind.name, "pixel of the second mask:", picture.getPixelColor(1, 1).toString(16));
  assert.equal(picture.getPixelColor(1, 1), 0x0a0a0a0a);
  assert.equal(picture.bitmap.data.length, 2 * BYTES);
  const copied = Jimp.fromBitmap({ width: WIDTH, height: HEIGHT, data: second.slice() });
  assert.equal(copied.getPixelColor(1, 1), 0xffffffff);
}
console.log("still so");
JAVASCRIPT
node find.mjs
