#!/usr/bin/env bash
# A depth map of floats, and ids of 16 and 32 bits with a sign, in a TIFF whose bytes are in big-endian order (MM),
# plain and packed, read by Pillow.
#
# Guessed: the numbers of the file each time; the order of bytes is said in its head, and plain files are read right.
# True:    packed by deflate, LZW, PackBits or Zstandard each number comes with its bytes turned round: 1 m is
# 4.6e-41, the id 1 is 256 or 16777216. Unpacking puts them into the order of the machine, and then they are swapped
# once more. Plain files and numbers of 16 bits without a sign are right. OpenCV reads all of them.
# Matters: depth becomes almost 0 everywhere and ids become other ids, without a warning, and only for the files of
# some writers. clickmend read such files through Pillow where tifffile lacked the codec; it names the order now.
# Versions: imagecodecs 2026.3.6 numpy 2.4.6 opencv-python-headless 5.0.0.93 pillow 13.0.0 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6 \
  opencv-python-headless==5.0.0.93 pillow==13.0.0 tifffile==2026.3.3
"$place/venv/bin/python" - <<'PYTHON'
import io

import cv2
import numpy as np
import tifffile
from PIL import Image

numbers = [1, 300, 1000, 70]


def written(kind, packing):
    stream = io.BytesIO()
    tifffile.imwrite(
        stream, np.array([numbers], kind), byteorder=">", compression=packing, photometric="minisblack"
    )
    return stream.getvalue()


def by_pillow(file):
    return np.asarray(Image.open(io.BytesIO(file)))[0].tolist()


for kind in ("f4", "i4", "i2", "u2"):
    assert by_pillow(written(kind, None)) == numbers
    for packing in ("deflate", "lzw", "packbits", "zstd"):
        file = written(kind, packing)
        found = by_pillow(file)
        print(kind, packing, found)
        turned = numbers if kind == "u2" else np.array(numbers, kind).byteswap().tolist()
        assert found == turned
        if packing != "zstd":
            assert cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)[0].tolist() == numbers
print("still so")
PYTHON
