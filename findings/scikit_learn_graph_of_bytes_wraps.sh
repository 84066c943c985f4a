#!/usr/bin/env bash
# The graph of an image for spectral clustering (img_to_graph of scikit-learn), whose edges say how much two
# neighbouring pixels differ; of a grey picture of bytes.
#
# Guessed: the differences, 100 between 200 and 100 whichever comes first, and 255 between 0 and 255; as floats or wider
# numbers.
# True:    the difference is taken in bytes and wraps before its sign is dropped: from 200 to 100 it is 100, from 100 to
# 200 it is 156, and from 0 to 255 it is 1. The graph is of bytes. Asked for with dtype=float it is wrong likewise, for
# the kind is changed afterwards. Nothing is raised.
# Matters: black beside white counts as nearly alike, so a cut runs elsewhere, and mirrored pictures give other graphs.
# Give floats.
# Versions: numpy 2.4.6 scipy 1.17.1 scikit-learn 1.9.1
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 \
  scikit-learn==1.9.1
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from sklearn.feature_extraction.image import img_to_graph


def edge(left, right, **options):
    """The weight between two neighbours, the same both ways."""
    graph = img_to_graph(np.array([[left, right]], options.pop("kind", np.uint8)), **options).toarray()
    assert graph[0, 1] == graph[1, 0]
    return float(graph[0, 1])


for left, right, found in ((200, 100, 100), (100, 200, 156), (0, 255, 1), (255, 0, 255)):
    print(left, right, edge(left, right), edge(left, right, dtype=float), edge(left, right, kind=float))
    assert edge(left, right) == edge(left, right, dtype=float) == found
    assert edge(left, right, kind=float) == abs(left - right)
print("still so")
PYTHON
