#!/usr/bin/env bash
# The ids of a tile numbered on from those of the tile before, by fastremap's renumber with its option start.
#
# Guessed: a wider type where the numbers need one, as its remap gives for a number that does not fit, and its mask; or
# an error.
# True:    the type stays that of the tile and the numbers wrap: 199 objects of bytes from 100 on are 100 to 255 and then
# 0 to 42, so one object is background, and below 100 the ids of the tile before come again. Signed bytes go on at -128.
# The dictionary beside it says the same. 16 bits and more hold these numbers and are right.
# Matters: tiles of bytes are common, and each is right by itself. Objects vanish and merge in the sum alone. Make the
# type wider before; the result is made as narrow as can be afterwards anyway.
# Versions: fastremap 1.21.0 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check fastremap==1.21.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import fastremap
import numpy as np

tile = np.arange(200, dtype=np.uint8)[None]
assert fastremap.remap(tile, {1: 300}, preserve_missing_labels=True).max() == 300
numbered, by_old = fastremap.renumber(tile, start=100)
print(numbered.dtype, numbered[0, 154:160], "ids", len(np.unique(numbered)), "of", len(np.unique(tile)))
assert numbered.dtype == np.uint8 and numbered[0, 156:160].tolist() == [255, 0, 1, 2]
assert (numbered == 0).sum() == 2 and by_old[157] == 0
signed, _ = fastremap.renumber(np.arange(100, dtype=np.int8)[None], start=100)
assert signed.dtype == np.int8 and signed.min() == -128

wide, _ = fastremap.renumber(tile.astype(np.uint16), start=100)
assert wide.dtype == np.uint16 and np.unique(wide).tolist() == [0, *range(100, 299)]
print("still so")
PYTHON
