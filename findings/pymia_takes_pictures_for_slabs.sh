#!/usr/bin/env bash
# Two masks of a picture, whose outlines are nowhere closer than 6 pixels, compared by pymia's surface Dice and surface
# overlap at a tolerance of 1 pixel.
#
# Guessed: 0, as by surface-distance, which its help names as the original; or an error, if it takes volumes only.
# True:    .72 and 1. A picture is made a volume of one slice, and its front and back are surface as well: whatever is
# inside both masks counts as surface found. A square of 40 moved by 4 gets .93. The Hausdorff distances are right.
# Matters: for pictures it is nearly the overlap of the masks, looks like a good outline, and hardly feels the tolerance.
# Take surface-distance for pictures.
# Versions: numpy 1.26.4 pymia 0.3.4 scikit-image 0.25.2 scipy 1.15.3 simpleitk 2.5.7 surface-distance 0.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
  numpy==1.26.4 scikit-image==0.25.2 scipy==1.15.3 simpleitk==2.5.7
# h5py, which pymia wants for its data sets alone, is left out.
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps pymia==0.3.4 surface-distance==0.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import surface_distance
from pymia.evaluation.evaluator import SegmentationEvaluator
from pymia.evaluation.metric import HausdorffDistance, SurfaceDiceOverlap, SurfaceOverlap


def pymia_of(found, truth):
    judge = SegmentationEvaluator([SurfaceDiceOverlap(1), SurfaceOverlap(1), HausdorffDistance(100)], {1: "object"})
    judge.evaluate(found.astype(np.uint8), truth.astype(np.uint8), "photo")
    return [float(result.value) for result in judge.results]


def original(found, truth):
    distances = surface_distance.compute_surface_distances(truth, found, (1, 1))
    return float(surface_distance.compute_surface_dice_at_tolerance(distances, 1))


truth = np.zeros((60, 60), bool)
truth[10:50, 10:50] = True
core = np.zeros((60, 60), bool)
core[16:44, 16:44] = True
moved = np.roll(truth, 4, axis=1)

print("core", pymia_of(core, truth), original(core, truth))
print("moved", pymia_of(moved, truth), original(moved, truth))
dice, overlap, farthest = pymia_of(core, truth)
assert 0.70 < dice < 0.75 and overlap == 1 and abs(farthest - 6 * 2**0.5) < 1e-6
assert original(core, truth) == 0
assert pymia_of(moved, truth)[0] > 0.93 and original(moved, truth) < 0.5
print("still so")
PYTHON
