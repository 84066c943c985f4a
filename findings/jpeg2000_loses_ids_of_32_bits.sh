#!/usr/bin/env bash
# Ids of 32 bits, such as the four bytes of an RGBA picture, in a lossless JPEG 2000, by imagecodecs itself and in a
# TIFF by tifffile.
#
# Guessed: they come back, for the codec is lossless unless a level is asked for and takes 32 bits without a word; or
# numbers beyond what it holds are refused.
# True:    below 16777216 (24 bits) they do. Beyond, more and more come back as other numbers: of ids of 25 bits one
# in eight, of 27 bits nearly all. Nothing is raised; a note in the help asks whether 26 bits fit. The newer kind of
# JPEG 2000 (htj2k) in the same package brings 32 bits back.
# Matters: the transforms of JPEG 2000 add bits of their own, and what does not fit is lost only where neighbours differ
# much, so a test with a few small ids passes. Keep such ids in deflate, or as 16 bits.
# Versions: imagecodecs 2026.3.6 numpy 2.4.6 tifffile 2026.3.3
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check imagecodecs==2026.3.6 numpy==2.4.6 \
  tifffile==2026.3.3
"$place/venv/bin/python" - <<'PYTHON'
import io

import imagecodecs
import numpy as np
import tifffile


def in_tiff(ids):
    file = io.BytesIO()
    tifffile.imwrite(file, ids, compression="jpeg2000")
    file.seek(0)
    return tifffile.imread(file)


def in_jpeg2000(ids):
    return imagecodecs.jpeg2k_decode(imagecodecs.jpeg2k_encode(ids))


def reversibly(ids):
    return imagecodecs.jpeg2k_decode(imagecodecs.jpeg2k_encode(ids, reversible=True))


def in_htj2k(ids):
    return imagecodecs.htj2k_decode(imagecodecs.htj2k_encode(ids))


random = np.random.default_rng(0)
for bits, least, most in ((16, 1, 1), (24, 1, 1), (25, 0.5, 0.95), (27, 0, 0.1), (31, 0, 0.01)):
    ids = random.integers(0, 2**bits, (64, 64)).astype(np.uint32)
    for through in (in_jpeg2000, reversibly, in_tiff):
        kept = (through(ids) == ids).mean()
        print(bits, "bits", through.__name__, "kept", kept)
        assert least <= kept <= most
    assert (in_htj2k(ids) == ids).all()
print("still so")
PYTHON
