#!/usr/bin/env bash
# A label map in HDF5 of which only one chunk was ever written, with 255 (void) as fill value for the rest, and one of
# which nothing was written yet, read by jsfive and by h5wasm (JavaScript).
#
# Guessed: 255 wherever nothing was written, as the format says and as h5py and h5wasm read it; or an error.
# True:    jsfive gives undefined there, in a list of the right length; and of the map without any chunk an empty list.
# Its shape is right. Put into typed arrays, undefined becomes 0 for whole numbers and NaN for floats.
# Matters: sparse maps are the reason for chunks. What was void is background (0), depth with a fill value of -1 is NaN,
# and whoever loops over the pixels of the empty map finds none.
# Versions: h5py 3.16.0 h5wasm 0.10.3 jsfive 0.4.2 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check h5py==3.16.0 numpy==2.4.6
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund h5wasm@0.10.3 jsfive@0.4.2
venv/bin/python - <<'PYTHON'
import h5py

with h5py.File("maps.h5", "w") as file:
    file.create_dataset("some", (2, 4), "u1", chunks=(2, 2), fillvalue=255)[:, :2] = 7
    file.create_dataset("none", (2, 4), "u1", chunks=(2, 2), fillvalue=255)
    assert file["some"][0].tolist() == [7, 7, 255, 255]
    assert file["none"][0].tolist() == [255] * 4
PYTHON
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import h5wasm from "h5wasm/node";
import * as jsfive from "jsfive";

await h5wasm.ready;
const whole = new h5wasm.File("maps.h5", "r");
assert.deepEqual([...whole.get("some").value], [7, 7, 255, 255, 7, 7, 255, 255]);
assert.deepEqual([...whole.get("none").value], Array(8).fill(255));

const bytes = readFileSync("maps.h5");
const file = new jsfive.File(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), "maps.h5");
const some = file.get("some").value;
console.log(some.length, "pixels:", Array.from(some, String).join(" "));
const hole = undefined;
assert.deepEqual(Array.from(some), [7, 7, hole, hole, 7, 7, hole, hole]);
assert.deepEqual([...Uint8Array.from(some)], [7, 7, 0, 0, 7, 7, 0, 0]);
assert.deepEqual(file.get("none").shape, [2, 4]);
assert.equal(file.get("none").value.length, 0);
console.log("still so");
JAVASCRIPT
node find.mjs
