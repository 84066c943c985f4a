#!/usr/bin/env bash
# A photo and its class map (segmentation_masks) in Keras' CenterCrop and RandomCrop, where the photo is smaller than the
# crop in one direction, as in a set of photos of many sizes.
#
# Guessed: the class map is resized as the photo is, by the nearest class, as Keras' Resizing does with the same two
# keys; or padded.
# True:    photo and class map are both resized with interpolation: between 0 and 7 there are classes of 1.75 and 5.25,
# which cast to whole numbers are the classes 1 and 5. Crops within the photo are right, so are Resizing,
# RandomRotation, RandomZoom, RandomShear and RandomTranslation. Nothing is raised.
# Matters: only the photos of a set that are too small get wrong classes, along all their edges. Put Resizing first.
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

classes = np.random.default_rng(0).choice([0, 7, 200], (2, 12, 12, 1)).astype(np.float32)
photos = np.zeros((2, 12, 12, 3), np.float32)


def found(layer, classes=classes, photos=photos):
    pair = {"images": photos, "segmentation_masks": classes}
    return np.asarray(layer(pair, training=True)["segmentation_masks"])


layers = keras.layers
for exact in (layers.CenterCrop(7, 7), layers.RandomCrop(7, 7), layers.Resizing(20, 20)):
    assert np.unique(found(exact)).tolist() == [0, 7, 200]
for blended in (layers.CenterCrop(20, 20), layers.RandomCrop(20, 20), layers.CenterCrop(8, 20)):
    map_ = found(blended)
    print(type(blended).__name__, map_.shape[1:3], "holds", len(np.unique(map_.astype(np.uint8))), "classes")
    assert len(np.unique(map_.astype(np.uint8))) > 50

edge = np.array([[0, 0, 0, 7, 7, 7]] * 2, np.float32)[None, ..., None]
small = found(layers.CenterCrop(4, 4), edge, np.zeros((1, 2, 6, 3), np.float32))
print(small[0, 0, :, 0])
assert np.allclose(small[0, ..., 0], [0, 1.75, 5.25, 7])
print("still so")
PYTHON
