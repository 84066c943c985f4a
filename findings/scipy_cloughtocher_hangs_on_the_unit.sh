#!/usr/bin/env bash
# A smooth surface through sixty scattered points (CloughTocher2DInterpolator of SciPy, griddata's "cubic"), once as it
# is, and once with its values in another unit.
#
# Guessed: the surface is the same, times the unit, but for rounding; RBFInterpolator has it so.
# True:    values times 1e-8 give another surface, .08 off where the largest is 1; times 1e-6 .004. The slopes at the
# points are found step by step, until none changes by more than tol, 1e-6, which counts as it is for whatever is below
# 1. With a tol of 1e-18 it is right.
# Matters: thickness in metres where it is a few nanometres, or a matte of 1 over 65535, is interpolated otherwise than
# in the unit that fits it, between the points alone: at them it is exact, so a check there passes. Scale values to
# about 1.
# Versions: numpy 2.4.6 scipy 1.17.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from scipy.interpolate import CloughTocher2DInterpolator, RBFInterpolator, griddata

generator = np.random.default_rng(0)
points = generator.uniform(size=(60, 2))
values = np.sin(5 * points[:, 0]) * np.cos(4 * points[:, 1])
asked = generator.uniform(0.3, 0.7, size=(200, 2))
surface = CloughTocher2DInterpolator(points, values)(asked)
smooth = RBFInterpolator(points, values)(asked)


def furthest(other, true=surface):
    return float(np.abs(other - true).max())


for unit, least, most in ((1e-3, 0, 1e-4), (1e-6, 1e-3, 1e-2), (1e-8, 0.02, 0.2)):
    scaled = values * unit
    found = furthest(CloughTocher2DInterpolator(points, scaled)(asked) / unit)
    exact = furthest(CloughTocher2DInterpolator(points, scaled, tol=1e-18)(asked) / unit)
    kernels = furthest(RBFInterpolator(points, scaled)(asked) / unit, smooth)
    at_points = furthest(CloughTocher2DInterpolator(points, scaled)(points) / unit, values)
    print("times", unit, "off by", found, "with a small tol", exact, "at the points", at_points, "kernels", kernels)
    assert least <= found <= most and exact < 1e-5 and kernels < 1e-9 and at_points < 1e-9
    assert furthest(griddata(points, scaled, asked, "cubic") / unit) == found
print("still so")
PYTHON
