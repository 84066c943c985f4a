#!/usr/bin/env bash
# A line through sixty points, every fifth of them far off (HuberRegressor and TheilSenRegressor of scikit-learn),
# fitted once as it is, once with x counted from elsewhere, and once with y in another unit.
#
# Guessed: the same slope of 2 each time: both are there for outliers, and a line does not hang on where one counts from
# or in which unit; the help of HuberRegressor says that y may be scaled.
# True:    with x from 10000 to 10059 HuberRegressor finds a slope of .008, a flat line between the points and the
# outliers, after some thirty steps and with no warning, without the penalty (alpha=0) too. At 1000 it is right.
# TheilSenRegressor is right there, but not in small units: with y of a thousandth it is 2.003, of a ten-thousandth
# 2.12, and it stays so. A tol of 1e-15 mends that.
# Matters: columns of a wide picture, years, map metres and times are such x, and depth in metres per pixel is such a y.
# A flat line looks like data without a trend. Take the middle off and divide by the spread (StandardScaler) on both
# sides.
# Versions: numpy 2.4.6 scipy 1.17.1 scikit-learn 1.9.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 \
  scikit-learn==1.9.1
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
from sklearn.linear_model import HuberRegressor, TheilSenRegressor

warnings.simplefilter("error")
x = np.arange(60.0)
y = 2 * x + 5
y[::5] += 200


def huber(x, y, **options):
    return float(HuberRegressor(max_iter=1000, **options).fit(x[:, None], y).coef_[0])


def theil_sen(x, y, **options):
    return float(TheilSenRegressor(random_state=0, **options).fit(x[:, None], y).coef_[0])


for start, slope in ((0, 2), (1000, 2), (10_000, 0.008), (100_000, 0.0008)):
    found = huber(x + start, y), huber(x + start, y, alpha=0), theil_sen(x + start, y)
    print("x from", start, "Huber", found[0], "without penalty", found[1], "Theil-Sen", found[2])
    np.testing.assert_allclose(found, [slope, slope, 2], rtol=0.01)
for unit, slope in ((1, 2), (1e-4, 2.116), (1e-6, 2.086)):
    found = huber(x, y * unit) / unit, theil_sen(x, y * unit) / unit, theil_sen(x, y * unit, tol=1e-15) / unit
    print("y times", unit, "Huber", found[0], "Theil-Sen", found[1], "with a small tol", found[2])
    np.testing.assert_allclose(found, [2, slope, 2], rtol=0.011)
print("still so")
PYTHON
