#!/usr/bin/env bash
# A film of pictures of 35 × 27 pixels, written and read again by OpenCV.
#
# Guessed: the frames come back as 35 × 27, or the writer does not open.
# True:    the writer opens and takes every frame, and they come back as 34 × 26, without their last
# column and row, with lossless codecs and lossy ones alike. Of 36 × 28 the lossless ones bring every
# value back.
# Matters: masks written as a film no longer lie over their photos' size, and nothing says so. Pad to
# even sides first, or keep masks as pictures, as clickmend label --sequence does.
# Versions: numpy 2.4.6 opencv-python-headless 5.0.0.93
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 opencv-python-headless==5.0.0.93
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np


def written_and_read(picture, codec, name):
    height, width = picture.shape[:2]
    writer = cv2.VideoWriter(name, cv2.VideoWriter_fourcc(*codec), 10, (width, height))
    assert writer.isOpened()
    for _ in range(3):
        writer.write(picture)
    writer.release()
    film, frames = cv2.VideoCapture(name), []
    while True:
        there, frame = film.read()
        if not there:
            return frames
        frames.append(frame)


rng = np.random.default_rng(0)
odd = rng.integers(0, 256, (27, 35, 3), np.uint8)
even = rng.integers(0, 256, (28, 36, 3), np.uint8)
for codec, name in (("FFV1", "a.avi"), ("FFV1", "a.mkv"), ("png ", "b.avi"), ("MJPG", "c.avi"), ("mp4v", "d.mp4")):
    shapes = [frame.shape for frame in written_and_read(odd, codec, name)]
    assert shapes == [(26, 34, 3)] * 3, (codec, shapes)
for codec in ("FFV1", "png "):
    first, *_ = written_and_read(odd, codec, "e.avi")
    assert (first == odd[:-1, :-1]).all(), codec
    first, *_ = written_and_read(even, codec, "f.avi")
    assert (first == even).all(), codec
print("still so")
PYTHON
