#!/usr/bin/env bash
# The opaque pixels of a photo of 9 megapixels summed by numexpr (bytes of 255), ids of 32 bits, and depths of 1.1 m
# as floats of 32 bits; and the largest of depths with NaN.
#
# Guessed: exact sums, in 64 bits as NumPy takes them for whole numbers and in doubles for floats; NaN as the largest,
# as its own maximum says of two arrays.
# True:    bytes are summed in 32 bits: 9 million times 255 is -1999967296. So are numbers of 16 and 32 bits. Twenty
# million floats of 1.1 give a mean of 1.18, for each is added in 32 bits. max and min leave NaN out, maximum and
# minimum keep it.
# Matters: coverage turns negative at 8.4 megapixels of white, below that all is right; mean depths drift by some per
# cent, and a check for NaN by the largest number passes. Give sum an array of 64 bits.
# Versions: numexpr 2.14.2 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numexpr==2.14.2 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import numexpr
import numpy as np

white = np.full((3000, 3000), 255, np.uint8)
found = int(numexpr.evaluate("sum(white)"))
print("white", found, "in place of", int(white.sum()))
assert white.sum() == 2_295_000_000
assert found == 2_295_000_000 - 2**32
few = white[:1000]
assert numexpr.evaluate("sum(few)") == few.sum()

for kind in (np.uint16, np.int32):
    numbers = np.full(70000, 50000, kind)
    assert numexpr.evaluate("sum(numbers)") == 3_500_000_000 - 2**32
assert numexpr.evaluate("sum(wide)", {"wide": np.full(70000, 50000)}) == 3_500_000_000

depth_m = np.full(20_000_000, 1.1, np.float32)
mean = float(numexpr.evaluate("sum(depth_m)")) / depth_m.size
print("mean depth", mean)
assert 1.15 < mean < 1.25
assert abs(depth_m.mean() - 1.1) < 1e-5

hole = np.array([1, np.nan, 3])
print("largest", numexpr.evaluate("max(hole)"), "maximum", numexpr.evaluate("maximum(hole, 0)"))
assert numexpr.evaluate("max(hole)") == 3
assert numexpr.evaluate("min(hole)") == 1
assert np.isnan(numexpr.evaluate("maximum(hole, 0)")).sum() == 1
print("still so")
PYTHON
