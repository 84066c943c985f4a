#!/usr/bin/env bash
# A mask file, read by pyvips, mended (written anew by another program) and read again in the same
# process.
#
# Guessed: the new mask; at least when the file's time, size and even the picture's size changed.
# True:    the old one, with the old width and height. libvips keeps the last hundred results, and a
# file of the same name is the same result. revalidate=True reads anew. The help of new_from_file,
# which lists the options of all loaders, does not have it.
# Matters: a server that shows masks while people mend them shows the mask of before, and a check
# after a save compares the old with the old.
# Versions: numpy 2.4.6 pillow 13.0.0 pyvips 3.2.0 pyvips-binary 8.18.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pyvips==3.2.0 pyvips-binary==8.18.7
"$place/venv/bin/python" - "$place/mask.png" <<'PYTHON'
import os
import sys

import numpy as np
import pyvips
from PIL import Image


def read(**options):
    picture = pyvips.Image.new_from_file(sys.argv[1], **options)
    return picture.width, picture.height, int(picture.max())


Image.fromarray(np.zeros((20, 30), np.uint8)).save(sys.argv[1])
os.utime(sys.argv[1], (10**9, 10**9))
assert read() == (30, 20, 0)
Image.fromarray(np.full((33, 44), 200, np.uint8)).save(sys.argv[1])
os.utime(sys.argv[1], (10**9 + 3600, 10**9 + 3600))
print("read again:", read())
assert read() == (30, 20, 0)
assert "revalidate" not in pyvips.Image.new_from_file.__doc__
assert read(revalidate=True) == (44, 33, 200)
print("still so")
PYTHON
