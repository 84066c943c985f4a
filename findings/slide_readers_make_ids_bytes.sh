#!/usr/bin/env bash
# A label map of 16 bits in a tiled TIFF with a smaller level, as goes with a picture of gigapixels, read by OpenSlide,
# large-image (its source for Pillow) and tiffslide, of which the last is meant to take the first one's place.
#
# Guessed: OpenSlide refuses it, for all it hands out is colours of 8 bits; large-image gives 16 bits where an array is
# asked for; tiffslide too.
# True:    OpenSlide takes it and gives the upper byte as a grey: 255 and below are 0, 300 and 511 are 1. large-image gives
# an array of bytes, each number divided by 257. tiffslide has the numbers. Of 8 bits all are right.
# Matters: the first 255 objects are background and the others merge by 256s; nothing is raised, and at the other levels it
# is the same. A small test has ids below 256 and is black.
# Versions: large-image 1.35.6 large-image-source-pil 1.35.6 numpy 2.4.6 openslide-bin 4.0.1.2
# openslide-python 1.4.7 pillow 13.0.0 tifffile 2026.3.3 tiffslide 3.0.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check large-image==1.35.6 \
  large-image-source-pil==1.35.6 numpy==2.4.6 openslide-bin==4.0.1.2 openslide-python==1.4.7 pillow==13.0.0 \
  tifffile==2026.3.3 tiffslide==3.0.1
"$place/venv/bin/python" - <<'PYTHON'
import os
import tempfile

import large_image_source_pil
import numpy as np
import openslide
import tifffile
import tiffslide

numbers = [0, 7, 255, 256, 300, 511, 512, 65535]


def found(kind, numbers):
    """The numbers, each on one row of a tiled file, as the three readers give them."""
    labels = np.repeat(np.array(numbers, kind)[:, None], 512, 1).repeat(64, 0)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "labels.tif")
        with tifffile.TiffWriter(path) as file:
            file.write(labels, tile=(256, 256), photometric="minisblack", subifds=0)
            file.write(labels[::2, ::2], tile=(256, 256), photometric="minisblack", subfiletype=1)
        whole = {"left": 0, "top": 0, "width": 512, "height": 512}
        by_openslide = np.asarray(openslide.OpenSlide(path).read_region((0, 0), 1, (256, 256)))
        by_large_image, _ = large_image_source_pil.open(path).getRegion(format="numpy", region=whole)
        by_tiffslide = tiffslide.TiffSlide(path).read_region((0, 0), 1, (256, 256), as_array=True)
    rows = len(numbers)
    return [array[:: len(array) // rows, 0, 0].tolist() for array in (by_openslide, by_large_image, by_tiffslide)]


for name, values in zip(("OpenSlide", "large-image", "tiffslide"), found("u2", numbers), strict=True):
    print(name, values)
by_openslide, by_large_image, by_tiffslide = found("u2", numbers)
assert by_openslide == [number // 256 for number in numbers]
assert by_large_image == [number // 257 for number in numbers]
assert by_tiffslide == numbers
small = [0, 1, 2, 7, 100, 200, 254, 255]
assert found("u1", small) == [small] * 3
print("still so")
PYTHON
