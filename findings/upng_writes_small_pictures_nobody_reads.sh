#!/usr/bin/env bash
# A photo of 8×8 different colours, as a thumbnail or a patch around a click is, written to PNG without loss by
# upng-js and read again by it and by fast-png.
#
# Guessed: the same pixels, as from larger photos and from small masks.
# True:    neither reads it: the data does not unpack. From 2×2 to 8×8 pixels it is so for all pictures of more
# colours than a palette is made for; masks of few colours, and photos of 20×20, come back right.
# Matters: nothing is raised while writing, so what was saved is lost, and tests with a small mask or a large photo
# pass.
# Versions: fast-png 8.0.0 upng-js 2.1.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund fast-png@8.0.0 upng-js@2.1.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { decode } from "fast-png";
import UPNG from "upng-js";

function picture(side, level) {
  return Uint8Array.from({ length: side * side * 4 }, (_, place) => (place % 4 === 3 ? 255 : level(place)));
}
const photo = (side) => picture(side, (place) => (place * place * 31 + place * 7) % 256);
const mask = (side) => picture(side, (place) => (place % 8 < 4 ? 255 : 0));

function back(pixels, side) {
  const file = UPNG.encode([pixels.buffer], side, side, 0);
  const readers = [() => [...new Uint8Array(UPNG.toRGBA8(UPNG.decode(file))[0])], () => decode(new Uint8Array(file))];
  return readers.map((read) => {
    try {
      return read();
    } catch {
      return "unreadable";
    }
  });
}

for (const side of [2, 4, 8]) {
  console.log(`photo of ${side}×${side}:`, back(photo(side), side).join(", "));
  assert.deepEqual(back(photo(side), side), ["unreadable", "unreadable"]);
}
assert.deepEqual(back(photo(20), 20)[0], [...photo(20)]);
assert.deepEqual(back(mask(8), 8)[0], [...mask(8)]);
console.log("still so");
JAVASCRIPT
node find.mjs
