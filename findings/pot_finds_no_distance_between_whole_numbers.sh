#!/usr/bin/env bash
# How far two lists of greys are apart as distributions (wasserstein_1d of POT), given as whole numbers, and two clouds
# of pixels (sliced_wasserstein_distance).
#
# Guessed: (0, 200) and (100, 255) are 77.5 apart whatever kind of number they are, as SciPy's wasserstein_distance
# says.
# True:    as whole numbers of any kind, NumPy's own among them, they are 0 apart, and so are all others; only as floats
# it is 77.5. The two clouds of bytes are 0 apart likewise. The plan of emd_1d is 0 everywhere, while the cost that
# emd2_1d gives is right. Most likely since the weights, 1/2 each, take the kind of the places and become 0.
# Matters: greys, millimetres and pixels are whole numbers, and a distance of 0 is the best result there is: each two
# histograms are alike, with no error and no warning. Turn places into floats first.
# Versions: numpy 2.4.6 scipy 1.17.1 POT 0.9.7.post1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 \
  POT==0.9.7.post1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import ot
from scipy.stats import wasserstein_distance

first, second = [0, 200], [100, 255]
assert wasserstein_distance(first, second) == 77.5
for kind in (np.uint8, np.int32, np.int64, np.float32, np.float64):
    places = np.array(first, kind), np.array(second, kind)
    found = float(ot.wasserstein_1d(*places))
    plan = np.asarray(ot.emd_1d(*places), float).sum()
    print(kind.__name__, "distance", found, "mass of the plan", plan, "cost", float(ot.emd2_1d(*places)))
    whole = np.issubdtype(kind, np.integer)
    assert found == (0 if whole else 77.5) and plan == (0 if whole else 1)
    assert float(ot.emd2_1d(*places)) == (100**2 + 55**2) / 2

clouds = [[0, 0], [200, 100]], [[100, 0], [255, 90]]
for kind in (np.uint8, np.int64, float):
    apart = float(ot.sliced_wasserstein_distance(*(np.array(cloud, kind) for cloud in clouds), seed=0))
    print("clouds of", kind.__name__, "are", apart, "apart")
    assert apart > 50 if kind is float else apart == 0
print("still so")
PYTHON
