#!/usr/bin/env bash
# A mask with a soft edge (0 to 255, as an enlarged or smoothed one has), and a class map, turned into run
# lengths by the encode of three libraries for COCO's masks.
#
# Guessed: whatever is not 0 is object, as 1 and 255 both are, or an error for numbers that are not binary.
# True:    in pycocotools and faster-coco-eval a new run begins wherever the number changes down a column, and
# runs are background and object in turn. The soft edge comes back as stripes, an object of 6 pixels has an area
# of 4 in a box 6 high; the middle of the classes 1, 2, 3 is background. hotcoco takes all that is not 0.
# Matters: one mask resized with interpolation and cast to bytes is a striped object in the file, whose box is
# right. Compare with 0 or 127 first. clickmend encodes booleans only.
# Versions: faster-coco-eval 1.8.0 hotcoco 1.3.0 numpy 2.2.6 pycocotools 2.0.11
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check faster-coco-eval==1.8.0 \
  hotcoco==1.3.0 numpy==2.2.6 pycocotools==2.0.11
"$place/venv/bin/python" - <<'PYTHON'
import hotcoco.mask
import numpy as np
import pycocotools.mask
from faster_coco_eval.core import mask as faster_mask

soft = np.array([0, 60, 180, 255, 255, 180, 60, 0], np.uint8)
classes = np.array([0, 1, 2, 3, 0], np.uint8)


def through(library, column):
    """The column encoded and decoded, its area and the height of its box."""
    runs = library.encode(np.asfortranarray(column[:, None]))
    left, top, width, height = library.toBbox(runs)
    return library.decode(runs).ravel().tolist(), int(library.area(runs)), int(height)


for name, library in (("pycocotools", pycocotools.mask), ("faster-coco-eval", faster_mask)):
    print(name, through(library, soft), through(library, classes))
    assert through(library, soft) == ([0, 1, 0, 1, 1, 0, 1, 0], 4, 6)
    assert through(library, classes)[0] == [0, 1, 0, 1, 0]
    assert through(library, np.where(soft > 0, 255, 0).astype(np.uint8))[1] == 6
print("hotcoco", through(hotcoco.mask, soft), through(hotcoco.mask, classes))
assert through(hotcoco.mask, soft) == ([0, 1, 1, 1, 1, 1, 1, 0], 6, 6)
assert through(hotcoco.mask, classes)[0] == [0, 1, 1, 1, 0]
print("still so")
PYTHON
