#!/usr/bin/env bash
# The area below a curve of bytes, 200 everywhere (numpy.trapezoid, SciPy's trapezoid and simpson), as a profile through
# a matte or a count of pixels is.
#
# Guessed: 400 for three numbers, from all, for the result is a float; NumPy's gradient and means widen bytes too.
# True:    numpy.trapezoid, SciPy's trapezoid and cumulative_trapezoid give 144: two neighbours are added in bytes,
# which wraps, and only then halved. simpson gives 400. Counts of 16 bits wrap from 65536 on. Places (x) of bytes that
# run down wrap as well: an area of -6000 becomes 1530000.
# Matters: an area under a curve, so a score, is small where the curve is high, and right where it is low, and no
# warning is given. Turn both into floats first.
# Versions: numpy 2.4.6 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from scipy import integrate

profile = np.full(3, 200, np.uint8)
for name, area, found in (
    ("numpy.trapezoid", np.trapezoid, 144),
    ("scipy trapezoid", integrate.trapezoid, 144),
    ("scipy cumulative", lambda curve: integrate.cumulative_trapezoid(curve)[-1], 144),
    ("scipy simpson", integrate.simpson, 400),
):
    print(name, area(profile), "of floats", area(profile.astype(float)))
    assert area(profile) == found and area(profile.astype(float)) == 400
counts = np.full(3, 40_000, np.uint16)
assert np.trapezoid(counts) == 2 * 40_000 - 65_536 and np.gradient(profile).tolist() == [0, 0, 0]

downwards = np.array([3, 2, 1, 0], np.uint8)
heights = np.full(4, 2000.0)
found, true = (float(np.trapezoid(heights, x)) for x in (downwards, downwards.astype(float)))
print("over x from 3 to 0:", found, "of floats", true)
assert found == 1_530_000 and true == -6000
print("still so")
PYTHON
