#!/usr/bin/env bash
# The average precision by mapcalc, which takes boxes, labels and scores: of two results in either order, and of boxes in
# fractions of the picture (0 to 1), as YOLO has them.
#
# Guessed: the scores say which result comes first, whatever the order; two boxes that do not touch overlap nowhere.
# True:    the scores are not looked at: the hit (.9) before the false alarm (.1) gives 1, after it one half. A box is
# counted to the pixel behind its end, so 1 is added to each side and each overlap: in fractions, boxes that lie apart
# overlap by 23 of 100, and one that is half of another by 91.
# Matters: boxes in fractions of the picture are all nearly equal, so every detector is nearly perfect; results that are
# not sorted come out too low. Sort by score, and multiply by the size of the picture.
# Versions: mapcalc 0.2.2 numpy 2.4.6
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check mapcalc==0.2.2 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
from mapcalc import calculate_map


def precision(truth, found, scores, threshold=0.5):
    return calculate_map(
        {"boxes": truth, "labels": [1] * len(truth)},
        {"boxes": found, "labels": [1] * len(found), "scores": scores},
        threshold,
    )


right, wrong = [0, 0, 10, 10], [50, 50, 60, 60]
print("sorted", precision([right], [right, wrong], [0.9, 0.1]), "not", precision([right], [wrong, right], [0.1, 0.9]))
assert precision([right], [right, wrong], [0.9, 0.1]) == 1
assert precision([right], [wrong, right], [0.1, 0.9]) == 0.5


def overlap(one, other):
    """How large a threshold, in hundredths, the two still reach."""
    return sum(precision([one], [other], [1], percent / 100) == 1 for percent in range(1, 101))


whole, half, apart = [0.1, 0.1, 0.3, 0.3], [0.1, 0.1, 0.3, 0.2], [0.5, 0.5, 0.9, 0.9]
print("apart", overlap(whole, apart), "half", overlap(whole, half))
assert (overlap(whole, apart), overlap(whole, half)) == (23, 91)


def pixels(box):
    return [number * 1000 for number in box]


assert (overlap(pixels(whole), pixels(apart)), overlap(pixels(whole), pixels(half))) == (0, 50)
print("still so")
PYTHON
