#!/usr/bin/env bash
# A class map with -1 for "no label" and ids beyond 255, as arrays of signed numbers, written to a TIFF by geotiff
# (JavaScript) and read again by it and by tifffile.
#
# Guessed: the numbers come back, for it takes typed arrays and writes their kind into the head of the file; or kinds
# that it cannot write are refused.
# True:    of signed 16 and 32 bits the head is right and the numbers are not: the low byte of each is written, one after
# the other, and the rest of the picture is 0. -1, 2, 300, 4 read as -254, 11268, 0, 0. Numbers without a sign, floats
# and signed bytes come back. A plain array becomes bytes: 300 is 44 and -1 is 255.
# Matters: the file opens everywhere, with the right size and type, and holds other numbers. Shift to numbers without a
# sign, or write floats.
# Versions: geotiff 3.0.5 numpy 2.4.6 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numpy==2.4.6 tifffile==2026.3.3
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund geotiff@3.0.5
cat > find.mjs <<'JAVASCRIPT'
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { fromArrayBuffer, writeArrayBuffer } from "geotiff";

async function written(numbers) {
  const file = await writeArrayBuffer(numbers, { width: 2, height: 2 });
  const image = await (await fromArrayBuffer(file)).getImage();
  const [found] = await image.readRasters();
  return { file, found: [...found], bits: image.getBitsPerSample(), format: image.getSampleFormat() };
}

const ids = [-1, 2, 300, 4];
const SIGNED = 2;
for (const [kind, expected] of [
  [Int16Array, [-254, 11268, 0, 0]],
  [Int32Array, [-16634876, 0, 0, 0]],
]) {
  const { file, found, bits, format } = await written(kind.from(ids));
  console.log(kind.name, ids, "come back as", found);
  assert.deepEqual([found, bits, format], [expected, 8 * kind.BYTES_PER_ELEMENT, SIGNED]);
  writeFileSync(`${kind.name}.tif`, Buffer.from(file));
}
for (const kind of [Uint16Array, Uint32Array, Float32Array, Int8Array]) {
  const numbers = kind.from(ids);
  assert.deepEqual((await written(numbers)).found, [...numbers]);
}
assert.deepEqual((await written(ids)).found, [255, 2, 44, 4]);
JAVASCRIPT
node find.mjs
venv/bin/python - <<'PYTHON'
import tifffile

for kind, expected in (("Int16Array", [-254, 11268, 0, 0]), ("Int32Array", [-16634876, 0, 0, 0])):
    found = tifffile.imread(f"{kind}.tif")
    print(kind, "by tifffile", found.dtype, found.ravel())
    assert found.ravel().tolist() == expected
print("still so")
PYTHON
