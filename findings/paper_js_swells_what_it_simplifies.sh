#!/usr/bin/env bash
# Outlines in Paper.js, on which some labelling tools for polygons are built: a square, a triangle and a thin box with a corner
# each, simplified with a tolerance of 1 (simplify); and the area of what two outlines do not have in common (exclude).
#
# Guessed: simplified, no part is more than 1 away from where it was, and areas stay about as they are; two squares of
# 4 × 4 that share 2 × 2 have 24 that they do not share.
# True:    a curve is laid through the corners, which alone count for the tolerance: a square of 40 goes up to 9 beyond its
# sides and has an area of 2479 instead of 1600, a triangle one of 3842 instead of 1800, whatever the tolerance. A
# square drawn pixel by pixel keeps its 1600 to some per cent. The area of exclude is 0, for its two parts are counted with
# opposite signs; for squares of 4 and 3 it is 7 in place of 17.
# Matters: a polygon clicked corner by corner and then "cleaned" is half as large again, and its label with it; a measure of
# how far two outlines differ says that they do not. Flatten before, and take the areas of unite less intersect.
# Versions: paper 0.12.20
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts paper@0.12.20
cat > find.cjs <<'JAVASCRIPT'
const assert = require("node:assert/strict");
const paper = require("paper/dist/paper-core");

paper.setup([200, 200]);
const outline = (points) => new paper.Path({ segments: points, closed: true });
const square = [[20, 20], [60, 20], [60, 60], [20, 60]];
const triangle = [[20, 20], [80, 20], [20, 80]];
const thin = [[20, 20], [80, 20], [80, 30], [20, 30]];

for (const [points, before, after] of [[square, 1600, 2479], [triangle, 1800, 3842], [thin, 600, 836]]) {
  for (const tolerance of [0.1, 1]) {
    const path = outline(points);
    assert.equal(Math.round(path.area), before);
    path.simplify(tolerance);
    console.log(`an area of ${before} becomes`, Math.round(path.area));
    assert.equal(Math.round(path.area), after);
  }
}
const swollen = outline(square);
swollen.simplify(1);
assert.ok(swollen.bounds.right > 68);

const drawn = outline(square.flatMap(([x, y], side) => {
  const [dx, dy] = [[1, 0], [0, 1], [-1, 0], [0, -1]][side];
  return Array.from({ length: 40 }, (_, step) => [x + dx * step, y + dy * step]);
}));
drawn.simplify(1);
assert.ok(Math.abs(drawn.area - 1600) < 50);

const box = (x, y, side) => new paper.Path.Rectangle(x, y, side, side);
for (const [other, truth, found] of [[box(2, 2, 4), 24, 0], [box(2, 2, 3), 17, 7]]) {
  const one = box(0, 0, 4);
  console.log("not shared", truth, "by exclude", one.exclude(other).area.toFixed(2));
  assert.ok(Math.abs(one.exclude(other).area - found) < 1e-9);
  assert.ok(Math.abs(one.unite(other).area - one.intersect(other).area - truth) < 1e-9);
}
console.log("still so");
process.exit(0);
JAVASCRIPT
node find.cjs
