#!/usr/bin/env bash
# The overlap of two empty masks, where an object is absent and rightly none is found, by Dice and
# by IoU of two libraries for medical masks.
#
# Guessed: libraries differ (1, 0 or NaN), but Dice and IoU of one library agree, for each
# follows from the other: D = 2J / (1 + J).
# True:    they contradict each other. MedPy: Dice NaN, IoU 1. SimpleITK: Dice infinite and IoU the
# largest double, while its SimilarityIndex, which is Dice too, is 0. Nothing is raised.
# Matters: a mean over photos or classes where an object may be absent is lost by one measure and
# raised by the other, or becomes infinite. Settle the empty case before calling any of them.
# Versions: medpy 0.5.2 numpy 2.4.6 scipy 1.17.1 simpleitk 2.5.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check medpy==0.5.2 numpy==2.4.6 scipy==1.17.1 simpleitk==2.5.7
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import math

import numpy as np
import SimpleITK
from medpy.metric import binary

none = np.zeros((4, 5), np.uint8)
some = none.copy()
some[1, 1:3] = 1


def simpleitk(one, two):
    pictures = [SimpleITK.GetImageFromArray(mask) for mask in (one, two)]
    overlap = SimpleITK.LabelOverlapMeasuresImageFilter()
    overlap.Execute(*pictures)
    index = SimpleITK.SimilarityIndexImageFilter()
    index.Execute(*pictures)
    dice, iou = overlap.GetDiceCoefficient(), overlap.GetJaccardCoefficient()
    return dice, iou, index.GetSimilarityIndex()


def medpy(one, two):
    return float(binary.dc(one, two)), float(binary.jc(one, two))


assert simpleitk(some, some) == (1, 1, 1)
assert medpy(some, some) == (1, 1)
print(simpleitk(none, none), medpy(none, none))
dice, iou, index = simpleitk(none, none)
assert math.isinf(dice) and iou > 1e300 and index == 0
dice, iou = medpy(none, none)
assert math.isnan(dice) and iou == 1
print("still so")
PYTHON
