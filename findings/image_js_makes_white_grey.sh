#!/usr/bin/env bash
# A matte of 8 bits turned into 16 bits by image-js (convertBitDepth), as for a PNG of 16 bits, and back.
#
# Guessed: white stays white, 65535, as in PNG's and TIFF's own rule (times 257); opaque stays opaque.
# True:    numbers are moved up by 8 bits: 255 becomes 65280, which is 0.996. Back to 8 bits the low byte is cut off,
# so a round trip is exact and hides it; but 16 bits that come from elsewhere are rounded down, 65279 to 254.
# Matters: no pixel of the matte is opaque any more, so the background shines through everywhere, and tests for the
# largest number find none. Multiply by 257.
# Versions: fast-png 8.0.0 image-js 1.7.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund fast-png@8.0.0 image-js@1.7.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { Image, encode } from "image-js";

const grey = (data, bitDepth) => new Image(data.length, 1, { data, bitDepth, colorModel: "GREY" });
const numbers = (image) => [...image.getRawImage().data];

const deep = grey(Uint8Array.from([0, 7, 128, 255]), 8).convertBitDepth(16);
console.log([0, 7, 128, 255], "in 16 bits", numbers(deep));
assert.deepEqual(numbers(deep), [0, 1792, 32768, 65280]);
assert.equal(deep.maxValue, 65535);
const png = decode(encode(deep, { format: "png" }));
assert.deepEqual([png.depth, [...png.data]], [16, numbers(deep)]);
assert.deepEqual(numbers(deep.convertBitDepth(8)), [0, 7, 128, 255]);
assert.deepEqual(numbers(grey(Uint16Array.from([255, 65279, 65535]), 16).convertBitDepth(8)), [0, 254, 255]);
console.log("still so");
JAVASCRIPT
node find.mjs
