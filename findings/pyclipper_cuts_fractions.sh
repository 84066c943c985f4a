#!/usr/bin/env bash
# The overlap, the area, the growth and the inside of polygons whose corners have fractions, as outlines between pixels
# and outlines that were made smaller have, by pyclipper. Its readme says that the library computes in whole numbers.
#
# Guessed: an error that asks for whole numbers, or rounding.
# True:    each corner is cut to whole numbers before anything else: two squares that overlap by 4.4 × 4.4 overlap by 4 × 4,
# the area of a square from .9 to 5.9 is 25, right by luck, and from .1 to 5.9 it is 25 as well, in place of 33.6. A
# growth by .4 changes nothing, and the point (5.5, 5.5) is on the edge of a square that ends at 5.2. Only where nothing is
# left, as of outlines from 0 to 1 (YOLO's), is there an error, and it speaks of an invalid path.
# Matters: IoUs and areas are a little wrong everywhere, small objects most. Scale by scale_to_clipper and back.
# Versions: numpy 2.4.6 pyclipper 1.4.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pyclipper==1.4.0
"$place/venv/bin/python" - <<'PYTHON'
import pyclipper


def square(low, high):
    return [(low, low), (high, low), (high, high), (low, high)]


def overlap(one, two):
    clipper = pyclipper.Pyclipper()
    clipper.AddPath(one, pyclipper.PT_SUBJECT, True)
    clipper.AddPath(two, pyclipper.PT_CLIP, True)
    (found,) = clipper.Execute(pyclipper.CT_INTERSECTION)
    return found


def area(path):
    return abs(pyclipper.Area(path))


print("overlap", area(overlap(square(0.1, 5.9), square(1.5, 9))), "in place of", 4.4 * 4.4)
assert area(overlap(square(0.1, 5.9), square(1.5, 9))) == 16
one, two = pyclipper.scale_to_clipper([square(0.1, 5.9), square(1.5, 9)])
exact = pyclipper.scale_from_clipper(overlap(one, two))
assert round(max(x for x, _ in exact) - min(x for x, _ in exact), 6) == 4.4

assert area(square(0.1, 5.9)) == area(square(0.9, 5.9)) == 25
grower = pyclipper.PyclipperOffset()
grower.AddPath(square(0, 10), pyclipper.JT_MITER, pyclipper.ET_CLOSEDPOLYGON)
assert area(grower.Execute(0.4)[0]) == 100
ON_THE_EDGE = -1
assert pyclipper.PointInPolygon((5.5, 5.5), square(0, 5.2)) == ON_THE_EDGE
try:
    overlap(square(0.1, 0.9), square(0.2, 0.8))
    raise SystemExit("outlines from 0 to 1 are taken now")
except pyclipper.ClipperException as error:
    print(error)
print("still so")
PYTHON
