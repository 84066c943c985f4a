#!/usr/bin/env bash
# Two photos mended perfectly, of three classes, of which one is in neither of them, judged class by class by MONAI's
# metrics (reduction="mean_batch"); and a third photo without any object, photo by photo ("mean_channel").
#
# Guessed: NaN for the class that is nowhere, as with reduction="none", or it is given the same as a perfect one.
# True:    it is 0 in all of them. For overlap (DiceMetric, MeanIoU, SurfaceDiceMetric) that is the worst, for distance
# (HausdorffDistanceMetric, SurfaceDistanceMetric) the best there is. The photo without an object is 0 likewise. The
# mean over all at once (reduction="mean", the default) leaves them out.
# Matters: a table by class shows a class that was always missed, and one that is found to the pixel, where nothing was
# there to find; its mean over classes falls to 2/3. get_not_nans=True tells how many were counted.
# Versions: monai 1.6.1 numpy 2.4.6 scipy 1.17.1 torch 2.15.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 numpy==2.4.6 scipy==1.17.1 \
  torch==2.15.0
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import torch
from monai.metrics import (
    DiceMetric,
    HausdorffDistanceMetric,
    MeanIoU,
    SurfaceDiceMetric,
    SurfaceDistanceMetric,
)

photos = torch.zeros(2, 3, 8, 8)
photos[0, 1, 1:4, 1:4] = 1
photos[1, 1, 3:7, 2:5] = 1
photos[:, 0] = 1 - photos[:, 1]
nothing = torch.zeros(1, 3, 8, 8)


def judged(metric, photos, reduction, **options):
    measure = metric(include_background=True, reduction=reduction, **options)
    measure(photos, photos)
    return measure.aggregate()


for metric, perfect, options in (
    (DiceMetric, 1, {}),
    (MeanIoU, 1, {}),
    (SurfaceDiceMetric, 1, {"class_thresholds": [1.0, 1.0, 1.0]}),
    (HausdorffDistanceMetric, 0, {}),
    (SurfaceDistanceMetric, 0, {}),
):
    by_class = judged(metric, photos, "mean_batch", **options).tolist()
    by_photo = judged(metric, torch.cat([photos, nothing]), "mean_channel", **options).tolist()
    print(metric.__name__, "by class", by_class, "by photo", by_photo)
    assert by_class == [perfect, perfect, 0] and by_photo == [perfect, perfect, 0]
    assert judged(metric, photos, "none", **options)[:, 2].isnan().all()
    assert judged(metric, torch.cat([photos, nothing]), "mean", **options).item() == perfect
print("still so")
PYTHON
