#!/usr/bin/env bash
# A map of grey of 16 bits (gray16le) through single filters of FFmpeg: a box of one pixel drawn, a slow zoom that does
# not zoom, a step with settings that change nothing, and a table (lut) that gives every number itself.
#
# Guessed: the numbers but for the box, for the kind is 16 bits before and after; or an error where a filter knows 8
# bits only.
# True:    drawbox, zoompan, perspective, eq, and removegrain turn the whole picture to 8 bits and back: 300 is 257 and
# 40000 is 39835 or 40090. lut keeps 16 bits, and ends at 65280: 65535 becomes 65280, which it cannot give. hflip, crop,
# geq and convolution stay exact. Nothing is written at the level of errors.
# Matters: ids change, depth goes in steps of 257 mm, and a mask by lut has no white. The file is still of 16 bits, and
# scaled for display looks right. Try each filter on a ramp first; use geq for lut.
# Versions: imageio-ffmpeg 0.8.1 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 \
  numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import subprocess

import imageio_ffmpeg
import numpy as np

PROGRAM = imageio_ffmpeg.get_ffmpeg_exe()


def by_ffmpeg(picture, kind, steps, result_kind):
    """The picture after some filters, as a flat array of the same type unless the kind says 16 bits."""
    height, width = picture.shape[:2]
    command = [PROGRAM, "-v", "error", "-f", "rawvideo", "-pix_fmt", kind, "-s", f"{width}x{height}", "-i", "-"]
    command += ["-vf", steps, "-f", "rawvideo", "-pix_fmt", result_kind, "-"]
    done = subprocess.run(command, input=picture.tobytes(), capture_output=True, check=True)
    assert not done.stderr, done.stderr
    return np.frombuffer(done.stdout, "<u2" if "le" in result_kind else np.uint8)


row = [0, 1, 255, 300, 1000, 40_000, 65_534, 65_535]
depth = np.tile(np.array(row * 2, "<u2"), (8, 1))


def off(steps):
    """How far the pixels beyond the upper left corner are off at most."""
    found = by_ffmpeg(depth, "gray16le", steps, "gray16le").reshape(8, 16)
    return int(np.abs(found[4:, 8:].astype(int) - depth[4:, 8:]).max()), found[4, 8:].tolist()


print("given      ", row)
for steps in (
    "drawbox=0:0:1:1:white",
    "zoompan=d=1:s=16x8",
    "perspective=interpolation=linear",
    "eq=contrast=1",
    "removegrain=0",
):
    most, found = off(steps)
    print(steps.partition("=")[0].ljust(11), found)
    assert 80 <= most <= 260
table = off("lut=y=val")[1]
white = off("lut=y='if(gt(val,299),65535,0)'")[1]
print("lut        ", table, "a mask by lut", white)
assert table == [*row[:6], 65_280, 65_280] and white == [0, 0, 0] + [65_280] * 5
for steps in ("null", "hflip,hflip", "crop=16:8:0:0", "geq=lum='p(X,Y)'", "convolution='0 0 0 0 1 0 0 0 0'"):
    assert off(steps)[0] == 0, steps
print("still so")
PYTHON
