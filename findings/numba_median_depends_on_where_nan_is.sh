#!/usr/bin/env bash
# The median of depths of which some are unknown (NaN), by np.median in a function compiled with Numba.
#
# Guessed: NaN, as from the same line without Numba, and as Numba gives for mean, max and percentile(…, 50).
# True:    it depends on the order of the pixels. The depths 1, 2, 3, 5 and one NaN have, in other orders, the medians
# 2, 3, 5 or NaN; the ten depths from 1 to 10 and seven NaN anything from 2 to 9, or NaN. nanmedian is right.
# Matters: an interpreted run shows by NaN that there are holes; the compiled one gives a plausible depth, and another
# one when the photo is mirrored. Use nanmedian, or test with isnan first.
# Versions: numba 0.68.1 numpy 2.2.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check numba==0.68.1 numpy==2.2.6
venv/bin/python -W ignore - <<'PYTHON'
from itertools import permutations

import numba
import numpy as np


def middles(depth_m):
    return np.median(depth_m), np.percentile(depth_m, 50), np.nanmedian(depth_m), np.mean(depth_m), np.max(depth_m)


compiled = numba.njit(middles)
rng = np.random.default_rng(0)
few = [np.array(order) for order in permutations([1.0, 2, 3, 5, np.nan])]
many = [rng.permutation([*np.arange(1.0, 11), *[np.nan] * 7]) for _ in range(300)]
for name, orders, known in (("few", few, 2.5), ("many", many, 5.5)):
    medians = set()
    for depth_m in orders:
        found, plain = compiled(depth_m), middles(depth_m)
        assert np.array_equal(plain, [np.nan, np.nan, known, np.nan, np.nan], equal_nan=True)
        assert np.array_equal(found[1:], plain[1:], equal_nan=True)
        medians.add(str(found[0]))
    print(name, "holes, compiled:", sorted(medians), "NumPy: nan; median of the known:", known)
    assert {"2.0", "3.0", "5.0", "nan"} <= medians
    mirrored = [str(compiled(depth_m[::-1])[0]) != str(compiled(depth_m)[0]) for depth_m in orders]
    assert any(mirrored)
for order in permutations([1.0, 2, 3, 5]):
    assert compiled(np.array(order))[0] == 2.5
print("still so")
PYTHON
