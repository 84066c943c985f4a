#!/usr/bin/env bash
# A mask of two colours and a class map of five as PNGs with a palette of 2 and of 4 bits a pixel, as writers choose by
# themselves for so few colours, read by image-js (JavaScript).
#
# Guessed: the colours of the file whatever its width, as upng-js and pngjs read them, and as image-js reads black and
# white without a palette.
# True:    where a row ends within a byte, the bits that fill it up are taken for the first pixels of the next row. With
# 427 columns, of 2 or 4 bits, each row stands a pixel further right than the one above. Widths that fill their bytes are
# right, so are 8 bits; and so is fast-png, by which image-js reads the file, with its own convertIndexedToRgb.
# Matters: the map leans, while its size, its colours and their shares look right. With 640 or 1024 columns nothing is
# seen; a set of photos of many sizes has some maps that fit and some that do not. Write 8 bits, or read by fast-png.
# Versions: fast-png 8.0.0 image-js 1.7.0 pngjs 7.0.0 upng-js 2.1.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts fast-png@8.0.0 image-js@1.7.0 pngjs@7.0.0 upng-js@2.1.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { convertIndexedToRgb, decode as unpack } from "fast-png";
import { decode } from "image-js";
import pngjs from "pngjs";
import UPNG from "upng-js";

const HEIGHT = 30;
const reds = (data, step) => Array.from(data).filter((_, place) => place % step === 0);

/** Classes that differ from row to row, and their PNG with a palette. */
function map(width, classes) {
  const rgba = new Uint8Array(width * HEIGHT * 4);
  for (let pixel = 0; pixel < width * HEIGHT; pixel++) {
    rgba.set([(pixel * pixel + (pixel >> 2)) % classes, 100, 200, 255], 4 * pixel);
  }
  return [reds(rgba, 4), new Uint8Array(UPNG.encode([rgba.buffer], width, HEIGHT, 0))];
}

for (const [width, classes, leans] of [[427, 2, true], [427, 5, true], [640, 2, false], [640, 5, false], [427, 200, false]]) {
  const [truth, png] = map(width, classes);
  const bits = unpack(png).depth;
  assert.ok(classes === 200 ? bits === 8 : bits < 8);
  assert.deepEqual(reds(new Uint8Array(UPNG.toRGBA8(UPNG.decode(png.buffer))[0]), 4), truth);
  assert.deepEqual(reds(pngjs.PNG.sync.read(Buffer.from(png)).data, 4), truth);
  assert.deepEqual(reds(convertIndexedToRgb(unpack(png)), unpack(png).palette[0].length), truth);

  const image = decode(png);
  const found = reds(image.getRawImage().data, image.channels);
  assert.equal(found.length, truth.length);
  const perByte = 8 / bits;
  const stored = Math.ceil(width / perByte) * perByte;
  const rowStart = 10 * stored; // where the eleventh row begins for whoever reads on
  console.log(`${width} columns of ${bits} bits: ${leans ? "it leans" : "right"}`);
  assert.equal(found.some((red, pixel) => red !== truth[pixel]), leans);
  assert.deepEqual(found.slice(rowStart, rowStart + width), truth.slice(10 * width, 11 * width));
}
console.log("still so");
JAVASCRIPT
node find.mjs
