#!/usr/bin/env bash
# A change map or class map with numbers below 0 (signed 8 and 16 bits), and half floats, in a TIFF, read by tiff, the
# reader behind image-js (JavaScript), and by geotiff.
#
# Guessed: the numbers, or an error for kinds that it does not know, as there is one for whole numbers of 32 bits.
# True:    -1 is 255 of 8 bits and 65535 of 16, in an array without sign; a half float of 1.25 is 15616, its bits. The
# file says which kind it holds (sampleFormat), and the reader hands this on as well. Floats of 32 and 64 bits are right,
# and geotiff reads all of them.
# Matters: "no label" becomes the void class of 8 bits, or an id that no class has; a small motion to the left becomes a
# huge one to the right. Look at sampleFormat, and put an Int16Array over the same buffer.
# Versions: geotiff 3.0.5 numpy 2.4.6 tiff 7.1.3 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tifffile==2026.3.3
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund geotiff@3.0.5 tiff@7.1.3
venv/bin/python - <<'PYTHON'
import numpy as np
import tifffile

for kind in ("int8", "int16", "float16", "float32"):
    tifffile.imwrite(f"{kind}.tif", np.array([[-1, 0, 1.25, 100]]).astype(kind))
PYTHON
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fromArrayBuffer } from "geotiff";
import { decode } from "tiff";

const right = { int8: [-1, 0, 1, 100], int16: [-1, 0, 1, 100], float16: [-1, 0, 1.25, 100], float32: [-1, 0, 1.25, 100] };
const found = {
  int8: [255, 0, 1, 100],
  int16: [65535, 0, 1, 100],
  float16: [48128, 0, 15616, 22080],
  float32: [-1, 0, 1.25, 100],
};
for (const [kind, numbers] of Object.entries(found)) {
  const file = readFileSync(`${kind}.tif`);
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
  const [page] = decode(bytes);
  console.log(kind, page.data);
  assert.deepEqual([...page.data], numbers);
  const image = await (await fromArrayBuffer(bytes)).getImage();
  assert.deepEqual([...(await image.readRasters({ interleave: true }))], right[kind]);
}
console.log("still so");
JAVASCRIPT
node find.mjs
