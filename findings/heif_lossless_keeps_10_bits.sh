#!/usr/bin/env bash
# Ids or depth in millimetres of 16 bits, and a colour picture, saved by pillow-heif as its help says for lossless:
# quality=-1 and chroma=444.
#
# Guessed: the colours exact; of 16 bits the upper 12, which is what the format can hold, or an error.
# True:    grey of 8 bits is exact. Colours differ by 1, unless matrix_coefficients=0 is given too. Of 16 bits the upper 10
# are kept and the others cut off: 0 to 63 become 0, 300 becomes 256, and white, 65535, becomes 65472. With the option
# SAVE_HDR_TO_12_BIT it is 65520. The file opens with mode I;16, as what was saved.
# Matters: ids below 64 are background, depth is in steps of 64 mm, and no pixel of a matte is opaque; ids kept in the
# colours of a picture are off by one here and there. Use PNG for numbers.
# Versions: numpy 2.4.6 pillow 13.0.0 pillow-heif 1.8.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pillow==13.0.0 pillow-heif==1.8.1
"$place/venv/bin/python" - <<'PYTHON'
import io

import numpy as np
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()


def again(array, **options):
    """The array saved as the help says for lossless, and read."""
    file = io.BytesIO()
    Image.fromarray(array).save(file, "HEIF", quality=-1, chroma=444, **options)
    return Image.open(file)


numbers = [0, 1, 63, 64, 300, 30_000, 65_519, 65_535] * 2
deep = np.tile(np.array(numbers, np.uint16), (16, 1))
found = again(deep)
print(found.mode, np.asarray(found)[0, :8])
assert found.mode == "I;16"
assert np.array_equal(np.asarray(found), deep // 64 * 64)
pillow_heif.options.SAVE_HDR_TO_12_BIT = True
assert np.asarray(again(deep)).max() == 65_520

colours = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
grey = np.ascontiguousarray(colours[..., 0])
assert np.array_equal(np.asarray(again(grey)), grey)
apart = np.abs(np.asarray(again(colours)).astype(int) - colours)
print("colours differ by up to", apart.max(), "in", (apart > 0).mean())
assert apart.max() == 1
assert np.array_equal(np.asarray(again(colours, matrix_coefficients=0)), colours)
print("still so")
PYTHON
