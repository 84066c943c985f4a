#!/usr/bin/env bash
# A label map of bytes with four objects, numbered anew by photutils (SegmentationImage.relabel_consecutive) from 254
# on, as one does to put the objects of several pictures into one list.
#
# Guessed: 254 to 257 in a wider kind of number; or an error, as its reassign_label raises for 300.
# True:    254, 255, 0 and 1: the third object becomes background, and the fourth is number 1. Its list of labels then
# names 0. Of 16 bits it is right. Nothing is raised.
# Matters: an object disappears without a word, and the other one has the number of an object of the first picture.
# Widen the map first.
# Versions: numpy 2.4.6 photutils 3.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 photutils==3.0.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from photutils.segmentation import SegmentationImage


def renumbered(kind):
    objects = SegmentationImage(np.array([[0, 1, 2], [5, 5, 9]], kind))
    objects.relabel_consecutive(start_label=254)
    print(np.dtype(kind), objects.data.tolist(), "labels", objects.labels.tolist())
    return objects


assert renumbered(np.uint16).data.tolist() == [[0, 254, 255], [256, 256, 257]]
bytes_only = renumbered(np.uint8)
assert bytes_only.data.tolist() == [[0, 254, 255], [0, 0, 1]]
assert bytes_only.labels.tolist() == [254, 255, 0, 1]
try:
    SegmentationImage(np.array([[0, 1]], np.uint8)).reassign_label(1, 300)
    raise SystemExit(1)
except OverflowError:
    pass
print("still so")
PYTHON
