"""How a setting becomes a session of this package."""

from types import SimpleNamespace

import numpy as np
import pytest

from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.sessions import Sessions
from clickmend.evaluation.subjects import Start
from clickmend.session import Refine

PHOTO = np.zeros((4, 6, 3), np.uint8)


@pytest.fixture
def calls(monkeypatch):
    """What sessions are begun with; the card has two places."""
    made = []
    model = SimpleNamespace(
        card=SimpleNamespace(refinement=SimpleNamespace(at=("deep", "shallow")))
    )
    monkeypatch.setattr("clickmend.session.Session", lambda *a, **k: made.append((a, k)))
    monkeypatch.setattr("clickmend.networks.load", lambda name, device: model)
    return made


def test_a_plain_setting_names_task_model_layer_and_device(calls):
    Sessions("interactive", {"small": "small"}, "cpu")(Start(PHOTO), Setting("sb", "annotator"))
    options = {"task": "interactive", "model": "small", "refine": "sb", "device": "cpu"}
    assert calls == [((PHOTO,), options)]


def test_a_setting_of_gbrs_takes_the_first_places_of_the_card(calls):
    begin = Sessions("depth", {"small": "small"}, "cpu")
    begin(Start(PHOTO), Setting("bmconv", "annotator", "clicks", 1, 0.02))
    begin(Start(PHOTO), Setting("rgb-brs", "annotator", "brs"))
    assert [options["refine"] for _, options in calls] == [
        Refine("bmconv", at=("deep",), learning_rate=0.02, energy="clicks", spread=False),
        Refine("rgb-brs", energy="brs", spread=False),
    ]


def test_classes_that_are_not_the_networks_go_along(calls, monkeypatch):
    card = SimpleNamespace(labels=("road", "sky"))
    monkeypatch.setattr("clickmend.networks.load", lambda *_, **__: SimpleNamespace(card=card))
    begin = Sessions("semantic", {"s": "s"}, "cpu")
    for classes in (("soil", "crop"), ("road", "sky"), None):
        begin(Start(PHOTO, classes=classes), Setting("region", "annotator"))
    assert [options.get("classes") for _, options in calls] == [("soil", "crop"), None, None]


def test_trimap_and_prior_go_along_and_depth_is_in_metres(calls):
    prior, trimap = np.ones((4, 6), np.float32), np.full((4, 6), 128, np.uint8)
    plain = Setting("none", "annotator")
    Sessions("matting", {"m": "m"}, "cpu")(Start(PHOTO, trimap, prior), plain)
    Sessions("depth", {"d": "d"}, "cpu")(Start(PHOTO, prior=prior), plain)
    matting, depth = (options for _, options in calls)
    assert matting["trimap"] is trimap
    assert matting["prior"] is depth["prior"] is prior
    assert "depth_scale" not in matting
    assert "trimap" not in depth
    assert depth["depth_scale"] == 1.0
