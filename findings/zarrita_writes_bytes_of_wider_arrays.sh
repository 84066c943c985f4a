#!/usr/bin/env bash
# Ids or depths written into an array of zarrita (Zarr for JavaScript) from a typed array of another kind than the Zarr
# array's: 16 bits into 8, 8 into 16, doubles into floats.
#
# Guessed: each number becomes one number of the other kind, as typed arrays do among themselves (300 would become 44) and
# as a single number does here; or an error.
# True:    the bytes are written one after the other as far as they reach: 1, 300, 7, 2 become 1, 0, 44, 1, and bytes in
# an array of 16 bits become 513, 51207, 0, 0: two ids in one number, and the second half empty. Nothing is raised.
# Matters: a label map goes twice as far and ends in the middle, or is half empty; small ids look thinned out rather than
# wrong. Convert by Uint8Array.from before.
# Versions: zarrita 0.7.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund zarrita@0.7.5
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { create, get, root, set } from "zarrita";

const store = new Map();
let number = 0;

/** What comes back after writing to a new Zarr array of four elements. */
async function again(dtype, value) {
  const array = await create(root(store).resolve(`/${number++}`), { shape: [4], chunkShape: [4], dtype });
  await set(array, null, value);
  return [...(await get(array)).data];
}
const chunk = (data) => ({ data, shape: [4], stride: [1] });

const ids = [1, 300, 7, 2];
console.log(ids, "become", await again("uint8", chunk(Uint16Array.from(ids))));
assert.deepEqual(await again("uint8", chunk(Uint16Array.from(ids))), [1, 0, 44, 1]);
assert.deepEqual(await again("uint16", chunk(Uint8Array.of(1, 2, 7, 200))), [513, 51207, 0, 0]);
assert.deepEqual(await again("float32", chunk(Float64Array.of(1, 2, 3, 4))), [0, 1.875, 0, 2]);

assert.deepEqual(await again("uint16", chunk(Uint16Array.from(ids))), ids);
assert.deepEqual(await again("uint8", 300), [44, 44, 44, 44]);
console.log("still so");
JAVASCRIPT
node find.mjs
