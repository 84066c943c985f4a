#!/usr/bin/env bash
# The mean IoU of three classes by Keras' MeanIoU with ignore_class=0, "the class to be ignored during metric
# computation" of its help, for a class map of 1000 pixels of each class.
#
# Guessed: the mean over classes 1 and 2, whatever is predicted where the truth is 0.
# True:    so it is as long as 0 is predicted nowhere else. With one pixel of class 1 predicted as 0, class 0 enters the
# mean with an IoU of 0: all else right, it is .666 in place of .9995. The pixels whose truth is 0 are left out, the
# class is not.
# Matters: with the background ignored, as for a few objects of interest, every real network misses a pixel somewhere,
# so the mean is too low by one share of the number of classes; a network that never says "background" is best. Ask
# IoU for the classes by name (target_class_ids).
# Versions: jax 0.10.2 keras 3.15.1 numpy 2.3.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check jax[cpu]==0.10.2 keras==3.15.1 numpy==2.3.5
"$place/venv/bin/python" - <<'PYTHON'
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

truth = np.repeat([0, 1, 2], 1000)


def mean_iou(predicted, metric=keras.metrics.MeanIoU, **options):
    judge = metric(num_classes=3, ignore_class=0, **options)
    judge.update_state(truth, predicted)
    return float(judge.result())


everything = np.where(truth == 0, 1, truth)
one_pixel = everything.copy()
one_pixel[1000] = 0
print("all found", mean_iou(everything), "but one pixel", mean_iou(one_pixel))
assert np.isclose(mean_iou(everything), 1, atol=1e-5)
assert np.isclose(mean_iou(one_pixel), (0.999 + 1) / 3, atol=1e-5)
by_name = mean_iou(one_pixel, keras.metrics.IoU, target_class_ids=[1, 2])
assert np.isclose(by_name, (0.999 + 1) / 2, atol=1e-5)
print("still so")
PYTHON
