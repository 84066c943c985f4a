#!/usr/bin/env bash
# A matte that is grey already, three equal channels from 0 to 255, made grey by Jimp (greyscale) and by TensorFlow.js
# (rgbToGrayscale, of whole numbers and of floats).
#
# Guessed: the same numbers, for weights of the three colours add up to 1 and are meant to.
# True:    Jimp gives 254 for 255 and 6 for 7. TensorFlow.js gives 254 too for whole numbers, and 254.97 for floats: its
# weights add up to .9999, and the fraction is cut off. Of the 256 greys Jimp makes 62 one less, TensorFlow.js all but 0.
# Matters: a loop of loading, making grey and saving darkens a mask of 255 with every turn, nothing is opaque any more,
# and equality with 255 finds no pixel. Take one channel instead.
# Versions: @tensorflow/tfjs 4.22.0 jimp 1.6.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0 jimp@1.6.1
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { Jimp } from "jimp";
import * as tf from "@tensorflow/tfjs";

const greys = Array.from({ length: 256 }, (_, grey) => grey);
const rgba = new Uint8Array(4 * 256);
greys.forEach((grey) => rgba.set([grey, grey, grey, 255], 4 * grey));

const { data } = Jimp.fromBitmap({ width: 256, height: 1, data: rgba }).greyscale().bitmap;
const byJimp = greys.map((grey) => data[4 * grey]);
const colours = greys.flatMap((grey) => [grey, grey, grey]);
await tf.setBackend("cpu");
const [byTensorFlow, floats] = ["int32", "float32"].map((kind) =>
  Array.from(tf.image.rgbToGrayscale(tf.tensor3d(colours, [1, 256, 3], kind)).dataSync()),
);
const changed = (found) => greys.filter((grey) => found[grey] !== grey).length;
console.log("Jimp", byJimp[255], changed(byJimp), "TensorFlow.js", byTensorFlow[255], changed(byTensorFlow), floats[255]);
assert.deepEqual([byJimp[7], byJimp[255], changed(byJimp)], [6, 254, 62]);
assert.deepEqual([byTensorFlow[255], changed(byTensorFlow)], [254, 255]);
assert.ok(floats[255] > 254.9 && floats[255] < 255);
console.log("still so");
JAVASCRIPT
node find.mjs
