#!/usr/bin/env bash
# A depth map of floats in a TIFF packed by deflate with the predictor for floats (3), as writers advise for them, read by
# utif and utif2 (JavaScript), and by geotiff.
#
# Guessed: the depths, for predictor 2 is undone for bytes and 16 bits; or an error for a predictor that is not known.
# True:    what is unpacked is handed out as it is: differences between bytes, of which the first four are those of the
# highest bytes. Taken as floats, 1, 2, 3, 4 m are none of them. Without a predictor the floats are right. geotiff reads
# all of them.
# Matters: height and depth maps are often packed so (GDAL calls it PREDICTOR=3); they become noise, or black where utif
# makes a picture of them, from files that open elsewhere. Look at tag 317 (t317) before.
# Versions: geotiff 3.0.5 imagecodecs 2026.3.6 numpy 2.4.6 tifffile 2026.3.3 utif 3.1.0 utif2 4.1.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6 tifffile==2026.3.3
venv/bin/python - <<'PYTHON'
import numpy as np
import tifffile

depth_m = np.arange(1, 13, dtype=np.float32).reshape(3, 4)
tifffile.imwrite("plain.tif", depth_m, compression="zlib")
tifffile.imwrite("predictor.tif", depth_m, compression="zlib", predictor=3)
tifffile.imwrite("ids.tif", (depth_m * 300).astype(np.uint16), compression="zlib", predictor=2)
PYTHON
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts geotiff@3.0.5 utif@3.1.0 utif2@4.1.0
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fromArrayBuffer } from "geotiff";
import utif from "utif";
import utif2 from "utif2";

const file = (name) => Uint8Array.from(readFileSync(name)).buffer;
const depth = Array.from({ length: 12 }, (_, place) => place + 1);

function byUtif(library, name) {
  const [page] = library.decode(file(name));
  library.decodeImage(file(name), page);
  return page.data.slice(0, page.data.length).buffer;
}

for (const library of [utif, utif2]) {
  assert.deepEqual([...new Float32Array(byUtif(library, "plain.tif"))], depth);
  assert.deepEqual([...new Uint16Array(byUtif(library, "ids.tif"))], depth.map((number) => 300 * number));
  const found = [...new Float32Array(byUtif(library, "predictor.tif"))];
  console.log("1 2 3 4 became", found.slice(0, 4).join(" "));
  assert.ok(found.every((number, place) => Math.abs(number - depth[place]) > 0.5));
}
for (const name of ["plain.tif", "predictor.tif"]) {
  const tiff = await fromArrayBuffer(file(name));
  assert.deepEqual([...(await (await tiff.getImage()).readRasters())[0]], depth);
}
console.log("still so");
JAVASCRIPT
node find.mjs
