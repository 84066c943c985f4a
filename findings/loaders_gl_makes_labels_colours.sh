#!/usr/bin/env bash
# A point cloud in PCD, as text and in binary form, whose points have a field label of 32 bits (class or object), read by
# loaders.gl and by three (JavaScript).
#
# Guessed: an attribute for the labels with their numbers, for loaders.gl reads the field by name, as three does; or the
# points alone.
# True:    as text the labels are gone. In binary form they come as COLOR_0, the points' colour, as bytes: 300 is 44 and
# 70000 is 112, one number a point where the attribute says three. If the file has colours too, the labels take their
# place. three has them as they are.
# Matters: points are drawn in colours that nobody chose, and read beyond the end for two thirds of them; classes below 256
# look right in the array, objects from 256 on are other objects.
# Versions: @loaders.gl/core 4.4.5 @loaders.gl/pcd 4.4.2 three 0.187.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @loaders.gl/core@4.4.5 @loaders.gl/pcd@4.4.2 three@0.187.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { parse } from "@loaders.gl/core";
import { PCDLoader } from "@loaders.gl/pcd";
import { PCDLoader as ThreeLoader } from "three/examples/jsm/loaders/PCDLoader.js";

const labels = [1, 300, 70000];
const places = labels.map((_, number) => [number, 0.5, 1.5]);
const head = (form, colours) => `# .PCD v0.7 - Point Cloud Data file format
VERSION 0.7
FIELDS x y z ${colours ? "rgb " : ""}label
SIZE 4 4 4 ${colours ? "4 " : ""}4
TYPE F F F ${colours ? "F " : ""}U
COUNT 1 1 1 ${colours ? "1 " : ""}1
WIDTH 3
HEIGHT 1
VIEWPOINT 0 0 0 1 0 0 0
POINTS 3
DATA ${form}
`;

const written = head("ascii") + labels.map((label, number) => [...places[number], label].join(" ") + "\n").join("");
function binary(colours) {
  const size = colours ? 20 : 16;
  const points = Buffer.alloc(3 * size);
  labels.forEach((label, number) => {
    places[number].forEach((value, axis) => points.writeFloatLE(value, number * size + axis * 4));
    if (colours) points.writeUInt32LE(0x102030, number * size + 12);
    points.writeUInt32LE(label, number * size + size - 4);
  });
  return Buffer.concat([Buffer.from(head("binary", colours)), points]);
}

const bytes = (file) => Uint8Array.from(Buffer.from(file)).buffer;
const attributes = async (file) => (await parse(bytes(file), PCDLoader, { worker: false, core: { worker: false } })).attributes;

assert.deepEqual(Object.keys(await attributes(written)), ["POSITION"]);
for (const colours of [false, true]) {
  const found = await attributes(binary(colours));
  console.log("binary:", found.COLOR_0);
  assert.deepEqual(Object.keys(found).sort(), ["COLOR_0", "POSITION"]);
  assert.deepEqual([...found.COLOR_0.value], [1, 44, 112]);
  assert.equal(found.COLOR_0.size, 3);
}
for (const file of [written, binary(false)]) {
  assert.deepEqual([...new ThreeLoader().parse(bytes(file)).geometry.getAttribute("label").array], labels);
}
console.log("still so");
JAVASCRIPT
node find.mjs
