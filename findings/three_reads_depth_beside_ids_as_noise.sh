#!/usr/bin/env bash
# Depth (Y, floats) in an EXR file, alone, beside ids of objects (whole numbers of 32 bits) and beside alpha, as renderers
# write them, read by three's EXRLoader and by parse-exr (JavaScript).
#
# Guessed: the depth from each, the ids left out as other channels are, or a file with a kind of number that they do not
# know refused; and the alpha.
# True:    beside ids the depth is noise, up to 1e37, in a file with the usual compression (zip): the ids' bytes are
# counted wrong, and the depth is taken from elsewhere. With zips and with no compression it is right. Of depth with
# alpha three takes the depth and makes the alpha 1 everywhere. Depth alone, and colours beside depth, are right.
# Matters: a viewer that was tried with one file shows noise for the next, or rows of another place with piz; clipped for
# display it is black and white. Keep ids in a file of their own.
# Versions: numpy 2.4.6 openexr 3.5.3 parse-exr 1.0.2 three 0.187.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 openexr==3.5.3
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund parse-exr@1.0.2 three@0.187.0
venv/bin/python - <<'PYTHON'
import numpy as np
import OpenEXR

depth = np.arange(12, dtype=np.float32).reshape(3, 4) + 0.125
others = {"alone": {}, "alpha": {"A": np.full_like(depth, 0.5)}, "ids": {"id": np.arange(12, dtype=np.uint32).reshape(3, 4) * 100}}
for name, more in others.items():
    for packing in ("ZIP", "ZIPS", "NO"):
        head = {"compression": getattr(OpenEXR, f"{packing}_COMPRESSION"), "type": OpenEXR.scanlineimage}
        OpenEXR.File(head, {"Y": depth, **more}).write(f"{name}-{packing}.exr")
        assert np.array_equal(OpenEXR.File(f"{name}-{packing}.exr").channels()["Y"].pixels, depth)
PYTHON
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import parseExr from "parse-exr";
import { FloatType } from "three";
import { EXRLoader } from "three/examples/jsm/loaders/EXRLoader.js";

const open = (name) => Uint8Array.from(readFileSync(`${name}.exr`)).buffer;
const byThree = (name) => new EXRLoader().setDataType(FloatType).parse(open(name)).data;
const every = (values, step, start = 0) => [...values].filter((_, place) => place % step === start);
const sorted = (values) => [...values].sort((one, other) => one - other);
const right = Array.from({ length: 12 }, (_, place) => place + 0.125);

for (const packing of ["ZIP", "ZIPS", "NO"]) {
  for (const name of ["alone", "alpha", "ids"]) {
    const file = `${name}-${packing}`;
    const found = [every(byThree(file), 4), [...parseExr(open(file), FloatType).data]];
    if (file === "ids-ZIP") {
      console.log("beside ids:", found[0]);
      for (const depth of found) assert.ok(depth.filter((value) => right.includes(value)).length < 3);
    } else {
      for (const depth of found) assert.deepEqual(sorted(depth), right, file);
    }
  }
}
assert.deepEqual(every(byThree("alpha-ZIP"), 4, 3), Array(12).fill(1));
console.log("still so");
JAVASCRIPT
node find.mjs
