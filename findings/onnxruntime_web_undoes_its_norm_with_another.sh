#!/usr/bin/env bash
# A photo made a tensor by ONNX Runtime's JavaScript (Tensor.fromImage) with mean and bias as networks want them, and made
# a picture again (toImageData) with the same options; on a canvas for Node.js.
#
# Guessed: the same photo: one is the other's inverse where the options are the same; and mean is what is taken off.
# True:    going in, the bias is added and the sum divided by the mean: with a bias of -128 and a mean of 64, 200 becomes
# 1.125. Going out, the bias is taken off again first and the rest multiplied: (1.125 + 128) · 64, so all is white.
# With a bias of -0.5 as in (x - 0.5) / 255 grey is off by 127. Only without a bias it is the same photo.
# Matters: a network for mattes or depth that has both ends in such a norm shows white, or an image that is brighter by
# half; one looks for the fault in the network. Scale the tensor's data by hand, at least on the way out.
# Versions: @napi-rs/canvas 1.1.1 onnxruntime-common 1.30.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @napi-rs/canvas@1.1.1 onnxruntime-common@1.30.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { Canvas, ImageData } from "@napi-rs/canvas";
import { Tensor } from "onnxruntime-common";

globalThis.ImageData = ImageData;
globalThis.OffscreenCanvas = Canvas;

const GREYS = [0, 10, 100, 128, 200, 255];
const photo = new ImageData(Uint8ClampedArray.from(GREYS.flatMap((grey) => [grey, grey, grey, 255])), GREYS.length, 1);

async function through(norm) {
  const tensor = await Tensor.fromImage(photo, { norm });
  const back = tensor.toImageData({ format: "RGB", norm });
  return [[...tensor.data.slice(0, GREYS.length)], Array.from(GREYS, (_, x) => back.data[4 * x])];
}

for (const [norm, found] of [
  [{ mean: 255, bias: 0 }, GREYS],
  [{ mean: 64, bias: 0 }, GREYS],
  [{ mean: 64, bias: -128 }, [255, 255, 255, 255, 255, 255]],
  [{ mean: 255, bias: -0.5 }, [127, 137, 227, 255, 255, 255]],
]) {
  const [values, back] = await through(norm);
  console.log(JSON.stringify(norm), "200 is", values[4], "and", GREYS.join(" "), "come back as", back.join(" "));
  assert.ok(Math.abs(values[4] - (200 + norm.bias) / norm.mean) < 1e-6);
  assert.deepEqual(back, found);
}
console.log("still so");
JAVASCRIPT
node find.mjs
