#!/usr/bin/env bash
# The mean of ten million depths of 1.1 m as floats of 32 bits, by Bottleneck, fast functions for NumPy's arrays; and the
# spread of depths in pandas with Bottleneck installed beside it and switched off.
#
# Guessed: 1.1 from both to six digits, as from NumPy and from pandas; pandas gives the same with and without it.
# True:    nanmean gives 1.02, of twenty million 1.18: it adds one after the other in 32 bits, and from some millions on
# each is rounded as it comes. The standard deviation of depths of .5 to 80 m is 22.5 and not 22.9, and so it is in pandas,
# which uses Bottleneck for it whenever it is installed. The mean in pandas is right.
# Matters: five depth maps of 1920×1080 are ten million pixels. The error is far above that of the sensor, and a column's
# std changes because somebody else needed a package. Turn to doubles first, or set compute.use_bottleneck to False.
# Versions: bottleneck 1.6.0 numpy 2.4.6 pandas 3.1.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check bottleneck==1.6.0 numpy==2.4.6 pandas==3.1.1
"$place/venv/bin/python" - <<'PYTHON'
import bottleneck
import numpy as np
import pandas as pd

flat = np.full(20_000_000, 1.1, np.float32)
for count, found in ((10_000_000, 1.022), (20_000_000, 1.183)):
    mean = bottleneck.nanmean(flat[:count])
    print(f"mean of {count}: {mean:.4f}, by NumPy {np.nanmean(flat[:count]):.4f}")
    assert abs(mean - found) < 1e-3
    assert abs(np.nanmean(flat[:count]) - 1.1) < 1e-5
assert abs(pd.Series(flat).mean() - 1.1) < 1e-5

depth_m = np.random.default_rng(0).uniform(0.5, 80, 20_000_000).astype(np.float32)
right = depth_m.std(dtype=np.float64)
column = pd.Series(depth_m)
beside = column.std()
with pd.option_context("compute.use_bottleneck", False):
    without = column.std()
print(f"std {right:.3f}, in pandas {beside:.3f}, without Bottleneck {without:.3f}")
assert abs(bottleneck.nanstd(depth_m) - right) > 0.3
assert abs(beside - right) > 0.3
assert abs(without - right) < 0.01
print("still so")
PYTHON
