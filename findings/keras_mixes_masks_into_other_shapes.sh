#!/usr/bin/env bash
# A batch of 4 photos and their class maps of one channel (segmentation_masks), in Keras' CutMix and MixUp, which mix each
# photo with another of the batch.
#
# Guessed: from CutMix class maps of the same shape, each with the rectangle of the other's; from MixUp the two maps
# blended by the weights of the photos, or an error, as numbers of classes can not be blended.
# True:    CutMix gives class maps of three channels, as the photos have. MixUp gives as many channels as the batch has
# photos: it blends each map with single numbers from the corner of the first map, not with another map. With one-hot
# maps of as many channels as photos the shape is right and the numbers are not.
# Matters: losses that broadcast take the maps without a word, and with batches of another size another error, or none,
# turns up. Boxes, labels and photos are mixed right. Mix maps by hand, or leave both layers out.
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

BATCH = 4
photos = np.stack([np.full((12, 12, 3), n, np.float32) for n in range(1, 1 + BATCH)])
maps = photos[..., :1] * 10


def mixed(layer, maps):
    found = layer({"images": photos, "segmentation_masks": maps, "labels": np.eye(BATCH)}, training=True)
    return np.asarray(found["images"]), np.asarray(found["segmentation_masks"])


_, cut = mixed(keras.layers.CutMix(seed=1), maps)
_, blended = mixed(keras.layers.MixUp(seed=1), maps)
print("maps of", maps.shape, "become", cut.shape, "and", blended.shape)
assert cut.shape == (BATCH, 12, 12, 3)
assert blended.shape == (BATCH, 12, 12, BATCH)

one_hot = np.repeat(maps, BATCH, axis=-1)
for seed in range(5):
    both, taken = mixed(keras.layers.MixUp(seed=seed), one_hot)
    if not np.allclose(both, photos):
        break
assert taken.shape == one_hot.shape
weights = both[:, 0, 0, 0] * 10
print("photos blend to", weights, "maps to", taken[:, 0, 0, 0])
assert not np.allclose(taken[:, 0, 0, 0], weights)
first, own = maps[0, 0, 0, 0], maps[:, 0, 0, 0]
share = (taken[1:, 0, 0, 0] - first) / (own[1:] - first)
assert ((share >= 0) & (share <= 1 + 1e-5)).all()
print("still so")
PYTHON
