#!/usr/bin/env bash
# A map of 16 bits (depth in millimetres, or ids) in Pillow: turned, painted into, filled and counted.
#
# Guessed: what opens, draws and saves 16 bits does the rest in 16 bits too, or raises an error, as its filters do.
# True:    no error, and other numbers. Turned by the bilinear method, a plain wall at 1000 mm holds a noise of
# numbers below 256; the id 300 pasted through a hard mask is 11308; a flood fill fills nothing; the
# histogram is of the bytes of the left half. In 32 bits and floats all four are right.
# Matters: each is a step of mending masks and depth, and all work in a test with 8 bits. Turn such maps into
# 32 bits first (mode I), or work in NumPy, as clickmend does.
# Versions: numpy 2.4.6 pillow 13.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from PIL import Image, ImageDraw


def turned(kind):
    wall = Image.fromarray(np.full((24, 24), 1000, kind))
    return np.asarray(wall.rotate(30, Image.Resampling.BILINEAR))[8:16, 8:16]


def pasted(kind):
    picture = Image.fromarray(np.zeros((4, 4), kind))
    picture.paste(300, (0, 0, 2, 2), Image.new("1", (2, 2), 1))
    return np.asarray(picture)[0, 0]


def filled(kind):
    picture = Image.fromarray(np.full((4, 4), 1000, kind))
    ImageDraw.floodfill(picture, (0, 0), 300)
    return np.asarray(picture)


def counted(kind):
    numbers = np.zeros((4, 8), kind)
    numbers[:, 4:] = 300
    return {number: n for number, n in enumerate(Image.fromarray(numbers).histogram()) if n}


for kind in (np.int32, np.float32):
    assert (turned(kind) == 1000).all() and pasted(kind) == 300 and (filled(kind) == 300).all()
    assert counted(kind) == {0: 16, 255: 16}
print(turned(np.uint16), pasted(np.uint16), filled(np.uint16)[0], counted(np.uint16))
assert (turned(np.uint16) < 256).all() and len(np.unique(turned(np.uint16))) > 8
assert pasted(np.uint16) == 11308
assert (filled(np.uint16) == 1000).all()
assert counted(np.uint16) == {0: 32}
print("still so")
PYTHON
