#!/usr/bin/env bash
# Scores below 0 (logarithms of probabilities, or minus a mask, by which a dilation becomes an erosion) in the dilation of
# TensorFlow.js, floats turned into booleans, and a clip of NaN, on its two backends that need no graphics card: cpu and
# wasm.
#
# Guessed: the same on both: a backend is where it is computed, not what.
# True:    on wasm a dilation never gives less than about 0: a flat map of -1 becomes 1.2e-38, so minus the dilation of
# minus a mask, an erosion, is 0 everywhere. cpu gives -1. As booleans .5 and -1 are true on cpu; on wasm each number
# becomes a byte: .5 is 0, -1 is 255 and 256 is 0, which then counts as false. NaN is clipped to the lower bound on wasm,
# and stays NaN on cpu.
# Matters: eroded masks are empty and score maps flat where a page takes wasm, while a test on cpu passes; a threshold by
# casting loses half of a soft mask. Compare by greater(0), and erode by maxPool of minus the mask.
# Versions: @tensorflow/tfjs-backend-cpu 4.22.0 @tensorflow/tfjs-backend-wasm 4.22.0 @tensorflow/tfjs-core 4.22.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";

async function on(backend) {
  await tf.setBackend(backend);
  await tf.ready();
  const dilated = (map) => tf.dilation2d(map, tf.zeros([3, 3, 1]), 1, "same");
  const mask = Array.from({ length: 49 }, (_, place) => {
    const [x, y] = [place % 7, Math.floor(place / 7)];
    return x >= 1 && x < 6 && y >= 1 && y < 6 ? 1 : 0;
  });
  const eroded = tf.neg(dilated(tf.neg(tf.tensor3d(mask, [7, 7, 1]))));
  return {
    flat: [...(await dilated(tf.fill([5, 5, 1], -1)).data())],
    eroded: (await eroded.data()).filter((level) => level > 0.5).length,
    truths: [...(await tf.cast(tf.tensor1d([0.5, -1, 0, 1]), "bool").data())],
    wide: [...(await tf.cast(tf.tensor1d([256, 7], "int32"), "bool").data())],
    clipped: [...(await tf.clipByValue(tf.tensor1d([NaN, 0.5]), 0, 1).data())],
  };
}

const cpu = await on("cpu");
const wasm = await on("wasm");
console.log("flat -1:", cpu.flat[0], wasm.flat[0], "eroded 5×5:", cpu.eroded, wasm.eroded);
assert.ok(cpu.flat.every((level) => level === -1));
assert.ok(wasm.flat.every((level) => level >= 0 && level < 1e-30));
assert.deepEqual([cpu.eroded, wasm.eroded], [9, 0]);
console.log("booleans of 0.5 -1 0 1:", cpu.truths.join(" "), "and", wasm.truths.join(" "));
assert.deepEqual(cpu.truths, [1, 1, 0, 1]);
assert.deepEqual(wasm.truths, [0, 255, 0, 1]);
assert.deepEqual([cpu.wide, wasm.wide], [[1, 1], [0, 7]]);
assert.deepEqual([cpu.clipped, wasm.clipped], [[NaN, 0.5], [0, 0.5]]);
console.log("still so");
JAVASCRIPT
node find.mjs
