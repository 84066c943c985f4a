#!/usr/bin/env bash
# Ids of 16 bits and depths of floats as typed arrays, in a message of MessagePack, packed and unpacked by
# @msgpack/msgpack and by msgpackr as they are by default (JavaScript).
#
# Guessed: arrays of the same kind, as from cbor-x, msgpack-lite and the browser's structured clone; or plain lists of the
# numbers.
# True:    bytes: the ids 1, 300, 7 come back as an array of bytes 1, 0, 44, 1, 7, 0, and the depth .5 as 0, 0, 0, 63. It
# has a length and numbers like any other. Arrays of bytes come back as they were. msgpackr keeps the kind with moreTypes.
# Matters: a class map of 16 bits is twice as long and half of it is background; a loop over width times height shows the
# upper half of the map, stretched to twice its width, without an error; and what was tried with bytes (masks) works. Pass
# the kind along, and lay it over the buffer (slice() first, where the bytes do not begin at a multiple of 2).
# Versions: @msgpack/msgpack 3.1.3 cbor-x 1.6.9 msgpack-lite 0.2.2 msgpackr 2.1.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @msgpack/msgpack@3.1.3 cbor-x@1.6.9 msgpack-lite@0.2.2 msgpackr@2.1.4
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import * as msgpack from "@msgpack/msgpack";
import * as cbor from "cbor-x";
import lite from "msgpack-lite";
import { Packr, pack, unpack } from "msgpackr";

const moreTypes = new Packr({ moreTypes: true });
const ids = Uint16Array.of(1, 300, 7);
const depth = Float32Array.of(0.5, 2);
const mask = Uint8Array.of(0, 1, 255);

for (const [name, again] of [
  ["@msgpack/msgpack", (value) => msgpack.decode(msgpack.encode(value))],
  ["msgpackr", (value) => unpack(pack(value))],
]) {
  console.log(name, "gives", [...again({ ids }).ids].join(" "));
  assert.deepEqual([...again({ ids }).ids], [1, 0, 44, 1, 7, 0]);
  assert.deepEqual([...again(depth)], [0, 0, 0, 63, 0, 0, 0, 64]);
  assert.deepEqual([...again(mask)], [...mask]);
}
for (const again of [
  (value) => cbor.decode(cbor.encode(value)),
  (value) => lite.decode(lite.encode(value)),
  (value) => moreTypes.unpack(moreTypes.pack(value)),
  structuredClone,
]) {
  assert.deepEqual(again(ids), ids);
  assert.deepEqual(again(depth), depth);
}
console.log("still so");
JAVASCRIPT
node find.mjs
