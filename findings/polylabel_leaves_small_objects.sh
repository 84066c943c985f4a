#!/usr/bin/env bash
# The innermost point of an outline, where one puts a label or a click, by polylabel: of a U and of a diamond, in pixels
# and in fractions of the picture (0 to 1), as YOLO's polygons are.
#
# Guessed: a point within the outline both times, in fractions perhaps less well in the middle, for the precision is 1 by
# default.
# True:    where the smaller side of the outline is not larger than the precision, it gives the upper left corner of the
# box around it, with a distance of 0. In fractions that is every object, and in pixels each that is one pixel high or
# wide. The corner of the diamond's box is far outside of it. With a precision of .001 it is right.
# Matters: clicks for all objects of a set fall beside them, on the background or another object, and a user's click
# simulated so corrects the wrong way. Nothing is raised. Give a precision of a hundredth of the smaller side.
# Versions: polylabel 2.1.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund polylabel@2.1.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import polylabel from "polylabel";

const diamond = [[50, 10], [90, 50], [50, 90], [10, 50], [50, 10]];
const letter = [[10, 10], [30, 10], [30, 60], [70, 60], [70, 10], [90, 10], [90, 90], [10, 90], [10, 10]];
const inFractions = (outline) => outline.map((point) => point.map((coordinate) => coordinate / 100));

for (const outline of [diamond, letter]) {
  assert.ok(polylabel([outline]).distance > 10);
  const point = polylabel([inFractions(outline)]);
  console.log("in fractions", [...point], "with a distance of", point.distance);
  assert.deepEqual([...point], [0.1, 0.1]);
  assert.equal(point.distance, 0);
  assert.ok(polylabel([inFractions(outline)], 0.001).distance > 0.1);
}
const row = [[40, 7], [60, 7], [60, 8], [40, 8], [40, 7]];
assert.deepEqual([...polylabel([row])], [40, 7]);
console.log("still so");
JAVASCRIPT
node find.mjs
