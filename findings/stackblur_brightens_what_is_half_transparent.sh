#!/usr/bin/env bash
# A colour (200, 100, 50) that is equally transparent everywhere, blurred by stackblur-canvas (imageDataRGBA), which
# takes the pixels of a canvas.
#
# Guessed: the same colour and alpha, for a mean of equal pixels is the pixel; on a canvas colours are not multiplied
# by alpha.
# True:    the alpha stays, the colour is divided by it twice: at an alpha of 200 it is (255, 162, 82), at 128 (255,
# 255, 199), at 100 and below white. Opaque pixels are right, so is the way that leaves alpha alone (imageDataRGB).
# Matters: the soft edge of a cut-out, for which one blurs, gets a bright rim around an object in its right colours,
# and what is nearly transparent becomes white. Blur colours that are multiplied by alpha, by other means, or alpha
# alone.
# Versions: stackblur-canvas 3.0.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund stackblur-canvas@3.0.1
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { imageDataRGB, imageDataRGBA } from "stackblur-canvas";

function blurred(blur, alpha) {
  const picture = { data: new Uint8ClampedArray(900 * 4), width: 30, height: 30 };
  for (let place = 0; place < 900; place++) picture.data.set([200, 100, 50, alpha], place * 4);
  blur(picture, 0, 0, 30, 30, 5);
  return [...picture.data.slice(15 * 30 * 4, 15 * 30 * 4 + 4)];
}

for (const [alpha, found] of [
  [255, [200, 100, 50, 255]], [254, [202, 100, 50, 254]], [200, [255, 162, 82, 200]],
  [128, [255, 255, 199, 128]], [100, [255, 255, 255, 100]], [10, [255, 255, 255, 10]],
]) {
  console.log("alpha", alpha, "became", blurred(imageDataRGBA, alpha));
  assert.deepEqual(blurred(imageDataRGBA, alpha), found);
}
assert.deepEqual(blurred(imageDataRGB, 128), [200, 100, 50, 128]);
console.log("still so");
JAVASCRIPT
node find.mjs
