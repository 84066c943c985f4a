#!/usr/bin/env bash
# A moving matte of 8 bits, written by PyAV without loss in H.264, H.265 and FFV1 from grey frames to
# grey pixels, and read back as grey.
#
# Guessed: the same numbers from all three, for nothing is ever converted to colours.
# True:    H.265 and FFV1 give them back. H.264 comes back as YUV of video levels: everything up to 16
# becomes 0, from 235 on 255, and between it is stretched. The numbers are in the file, as the plane
# of brightness shows; color_range = 2 on the encoder makes the reader leave them alone.
# Matters: thin smoke and hair vanish from a matte that was saved without loss, nearly opaque glass
# becomes solid, and class numbers up to 16 are all background. Check one frame before a thousand.
# Versions: av 18.1.0 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
"$place/venv/bin/python" - "$place/matte.mkv" <<'PYTHON'
import sys

import av
import numpy as np

matte = np.arange(256, dtype=np.uint8).repeat(4).reshape(32, 32)


def read_back(codec, options, color_range=None):
    with av.open(sys.argv[1], "w") as file:
        stream = file.add_stream(codec, rate=10, options=options)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "gray"
        if color_range is not None:
            stream.codec_context.color_range = color_range
        file.mux(stream.encode(av.VideoFrame.from_ndarray(matte, format="gray")))
        file.mux(stream.encode())
    with av.open(sys.argv[1]) as file:
        return next(file.decode(video=0))


for codec, options in (("ffv1", {}), ("libx265", {"x265-params": "lossless=1:log-level=none"})):
    assert np.array_equal(read_back(codec, options).to_ndarray(format="gray"), matte)
frame = read_back("libx264", {"qp": "0"})
grey = frame.to_ndarray(format="gray").ravel()
print(grey[::64].tolist())
assert frame.format.name == "yuv420p"
assert np.array_equal(frame.to_ndarray()[:32], matte)
flat = matte.ravel()
assert (grey[flat <= 16] == 0).all() and (grey[flat >= 235] == 255).all()
assert abs(int(grey[flat == 128][0]) - 128) <= 3 and grey[flat == 40][0] < 32
marked = read_back("libx264", {"qp": "0"}, color_range=2)
assert np.array_equal(marked.to_ndarray(format="gray"), matte)
print("still so")
PYTHON
