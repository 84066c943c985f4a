#!/usr/bin/env bash
# The distance to the background of a mask in half floats, as networks give them, by edt.
#
# Guessed: the distances, as for whole numbers and floats of 32 and 64 bits; or an error, for halves are not in its
# list of types.
# True:    0 everywhere, with or without a black border, and the signed distance is nowhere above 0. No error and no
# warning is given.
# Matters: thresholds on the distance take no pixel, the deepest point (where a next click would go) is the corner of the
# picture, and a weight by distance switches a loss off. Compare with a number first: booleans are right.
# Versions: edt 3.1.2 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check edt==3.1.2 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import edt
import numpy as np

mask = np.zeros((7, 9))
mask[1:6, 2:7] = 1
right = edt.edt(mask)
assert right[3].tolist() == [0, 0, 1, 2, 3, 2, 1, 0, 0]
for kind in (bool, np.uint8, np.int64, np.float32):
    assert (edt.edt(mask.astype(kind)) == right).all()
half = mask.astype(np.float16)
print("floats", right[3], "halves", edt.edt(half)[3])
assert not edt.edt(half).any() and not edt.edt(half, black_border=True).any()
assert edt.sdf(mask).max() == 3 and edt.sdf(half).max() <= 0
print("still so")
PYTHON
