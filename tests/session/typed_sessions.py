"""What mypy says of sessions; ``test_typed.py`` runs it over this file."""

from typing import assert_type

import clickmend as cm
from clickmend.tasks.depth import DepthPrediction
from clickmend.tasks.interactive import InteractivePrediction
from clickmend.tasks.matting import MattingPrediction
from clickmend.tasks.prediction import Prediction
from clickmend.tasks.semantic import SemanticPrediction


def check(task: str, photo: cm.Session[DepthPrediction]) -> None:
    """Each literal task has its prediction; a word that is not known has any."""
    assert_type(cm.Session("x.jpg").prediction, InteractivePrediction)
    assert_type(cm.Session("x.jpg", task="interactive").click(1, 2), InteractivePrediction)
    assert_type(cm.Session("x.jpg", task="semantic").initial, SemanticPrediction)
    matting = cm.Session("x.jpg", task="matting", trimap="t.png")
    assert_type(matting.push(1, 2, "up"), MattingPrediction)
    depth = cm.Session("x.jpg", task="depth", depth_scale=0.1)
    assert_type(depth.add(cm.Click(1, 2, value=2.0)), DepthPrediction)
    assert_type(cm.Session("x.jpg", task=task).prediction, Prediction)
    assert_type(photo.prediction, DepthPrediction)
    pipe = cm.pipeline("depth", "depth-s", depth_scale=0.1, device="cpu")
    assert_type(pipe("x.jpg"), DepthPrediction)
    assert_type(cm.pipeline("semantic", refine="region")(["x.jpg"]), list[SemanticPrediction])
    assert_type(cm.pipeline(task, adapt_keys=1)("x.jpg"), Prediction)
