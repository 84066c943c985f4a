#!/usr/bin/env bash
# Ids of objects as floats, polygonised by rasterio (features.shapes), which takes no whole numbers of 32 bits without
# a sign and none of 64 bits, so that large ids come as floats.
#
# Guessed: one polygon for each id, as long as the floats hold it exactly: to 16777216 in 32 bits, beyond 2^50 in 64.
# True:    neighbours whose ids are close become one polygon, which bears the id of one of them. At 4 million 0, 3 and 12
# apart are three polygons; from 8.4 million on all three are one. Doubles go through 32 bits, so it is the same for
# them. The same ids as int32 are three polygons. Nothing is raised, and no warning given.
# Matters: the ids of COCO's panoptic maps (R + 256 G + 65536 B) reach 16.7 million. Objects that touch flow together,
# there alone where their colours have much blue. Number the objects anew, or give int32.
# Versions: numpy 2.4.6 rasterio 1.4.4
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 rasterio==1.4.4
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from rasterio import features


def ids(base, kind):
    """The ids of the polygons, less the base, of three objects side by side."""
    picture = base + np.array([[0, 0, 3, 3, 12], [0, 0, 3, 3, 12]])
    return sorted(int(value) - base for _, value in features.shapes(picture.astype(kind)))


for base in (4_000_000, 8_500_000, 16_000_000):
    print(base, ids(base, np.int32), ids(base, np.float32), ids(base, np.float64))
    assert ids(base, np.int32) == [0, 3, 12]
    assert (np.float32(base) + np.array([0, 3, 12], np.float32) == base + np.array([0, 3, 12])).all()
assert ids(4_000_000, np.float32) == ids(4_000_000, np.float64) == [0, 3, 12]
for base in (8_500_000, 16_000_000):
    assert len(ids(base, np.float32)) == len(ids(base, np.float64)) == 1
print("still so")
PYTHON
