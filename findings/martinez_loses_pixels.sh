#!/usr/bin/env bash
# Two or more pixels, each a square polygon, joined to one outline by martinez and by polygon-clipping (JavaScript).
#
# Guessed: an outline of the same area: two squares that meet at a corner are two areas of 1.
# True:    from martinez two squares at a rising diagonal come as one ring that crosses itself at the corner and encloses
# nothing, for one half of it runs backwards; with a third square beside them the area is 1 and not 3. Of all 502 masks
# of 3×3 pixels with two or more, 103 come out too small and 4 too large. polygon-clipping has all right. At a falling
# diagonal both do.
# Matters: outlines of brushed masks are full of pixels that meet at corners; where such a ring is filled or measured, an
# arm of the object vanishes, and its mirror image keeps it.
# Versions: martinez-polygon-clipping 0.8.1 polygon-clipping 0.15.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund martinez-polygon-clipping@0.8.1 polygon-clipping@0.15.7
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { union } from "martinez-polygon-clipping";
import clipping from "polygon-clipping";

const pixel = ([x, y]) => [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]];
const ringArea = (ring) =>
  Math.abs(ring.slice(1).reduce((sum, [x, y], place) => sum + (ring[place][0] * y - x * ring[place][1]) / 2, 0));
const area = (polygons) =>
  polygons.reduce((sum, [outer, ...holes]) => sum + ringArea(outer) - holes.reduce((all, hole) => all + ringArea(hole), 0), 0);
const byMartinez = (pixels) => pixels.slice(1).reduce((all, next) => union(all, pixel(next)), [pixel(pixels[0])]);
const byClipping = (pixels) => clipping.union(...pixels.map(pixel));

const rising = byMartinez([[1, 0], [0, 1]]);
console.log("rising diagonal:", JSON.stringify(rising), "area", area(rising));
assert.equal(area(rising), 0);
assert.equal(rising.length, 1);
assert.equal(area(byMartinez([[0, 0], [1, 1]])), 2);
assert.equal(area(byMartinez([[1, 0], [2, 0], [0, 1]])), 1);

const places = Array.from({ length: 9 }, (_, place) => [place % 3, Math.floor(place / 3)]);
const masks = Array.from({ length: 512 }, (_, bits) => places.filter((_, place) => (bits >> place) & 1));
const several = masks.filter((pixels) => pixels.length > 1);
const more = several.map((pixels) => area(byMartinez(pixels)) - pixels.length);
const [tooSmall, tooLarge] = [more.filter((by) => by < 0).length, more.filter((by) => by > 0).length];
console.log("of", several.length, "masks", tooSmall, "too small,", tooLarge, "too large");
assert.deepEqual([several.length, tooSmall, tooLarge], [502, 103, 4]);
for (const pixels of several) assert.equal(area(byClipping(pixels)), pixels.length);
console.log("still so");
JAVASCRIPT
node find.mjs
