#!/usr/bin/env bash
# A mask smoothed and cut again in sharp (Node.js): blur, then threshold; and other pairs of steps in both orders.
#
# Guessed: a chain does its steps in the order in which they are written. The help says so of rotating, resizing and
# extracting, and names the exceptions there.
# True:    threshold comes before blur, and before linear, wherever it is written: the smoothed mask is grey at its edges,
# and half of a mask of 200 (linear by .5), cut at 128, is not empty but 127. Of two blurs only the last is done, and
# so of two thresholds; two linears are one, in a way of their own.
# Matters: what should be a clean mask of 0 and 255 has a soft edge, and a test of it with hard edges passes. Write to a
# buffer after each step that has to come first.
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

const open = (bytes) => sharp(Buffer.from(bytes), { raw: { width: 8, height: 1, channels: 1 } }).toColourspace("b-w");
const mask = () => open([0, 0, 0, 0, 200, 200, 200, 200]);
const row = async (chain) => [...(await chain.raw().toBuffer())];

const smoothed = await row(mask().blur(1.5).threshold(128));
console.log("blur, then threshold:", smoothed.join(" "));
assert.ok(smoothed.some((value) => value > 0 && value < 255));
assert.deepEqual(smoothed, await row(mask().threshold(128).blur(1.5)));
const inTwoSteps = await row(open(await row(mask().blur(1.5))).threshold(128));
assert.deepEqual(inTwoSteps, [0, 0, 0, 0, 255, 255, 255, 255]);

const halved = await row(mask().linear(0.5, 0).threshold(128));
console.log("linear by .5, then threshold:", halved.join(" "));
assert.deepEqual(halved, [0, 0, 0, 0, 127, 127, 127, 127]);
assert.deepEqual(await row(open(await row(mask().linear(0.5, 0))).threshold(128)), Array(8).fill(0));

assert.deepEqual(await row(mask().blur(5).blur(0.5)), await row(mask().blur(0.5)));
assert.deepEqual(await row(mask().threshold(128).threshold(250)), Array(8).fill(0));
console.log("still so");
JAVASCRIPT
node find.mjs
