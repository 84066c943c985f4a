#!/usr/bin/env bash
# A cut-out with a soft edge (RGBA) made a PSD by psd-tools (PSDImage.frompil) and taken out again (topil).
#
# Guessed: the same colours and the same alpha, for nothing is lossy on the way.
# True:    alpha is the same, the colours are not: a grey of 100 with an alpha of 155 comes back black. On the way out a
# white background is taken off, which Photoshop mixes into the picture it keeps for others; on the way in none is mixed
# in. The file holds 100, as Pillow reads it.
# Matters: the edge of every cut-out has a dark rim afterwards, where hair is worst, and each further round makes it
# darker. Mix with white by alpha before frompil.
# Versions: numpy 2.4.6 pillow 13.0.0 psd-tools 1.26.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 psd-tools==1.26.0
"$place/venv/bin/python" - <<'PYTHON'
import io

import numpy as np
from PIL import Image
from psd_tools import PSDImage


def again(pixels):
    """The pixels (colours and alpha) by way of a file, by psd-tools and by Pillow."""
    file = io.BytesIO()
    PSDImage.frompil(Image.fromarray(pixels)).save(file)
    file.seek(0)
    by_psd_tools = np.asarray(PSDImage.open(file).topil())
    file.seek(0)
    return by_psd_tools, np.asarray(Image.open(file).convert("RGBA"))


alpha = np.array([[255, 230, 155, 100]], np.uint8)
grey = np.stack([np.full_like(alpha, 100)] * 3 + [alpha], -1)
found, in_the_file = again(grey)
print("100 with alpha", alpha[0], "becomes", found[0, :, 0])
assert np.array_equal(found[..., 3], alpha)
assert found[0, 0, 0] == 100
assert 80 < found[0, 1, 0] < 90
assert found[0, 2:, 0].tolist() == [0, 0]
assert np.array_equal(in_the_file, grey)

share = alpha[..., None] / 255
mixed = np.dstack([grey[..., :3] * share + 255 * (1 - share) + 0.5, alpha]).astype(np.uint8)
assert np.abs(again(mixed)[0].astype(int) - grey).max() <= 2
print("still so")
PYTHON
