#!/usr/bin/env bash
# The distance between the surfaces of a true and a found object (hd, hd95, msd) by seg-metrics, where the object is
# found three pixels off, and where it is not found at all.
#
# Guessed: infinity, NaN or an error for what is not found, as from MedPy, surface-distance and SimpleITK; at least
# more than for the one that is found.
# True:    it is 0, the distance of a perfect result, of all five kinds; and 0 too where something is found that is
# not there. The remark in the log speaks of precision and recall only. Dice and IoU are 0, rightly.
# Matters: a method that finds nothing in hard photos has a shorter mean distance than one that finds most of it.
# Leave those cases out by the Dice, and count them.
# Versions: numpy 2.4.6 seg-metrics 1.2.8
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 seg-metrics==1.2.8
"$place/venv/bin/python" - <<'PYTHON'
import logging

import numpy as np
from seg_metrics.seg_metrics import write_metrics

logging.disable(logging.WARNING)
truth = np.zeros((1, 20, 30), np.uint8)
truth[0, 5:12, 6:14] = 1
nothing = np.zeros_like(truth)
distances = ("hd", "hd95", "msd", "mdsd", "stdsd")


def judged(truth, found):
    result = write_metrics(labels=[1], gdth_img=truth, pred_img=found)[0]
    return {name: float(result[name][0]) for name in ("dice", *distances)}


for name, true, found in (
    ("3 pixels off", truth, np.roll(truth, 3, 1)), ("not found", truth, nothing), ("found, not there", nothing, truth)
):
    result = judged(true, found)
    print(name, result)
    if name == "3 pixels off":
        assert result["hd"] == 3
        assert result["dice"] > 0.5
    else:
        assert result["dice"] == 0
        assert all(result[kind] == 0 for kind in distances)
print("still so")
PYTHON
