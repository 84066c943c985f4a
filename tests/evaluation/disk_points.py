"""Records and rows of points-to-masks runs whose figures are known."""

from __future__ import annotations

import numpy as np

from clickmend.evaluation.scenes import PointSetting

SHIFT = PointSetting(points="random", method="shift", weights="small", box_rule="symmetric")
MEANS = PointSetting(points="random", method="k-means", weights="small", box_rule="symmetric")
CLICKED = PointSetting(points="random", method="click", weights="small")


def record(setting, iou, *, dataset="made", image="a", classes=None, scores=None, seconds=0.5):
    """A run in which each object's own mask overlaps it so far, and no other."""
    return {
        "dataset": dataset,
        "image": image,
        **setting.facts(),
        "at": [[1.0, 1.0]] * len(iou),
        "classes": classes or ["cat"] * len(iou),
        "scores": scores or [0.5 + 0.01 * n for n in range(len(iou))],
        "iou": np.diag(iou).tolist(),
        "areas": [100.0] * len(iou),
        "true_areas": [100.0] * len(iou),
        "ignored": [0.0] * len(iou),
        "seconds": seconds,
    }
