#!/usr/bin/env bash
# A picture of 8 bits made one of 16 by FFmpeg (rgb24 to rgb48le, rgba to rgba64le, and gray to gray16le).
#
# Guessed: each number times 257, so that white is 65535 and opaque is 65535, as PNG's rule has it; or times 256.
# True:    grey is times 257. Of colours white is 65283, and (200, 100, 50) is (51189, 25606, 12783), about .4 per cent
# too dark; with alpha likewise, where opaque is 65532. Where all three colours are alike they stay alike. Back to 8
# bits the colours are the same as before, so a round trip hides it.
# Matters: of a film made frames of 16 bits no pixel is white and none is opaque: a test for 65535 finds nothing, and
# what is laid over another picture lets it shine through. Frames made elsewhere, times 257, do not match. Multiply in
# NumPy.
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


white, colour = [255, 255, 255, 255], [200, 100, 50, 255]
for name, pixel in (("white", white), ("a colour", colour)):
    picture = np.tile(np.uint8(pixel), (8, 16, 1))
    opaque = by_ffmpeg(picture, "rgba", "null", "rgba64le")
    plain = by_ffmpeg(picture[..., :3].copy(), "rgb24", "null", "rgb48le")
    back = by_ffmpeg(opaque.reshape(8, 16, 4), "rgba64le", "null", "rgba")
    print(name, "rgba64le", opaque[:4], "rgb48le", plain[:3], "times 257", np.multiply(pixel, 257), "back", back[:4])
    dark = np.multiply(pixel, 257) - opaque[:4]
    assert (dark > 0).all() and (dark <= 300).all() and dark[0] > 150
    assert plain[:3].tolist() == opaque[:3].tolist() and back[:4].tolist() == pixel

grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
assert (by_ffmpeg(grey, "gray", "null", "gray16le") == np.arange(256) * 257).all()
print("still so")
PYTHON
