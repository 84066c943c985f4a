#!/usr/bin/env bash
# A class map resized by mahotas to its own size, and to twice its size, without interpolation (order 0).
#
# Guessed: to its own size, itself; to twice its size, each pixel four times.
# True:    to its own size, all moves up and to the left by one pixel: the first row and column are gone
# and a black row and column stand at the end. To twice its size the first row and column are gone
# likewise, the second is there three times, and the end is black. Every spline order does so.
# Matters: classes at the upper and left edge vanish, the others lie beside their objects, and class 0
# grows a border. A plain field of 7 resized has two edges of 0.
# Versions: mahotas 1.4.19 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check mahotas==1.4.19 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import mahotas
import numpy as np

classes = np.arange(1, 17, dtype=np.uint8).reshape(4, 4)
same = mahotas.resize.resize_to(classes, (4, 4), order=0)
print(classes, same, sep="\n\n")
expected = np.zeros((4, 4), np.uint8)
expected[:3, :3] = classes[1:, 1:]
assert np.array_equal(same, expected)

double = mahotas.resize.resize_to(classes, (8, 8), order=0)
assert double[0].tolist() == [6, 6, 6, 7, 7, 8, 8, 0]
assert double[:, 0].tolist() == [6, 6, 6, 10, 10, 14, 14, 0]
for order in (0, 1):
    field = mahotas.resize.resize_to(np.full((4, 4), 7, np.uint8), (8, 8), order=order)
    assert (field[:-1, :-1] == 7).all() and (field[-1] == 0).all() and (field[:, -1] == 0).all()
print("still so")
PYTHON
