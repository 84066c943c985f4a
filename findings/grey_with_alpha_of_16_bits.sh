#!/usr/bin/env bash
# A PNG of grey with alpha, of 8 and of 16 bits, in Pillow.
#
# Guessed: mode LA for both, at worst with 8 bits kept of the 16.
# True:    8 bits open as LA, 16 bits as RGBA: the grey three times, and of every number the high
# byte alone.
# Matters: code that asks for mode LA misses such files, and a matte or an id in them loses its
# low byte. They are read by OpenCV in clickmend.data.stored, which keeps all 16.
# Versions: numpy 2.2.6 pillow 12.0.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.2.6 pillow==12.0.0
"$place/venv/bin/python" - <<'PYTHON'
import io
import struct
import zlib

import numpy as np
from PIL import Image


def png(bits, row):
    header = struct.pack(">IIBBBBB", 2, 1, bits, 4, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" + row)), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


assert Image.open(png(8, bytes([1, 255, 3, 40]))).mode == "LA"
deep = Image.open(png(16, struct.pack(">4H", 258, 65535, 1000, 300)))
assert deep.mode == "RGBA"
assert np.asarray(deep).tolist() == [[[1, 1, 1, 255], [3, 3, 3, 1]]]
print("still so")
PYTHON
