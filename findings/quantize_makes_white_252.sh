#!/usr/bin/env bash
# A black and white mask, and a class map of 8 colours, turned into a palette by quantize (JavaScript; the algorithm behind
# many "main colours of a picture").
#
# Guessed: black and white, for a palette has room for two colours; the 8 colours with a palette of 8.
# True:    each colour becomes the middle of a cube of 8 × 8 × 8 colours: black is 4, white is 252, and every one of the 8
# is off, however large the palette is. Asked for two colours it gives three, of which the third holds a 256, which is no
# byte. Asked for 8 it gives 7, so two classes are one: off by 58.
# Matters: nothing is equal to its class's colour after the round, no pixel is opaque, and with as many colours as classes
# one class is gone. Look for the exact colours first.
# Versions: quantize 1.0.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund quantize@1.0.2
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import quantize from "quantize";

const often = (colours) => Array.from({ length: 400 }, (_, place) => colours[place % colours.length]);
/** The largest difference between a colour and what the palette makes of it. */
const off = (colours, palette) =>
  colours.map((colour) => Math.max(...palette.map(colour).map((value, channel) => Math.abs(value - colour[channel]))));

const mask = [[0, 0, 0], [255, 255, 255]];
const two = quantize(often(mask), 2);
console.log("two colours:", two.palette());
assert.deepEqual(mask.map((colour) => two.map(colour)), [[4, 4, 4], [252, 252, 252]]);
assert.equal(two.palette().length, 3);
assert.ok(two.palette().flat().includes(256));

const classes = Array.from({ length: 8 }, (_, id) => [(id * 37) % 256, (id * 91 + 5) % 256, (id * 151 + 9) % 256]);
const eight = quantize(often(classes), 8);
console.log("asked for 8:", eight.palette().length, "off by", off(classes, eight));
assert.equal(eight.palette().length, 7);
assert.equal(Math.max(...off(classes, eight)), 58);
const many = quantize(often(classes), 256);
assert.ok(off(classes, many).every((by) => by > 0 && by <= 4));
console.log("still so");
JAVASCRIPT
node find.mjs
