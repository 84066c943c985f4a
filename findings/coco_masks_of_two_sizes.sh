#!/usr/bin/env bash
# pycocotools asked to compare and to join the run lengths of masks of two sizes.
#
# Guessed: an error that names the sizes.
# True:    the IoU is −1, and the union is a mask of 0×0 pixels; nothing is raised.
# Matters: a mean over IoUs with a −1 in it is merely lower, so a photo that was made smaller
# after labelling looks like a bad prediction. clickmend checks sizes before.
# Versions: numpy 2.2.6 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pycocotools==2.0.11
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from pycocotools import mask

wide = mask.encode(np.asfortranarray(np.ones((2, 6), np.uint8)))
tall = mask.encode(np.asfortranarray(np.ones((6, 2), np.uint8)))
assert mask.iou([wide], [wide], [0]).tolist() == [[1.0]]
assert mask.iou([wide], [tall], [0]).tolist() == [[-1.0]]
assert mask.merge([wide, tall])["size"] == [0, 0]
print("still so")
PYTHON
