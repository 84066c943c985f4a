#!/usr/bin/env bash
# The least and the largest of a few depths, one of them NaN, by SimpleITK's MinimumMaximumImageFilter.
#
# Guessed: NaN for both, or the least and the largest of the rest, as its StatisticsImageFilter says.
# True:    of (NaN, 1, 3, 2) the least is 2, though 1 is there: depths are compared in pairs, and the partner of NaN
# is tried as the largest only. Of (1, NaN, 3, 2) it is 1. In a map of which half is NaN, 1.0 to 6.0 m, the least can
# be 2.2, or NaN, as the pairs fall.
# Matters: what it gives is a depth like any other, so near things are not seen, thresholds and colours for display
# begin too far away, and the same map mirrored gives another answer. Fill NaN first, or ask the other filter.
# Versions: numpy 2.4.6 simpleitk 2.5.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 simpleitk==2.5.7
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import SimpleITK as sitk


def ends(filter, depths_m):
    filter.Execute(sitk.GetImageFromArray(np.array([depths_m], np.float32)))
    return filter.GetMinimum(), filter.GetMaximum()


nan = np.nan
for depths_m, found in (
    ([nan, 1, 3, 2], (2, 3)), ([1, nan, 3, 2], (1, 3)), ([nan, 9, 3, 2], (2, 9)), ([nan, nan, 3, 2], (2, 3))
):
    pairs = ends(sitk.MinimumMaximumImageFilter(), depths_m)
    statistics = ends(sitk.StatisticsImageFilter(), depths_m)
    print(depths_m, "MinimumMaximum", pairs, "Statistics", statistics)
    assert pairs == found
    assert statistics == (np.nanmin(depths_m), np.nanmax(depths_m))
print("still so")
PYTHON
