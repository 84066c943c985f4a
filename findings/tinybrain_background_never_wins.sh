#!/usr/bin/env bash
# Class maps made half as large by tinybrain (downsample_segmentation), for pyramids of labels, which picks the most
# frequent pixel of each block of 2×2×1 or 2×2×2, as its help says.
#
# Guessed: the majority class of every block; of ties any.
# True:    0 does not count: three pixels of background and one of class 7 become 7, while three of class 3 and one of 7
# become 3. The factor (2, 2), by the help the same as (2, 2, 1), takes the upper left pixel of each block without a
# vote. And a volume in rows, NumPy's own order, halved by (2, 2, 2) comes back scrambled: blocks of one class only
# become other classes. In columns (asfortranarray) it is right.
# Matters: objects swell from level to level, single pixels live for ever, areas on an overview say more than the map.
# A test on a cube of one class, or on one slice, passes.
# Versions: numpy 2.4.6 tinybrain 1.7.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 tinybrain==1.7.0
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import tinybrain


def halved(classes, *factor):
    return tinybrain.downsample_segmentation(classes, factor, 1)[0].squeeze()


for row, column in np.ndindex(2, 2):
    lone = np.zeros((4, 4), np.uint8)
    lone[row, column] = 7
    among_others = np.where(lone, lone, 3)
    assert halved(lone, 2, 2, 1)[0, 0] == 7 and halved(among_others, 2, 2, 1)[0, 0] == 3
    assert halved(among_others, 2, 2)[0, 0] == among_others[0, 0]
print("a lone pixel of four wins over background")

volume = np.ones((4, 4, 4), np.uint32)
volume[2:] = 2
right = volume[::2, ::2, ::2]
print("in rows", halved(volume, 2, 2, 2).tolist(), "in columns", halved(np.asfortranarray(volume), 2, 2, 2).tolist())
assert (halved(np.asfortranarray(volume), 2, 2, 2) == right).all()
assert (halved(volume, 2, 2, 2) != right).sum() == 4
print("still so")
PYTHON
