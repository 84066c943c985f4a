#!/usr/bin/env bash
# The median and other quantiles of a depth or class map inside an outline, by exactextract, of whole pixels and of maps
# in which few values occur.
#
# Guessed: where the outline covers whole pixels, what NumPy gives: of thirty pixels at 1 m and six at 7 m the median is
# 1, and of a mask of 0 and 255 with one pixel of 36 set it is 0.
# True:    4 m and 127.5. Equal values are joined before the quantile is taken, and then it goes in a straight line from
# one value to the next, so with two values in the map the median is halfway between them, however many pixels each has;
# the first tenth of that mask is 25.5. In a map of whole numbers the fraction is cut away besides: the middle of 1, 2, 3
# and 4 is 2. With all values different it is NumPy's. majority and mean are right.
# Matters: the median is taken because few outliers should not count; here one pixel moves it halfway, and it is a depth
# at which nothing is. Maps of bytes and of whole millimetres have many equal values. Ask for "values" and take NumPy's.
# Versions: exactextract 0.3.0 numpy 2.2.6 shapely 2.2.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check exactextract==0.3.0 numpy==2.2.6 shapely==2.2.0
venv/bin/python -W ignore - <<'PYTHON'
import numpy as np
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from shapely.geometry import box, mapping


def inside(values, kind):
    """Statistics of a map of one row, all of which is inside the outline."""
    raster = NumPyRasterSource(np.array([values], kind), 0, 0, len(values), 1)
    outline = {"type": "Feature", "geometry": mapping(box(0, 0, len(values), 1)), "properties": {}}
    asked = ["quantile(q=0.1)", "median", "majority", "mean", "values"]
    found = exact_extract(raster, [outline], asked)[0]["properties"]
    assert sorted(found["values"]) == sorted(values)
    assert found["mean"] == np.mean(values)
    return found


for values, tenth, median in (
    ([1] * 30 + [7] * 6, 1.6, 4),
    ([0] * 35 + [255], 25.5, 127.5),
    ([0] * 19 + [100] * 17, 10, 50),
):
    floats, whole = inside(values, float), inside(values, np.uint8)
    right = np.median(values)
    print(np.unique(values, return_counts=True), "median", floats["median"], whole["median"], "for", right)
    assert np.isclose(floats["quantile_10"], tenth) and floats["median"] == median
    assert whole["quantile_10"] == int(tenth) and whole["median"] == int(median)
    assert right == np.quantile(values, 0.1) == floats["majority"] == whole["majority"]

different = list(range(1, 37))
assert inside(different, float)["median"] == np.median(different)
print("middle of 1 to 4:", inside([1, 2, 3, 4], float)["median"], inside([1, 2, 3, 4], np.int32)["median"])
assert inside([1, 2, 3, 4], float)["median"] == 2.5
assert inside([1, 2, 3, 4], np.int32)["median"] == 2
print("still so")
PYTHON
