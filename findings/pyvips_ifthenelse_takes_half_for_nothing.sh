#!/usr/bin/env bash
# A matte of floats from 0 to 1, and a map of signed numbers, as the condition of libvips' ifthenelse, by pyvips: 10
# where it holds, 20 elsewhere.
#
# Guessed: 10 wherever the condition is not 0, as its help says.
# True:    the condition becomes a byte first: .5 and .99 are cut to 0 and count as false, -1 and -300 too, for bytes
# end at 0. 1, 256 and 300 are true. Nothing is raised.
# Matters: a cut-out by a soft matte keeps what is wholly opaque alone, so every soft edge is cut off; of flow, of a
# difference and of a signed distance only one side counts; -1 for "no label" is not chosen. Write the comparison: mask
# > 0, or mask != 0.
# Versions: numpy 2.4.6 pyvips 3.2.0 pyvips-binary 8.18.7
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 pyvips==3.2.0 \
  pyvips-binary==8.18.7
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import pyvips


def chosen(numbers, kind, compared=False):
    condition = pyvips.Image.new_from_array(np.array([numbers], kind))
    return (condition != 0 if compared else condition).ifthenelse(10, 20).numpy().ravel().tolist()


for kind, numbers, found in (
    ("float32", [0, 0.5, 0.99, 1, -1, 300], [20, 20, 20, 10, 20, 10]),
    ("int16", [0, -1, 1, 256, -300], [20, 20, 10, 10, 20]),
    ("uint16", [0, 1, 256, 65535], [20, 10, 10, 10]),
):
    print(kind, numbers, chosen(numbers, kind), "compared with 0:", chosen(numbers, kind, compared=True))
    assert chosen(numbers, kind) == found
    assert chosen(numbers, kind, compared=True) == [10 if number else 20 for number in numbers]
print("still so")
PYTHON
