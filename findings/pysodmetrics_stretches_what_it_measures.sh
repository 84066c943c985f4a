#!/usr/bin/env bash
# Mattes and maps of salience of 8 bits, measured by PySODMetrics (MAE and others, step of each), which are widely used
# for salient and camouflaged objects and for cutting objects out.
#
# Guessed: bytes are divided by 255 and the mean absolute error is that, as with normalize=False and floats.
# True:    every prediction is first stretched, so that its own least is 0 and its largest 1, unless it is flat. An
# object of 140 on a background of 110 is a perfect matte with an error of 0, where it is .44. A flat 102 on an empty truth has
# .4, and with one pixel a step brighter .0025. The help of step says that predictions become 0 to 1.
# Matters: a network that is unsure everywhere is given the error of a sure one, and the error of one picture hangs on a
# single pixel. Figures do not compare with those of other tools. Give floats, and normalize=False.
# Versions: numpy 1.26.4 pysodmetrics 1.6.2
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==1.26.4 pysodmetrics==1.6.2
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from py_sod_metrics import MAE


def error(prediction, truth, **options):
    measure = MAE()
    measure.step(prediction, truth, **options)
    return float(measure.get_results()["mae"])


truth = np.zeros((20, 20), np.uint8)
truth[5:15, 5:15] = 255
unsure = np.where(truth, 140, 110).astype(np.uint8)
by_bytes, by_floats = error(unsure, truth), error(unsure / 255, truth > 0, normalize=False)
print(f"object 140 on 110: {by_bytes:.4f} of bytes, {by_floats:.4f} of floats")
assert by_bytes == 0 and abs(by_floats - np.abs(unsure / 255 - truth / 255).mean()) < 1e-9 and by_floats > 0.43

empty = np.zeros((20, 20), np.uint8)
flat = np.full((20, 20), 102, np.uint8)
one_step = flat.copy()
one_step[0, 0] = 103
print(f"flat 102: {error(flat, empty):.4f}, with one pixel of 103: {error(one_step, empty):.4f}")
assert abs(error(flat, empty) - 0.4) < 1e-9 and abs(error(one_step, empty) - 1 / 400) < 1e-9
print("still so")
PYTHON
