#!/usr/bin/env bash
# A label volume whose gzip file has several parts, one after the other, as block gzip (bgzip), parallel writers and
# appending make them; the format allows it. Unpacked by nifti-reader-js and by fflate, which is in it.
#
# Guessed: all parts, as from Node.js, pako, DecompressionStream and fflate's own stream; or an error.
# True:    the first part alone, cut to the length of the last one; nifti-reader-js fills the rest of a longer one with 0.
# Block gzip ends with an empty part: everything unpacks to nothing. Nothing is raised.
# Matters: half a label map is background, or a depth map ends early, for files that open elsewhere. Take the stream
# (fflate.Gunzip) or pako, and compare the length with what the header says.
# Versions: fflate 0.8.3 nifti-reader-js 0.8.0 pako 3.0.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund fflate@0.8.3 nifti-reader-js@0.8.0 pako@3.0.3
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { gunzipSync as byNode, gzipSync } from "node:zlib";
import { Gunzip, gunzipSync } from "fflate";
import { decompress } from "nifti-reader-js";
import { ungzip } from "pako";

/** A gzip file of parts, each of one number a given number of times. */
const file = (...parts) => new Uint8Array(Buffer.concat(parts.map(([id, size]) => gzipSync(Buffer.alloc(size, id)))));
const byStream = (bytes) => {
  const found = [];
  new Gunzip((piece) => found.push(...piece)).push(bytes, true);
  return Uint8Array.from(found);
};
const byNifti = (bytes) => new Uint8Array(decompress(bytes.slice().buffer));
const count = (array) => [7, 9, 0].map((id) => array.filter((value) => value === id).length);

const shorter = file([7, 1000], [9, 500]);
const longer = file([7, 500], [9, 1000]);
for (const unpack of [byNode, ungzip, byStream]) {
  assert.deepEqual(count(unpack(shorter)), [1000, 500, 0]);
  assert.deepEqual(count(unpack(longer)), [500, 1000, 0]);
}
console.log("7s, 9s and 0s of 1000, 500 and 0:", count(gunzipSync(shorter)), count(byNifti(shorter)));
for (const unpack of [gunzipSync, byNifti]) assert.deepEqual(count(unpack(shorter)), [500, 0, 0]);
assert.deepEqual(count(gunzipSync(longer)), [500, 0, 0]);
assert.deepEqual(count(byNifti(longer)), [500, 0, 500]);

const blocks = file([7, 1000], [9, 0]);
assert.equal(byNode(blocks).length, 1000);
assert.equal(gunzipSync(blocks).length, 0);
assert.equal(byNifti(blocks).length, 0);
console.log("still so");
JAVASCRIPT
node find.mjs
