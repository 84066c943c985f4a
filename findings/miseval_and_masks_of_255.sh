#!/usr/bin/env bash
# Two masks that do not touch, in MISeval: as 0 and 1 and as 0 and 255. And a mask moved by rows, by
# its Hausdorff distance.
#
# Guessed: Dice 0 for both, or an error for numbers that are no class. A distance of 3 for 3 rows.
# True:    a binary mask is "equal to 1", so a mask of 0 and 255 has no object at all, and two of them
# have Dice 1, accuracy 1 and volume similarity 1, whatever they show, and IoU 0. The distance named
# HD takes the rows of the arrays for points: moved 3 rows down it is 0, and it depends on the
# numbers in the mask; its sibling AHD ("average") gives the true maximum, 3.
# Matters: full marks for a mask that misses everything, the most dangerous of wrong results.
# Turn masks into booleans before; take AHD where HD is meant.
# Versions: numpy 2.4.6 miseval 1.3.0 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 miseval==1.3.0
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
from miseval import evaluate

here, there = np.zeros((2, 20, 20), np.uint8)
here[2:6, 2:6] = 1
there[12:18, 12:18] = 1


def measured(one, two, *names):
    return [round(float(evaluate(one, two, metric=name)), 3) for name in names]


print(measured(here * 255, there * 255, "DSC", "IoU", "ACC", "VS"))
assert measured(here > 0, there > 0, "DSC", "IoU", "ACC") == [0, 0, 0.87]
assert measured(here, there, "DSC", "IoU", "ACC") == [0, 0, 0.87]
assert measured(here * 255, there * 255, "DSC", "IoU", "ACC", "VS") == [1, 0, 1, 1]
lower = np.roll(here, 3, axis=0)
assert measured(here, lower, "HD", "AHD") == [0, 3]
assert measured(here, here.T * 2, "HD") != measured(here, here.T, "HD")
print("still so")
PYTHON
