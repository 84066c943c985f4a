#!/usr/bin/env bash
# The spread (standard deviation) of depth in each of two objects, walls at 10 m or at 5 m with noise of 1 cm, as floats
# of 32 bits, by numpy_groupies, which aggregates numbers by their labels: without Numba and with Numba beside it.
#
# Guessed: 1 cm for both objects, with Numba and without, as from NumPy and SciPy.
# True:    without Numba it is. With Numba, which is taken by itself where it is there, one object at 10 m has NaN and
# the other .7 cm; at 5 m it is 1.3 and 1.2 cm, with 50000 pixels each. In millimetres, at 5 m with noise of 10, it is
# 9.4 and 8.0. The mean of the squares less the square of the mean is taken in 32 bits, where little is left. As doubles
# it is right, and so are the means.
# Matters: installing another package changes which of two depth maps is the smoother, and a spread of NaN drops an
# object. Turn depths into doubles first.
# Versions: numba 0.68.1 numpy 2.4.6 numpy-groupies 0.16.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numba==0.68.1 numpy==2.4.6 numpy-groupies==0.16.0
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
import numpy_groupies
from numpy_groupies import aggregate_numpy

warnings.simplefilter("ignore")
label = np.repeat([0, 1], 50_000)
for distance, noise in ((10.0, 0.01), (5.0, 0.01), (5000.0, 10.0)):
    random = np.random.default_rng(0)
    depth = (distance + random.normal(0, noise, label.size)).astype(np.float32)
    found = numpy_groupies.aggregate(label, depth, func="std")
    as_doubles = numpy_groupies.aggregate(label, depth.astype(float), func="std")
    by_numpy = [depth[label == one].std() for one in (0, 1)]
    without = aggregate_numpy.aggregate(label, depth, func="std")
    print(distance, "spread", found, "without Numba", without, "as doubles", as_doubles, "by NumPy", by_numpy)
    assert np.allclose(without, noise, rtol=0.02)
    assert np.allclose(as_doubles, noise, rtol=0.02) and np.allclose(by_numpy, noise, rtol=0.02)
    assert not np.allclose(found, noise, rtol=0.05)
    means = numpy_groupies.aggregate(label, depth, func="mean")
    assert np.allclose(means, depth.mean(dtype=float), atol=noise / 50, rtol=1e-5)
print("still so")
PYTHON
