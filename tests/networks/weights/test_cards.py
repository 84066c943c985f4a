"""Tests of what a card of each task has to say."""

import json
from pathlib import Path
from typing import Any

import pytest

from clickmend.core.errors import ModelError
from clickmend.networks.weights import cards as weights
from clickmend.networks.weights.cards import read_card

SHIPPED: dict[str, Any] = json.loads((weights.SHIPPED / "interactive-s.json").read_bytes())
ZOOM = {"overview_px": None, "margin": None}
SEMANTIC = SHIPPED | ZOOM | {"task": "semantic", "labels": ["sky", "road"]}
DEPTH = SHIPPED | ZOOM | {"task": "depth", "range_m": [0.3, 10]}


def write(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "card.json"
    path.write_text(json.dumps(content))
    return path


def test_a_card_without_the_newer_fields_is_read() -> None:
    card = read_card(weights.SHIPPED / "interactive-s.json")
    assert (card.overview_px, card.view_px, card.margin) == (224, 288, 1.4)
    assert card.labels == ()
    assert card.range_m is None


@pytest.mark.parametrize(
    "content", [SEMANTIC, SHIPPED | ZOOM | {"task": "matting"}, DEPTH], ids=lambda c: c["task"]
)
def test_other_tasks_need_no_zoom(tmp_path: Path, content: dict[str, Any]) -> None:
    card = read_card(write(tmp_path, content))
    assert card.margin is None
    assert read_card(write(tmp_path, card.model_dump(mode="json"))) == card


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SHIPPED | {"overview_px": None}, "interactive network needs overview_px and margin"),
        (SHIPPED | {"margin": None}, "interactive network needs overview_px and margin"),
        (SEMANTIC | {"labels": []}, "semantic network needs labels"),
        (SEMANTIC | {"labels": ["sky", "sky"]}, "labels has a name twice"),
        (SEMANTIC | {"options": {"classes": 3}}, "another number of classes"),
        (DEPTH | {"range_m": None}, "depth network needs range_m"),
        (DEPTH | {"range_m": [10, 0.3]}, "range_m is no range"),
        (DEPTH | {"looks_px": [250]}, "looks_px.0.*multiple of 32"),
        (DEPTH | {"looks_px": [256], "relative": True}, "looks_px belongs to depth networks that"),
        (SEMANTIC | {"looks_px": [256]}, "looks_px belongs to depth networks that"),
    ],
)
def test_a_card_that_lacks_what_its_task_needs_is_refused(
    tmp_path: Path, content: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ModelError, match=rf"card\.json is no card of this version.*{reason}"):
        read_card(write(tmp_path, content))
