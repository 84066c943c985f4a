#!/usr/bin/env bash
# The opacity that two people gave a pixel, 200 of 255 each, as two columns of bytes in polars, and
# their mean across the columns.
#
# Guessed: 200, as the mean down a column is and as the mean of a list of bytes is; the result is a
# float in any case.
# True:    72. The sum across columns is taken in the columns' own type, wraps to 144 and is halved.
# Signed bytes of 100 have the mean -28, 16 bits wrap from 65536 on. Down a column all is right.
# Matters: a merged matte or depth (in millimetres, 16 bits) is wrong where it is bright or far, right
# where it is dark or near, and it is a plausible number. Cast to floats before.
# Versions: polars 2.1.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0
"$place/venv/bin/python" - <<'PYTHON'
import polars


def table(value, kind):
    return polars.DataFrame({"one": [value, 10], "two": [value, 20]}, schema={"one": kind, "two": kind})


matte = table(200, polars.UInt8)
print(matte.mean_horizontal().to_list())
assert matte.mean_horizontal().to_list() == [72, 15]
assert matte.select(polars.mean_horizontal("one", "two")).to_series().to_list() == [72, 15]
assert matte.mean_horizontal().dtype == polars.Float64
assert matte.sum_horizontal().to_list() == [144, 30]
assert table(100, polars.Int8).mean_horizontal().to_list() == [-28, 15]
assert table(40000, polars.UInt16).mean_horizontal().to_list() == [7232, 15]

assert polars.Series([200, 200], dtype=polars.UInt8).mean() == 200
assert polars.Series([200, 200], dtype=polars.UInt8).sum() == 400
assert matte.select(polars.concat_list("one", "two").list.mean()).to_series().to_list() == [200, 15]
floats = matte.cast(polars.Float64)
assert floats.mean_horizontal().to_list() == [200, 15]
print("still so")
PYTHON
