#!/usr/bin/env bash
# A flat class map, all of class 1, and a mask with an edge, made smaller by @jsquash/resize (JavaScript and WebAssembly,
# the resizing of Squoosh), with and without its option linearRGB, which is true by default.
#
# Guessed: a flat map stays as it is, whatever is done about the brightness of colours, for a mean of equal numbers is that
# number; the pixel half on the edge becomes 127 or 128.
# True:    the 1 becomes 0, and every third of the 256 greys becomes its neighbour, also where only the height changes. A
# pixel half covered is 187. With linearRGB: false all greys stay, and it is 127.
# Matters: class 1 is background afterwards, and other classes merge, far away from any edge; a matte grows, by 60 of
# 255 at half, so objects cut at 128 are thicker the softer they were. Set linearRGB to false for anything but photos.
# Versions: @jsquash/resize 2.1.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @jsquash/resize@2.1.1
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

globalThis.ImageData = class {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
};
const { default: resize, initResize } = await import("@jsquash/resize");
await initResize(await WebAssembly.compile(readFileSync("node_modules/@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm")));

/** The greys of the first row of a picture of equal rows, resized. */
async function row(level, width, newSize, options) {
  const data = new Uint8ClampedArray(width * 8 * 4);
  for (let pixel = 0; pixel < width * 8; pixel++) {
    const grey = level(pixel % width);
    data.set([grey, grey, grey, 255], 4 * pixel);
  }
  const result = await resize(new ImageData(data, width, 8), { ...newSize, ...options });
  return Array.from({ length: newSize.width }, (_, x) => result.data[4 * x]);
}

const half = { width: 4, height: 4 };
for (const [options, found, changed, edge] of [[{}, 0, 80, 187], [{ linearRGB: false }, 1, 0, 127]]) {
  const flat = await row(() => 1, 8, half, options);
  const different = (await row((x) => x, 256, { width: 256, height: 4 }, { ...options, method: "triangle" }))
    .filter((grey, x) => grey !== x).length;
  const middle = (await row((x) => (x < 4 ? 0 : 255), 8, { width: 3, height: 8 }, options))[1];
  console.log(JSON.stringify(options), "class 1 becomes", flat[0], "greys changed", different, "half is", middle);
  assert.deepEqual(flat, [found, found, found, found]);
  assert.ok(changed ? different > changed : different === 0);
  assert.equal(middle, edge);
}
console.log("still so");
JAVASCRIPT
node find.mjs
