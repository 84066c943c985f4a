#!/usr/bin/env bash
# A point cloud of three points with a column label (class or object) in a pandas table, written as PLY by pyntcloud and
# read again: with the label as whole numbers of 64 bits, as pandas makes them, of 32 bits, and of 32 bits without a
# sign.
#
# Guessed: the points and labels come back; where PLY has no such kind, the next one is taken, or an error is raised.
# True:    of 32 bits with a sign they do. Of all others the head of the file names a kind by the first letter alone:
# whole numbers with a sign are "int" (32 bits), those without are "uchar" (8 bits), while the points themselves are
# written in full. So every point after the first begins at the wrong byte: of 64 bits the second point has a y of 1 in
# place of 6, and for a label the bits of a coordinate. In text form (as_text) it is right. Nothing is raised.
# Matters: the number of points is right and the first one too, so a look at the file's head shows nothing, and it reads
# back without an error. Turn labels into int32 first.
# Versions: numpy 2.2.6 pandas 2.3.3 pyntcloud 0.3.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pandas==2.3.3 pyntcloud==0.3.1
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import numpy as np
import pandas
from pyntcloud import PyntCloud

warnings.simplefilter("ignore")
x, label = np.array([0, 1, 2], np.float32), [3, 7, 1]


def through(kind, **options):
    points = pandas.DataFrame({"x": x, "y": x + 5, "z": x + 9, "label": pandas.Series(label).astype(kind)})
    PyntCloud(points).to_file("cloud.ply", **options)
    return PyntCloud.from_file("cloud.ply").points


assert pandas.Series(label).dtype == np.int64
for kind in ("int32", "int64", "uint32"):
    found = through(kind)
    with open("cloud.ply", "rb") as file:
        head = next(line for line in file if b"label" in line).decode().strip()
    print(kind, "is said to be", head, found, sep="\n")
    assert len(found) == 3 and found["x"][0] == 0 and found["label"][0] == 3
    right = np.allclose(found["x"], x) and found["label"].tolist() == label
    assert right == (kind == "int32")
    assert head == f"property {'uchar' if kind == 'uint32' else 'int'} label"
    assert through(kind, as_text=True)["label"].tolist() == label
print("still so")
PYTHON
