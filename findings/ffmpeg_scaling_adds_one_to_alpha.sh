#!/usr/bin/env bash
# A picture with alpha, of all 256 numbers, made twice as large by FFmpeg's scale with flags=neighbor, and the matte
# alone as a grey picture.
#
# Guessed: every pixel four times, colours and alpha alike, for the nearest pixel is a copy.
# True:    colours are copies, and so is the grey matte. Of the alpha about half of the 256 numbers come out one higher:
# 128 is 129 and 254 is 255, the low ones stay. With bilinear it is the same, also in a picture of one alpha. Without
# scaling, mirrored say, alpha stays.
# Matters: what is nearly opaque becomes opaque; ids and classes that travel as alpha become their neighbours, from 128
# up, and a small test with classes 1, 2, 3 passes. Scale the matte as a grey picture of its own (alphaextract).
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


matte = np.arange(256, dtype=np.uint8).reshape(16, 16)
picture = np.stack([matte, 255 - matte, np.full_like(matte, 7), matte], axis=-1)

large = by_ffmpeg(picture, "rgba", "scale=32:32:flags=neighbor", "rgba").reshape(32, 32, 4)[::2, ::2]
added = large[..., 3].astype(int) - matte
print("numbers that became one higher:", int((added == 1).sum()), "the lowest is", int(matte[added == 1].min()))
print("128 and 254 became", large[8, 0, 3], large[15, 14, 3])
assert (large[..., :3] == picture[..., :3]).all()
assert set(np.unique(added)) == {0, 1} and 100 <= (added == 1).sum() <= 156 and (added[matte < 100] == 0).all()

alone = by_ffmpeg(matte, "gray", "scale=32:32:flags=neighbor", "gray").reshape(32, 32)[::2, ::2]
taken_out = by_ffmpeg(picture, "rgba", "alphaextract,scale=32:32:flags=neighbor", "gray").reshape(32, 32)[::2, ::2]
mirrored = by_ffmpeg(picture, "rgba", "hflip", "rgba").reshape(16, 16, 4)[:, ::-1]
assert (alone == matte).all() and (taken_out == matte).all() and (mirrored == picture).all()
flat = by_ffmpeg(np.full((8, 8, 4), 128, np.uint8), "rgba", "scale=16:16:flags=bilinear", "rgba").reshape(16, 16, 4)
print("128 everywhere, bilinear:", np.unique(flat[..., :3]), np.unique(flat[..., 3]))
assert np.unique(flat[..., :3]).tolist() == [128] and np.unique(flat[..., 3]).tolist() == [129]
print("still so")
PYTHON
