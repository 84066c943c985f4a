import json
from datetime import date

import pytest

from clickmend.cli.main import main
from clickmend.networks import Card
from clickmend.networks.weights.cards import Refinement


@pytest.fixture
def card(monkeypatch):
    card = Card(
        name="small",
        task="interactive",
        architecture="interactive-unet",
        sha256="0" * 64,
        parameters=3_500_000,
        dtype="float16",
        overview_px=256,
        view_px=256,
        margin=1.4,
        refinement=Refinement(default="bmsb", at=("decoder",), learning_rates={"bmsb": 0.1}),
        training_data=(),
        terms="research, non-commercial",
        stages=(),
        scores={"voc99 IoU@1": 0.625},
        made=date(2026, 1, 1),
        commit="abc",
    )
    monkeypatch.setattr("clickmend.networks.cards", lambda: {"small": card})
    return card


def run(*words):
    with pytest.raises(SystemExit) as end:
        main(["models", *words])
    return end.value.code


def test_models_tells_task_parameters_size_scores_and_terms(card, capsys):
    assert run() == 0
    name, *facts = capsys.readouterr().out.splitlines()
    assert name == "small"
    assert [line.split(maxsplit=1) for line in facts] == [
        ["task", "interactive"],
        ["parameters", "3.50 M"],
        ["size", "7.0 MB"],
        ["refinement", "bmsb"],
        ["scores", "voc99 IoU@1 0.625"],
        ["terms", "research, non-commercial"],
    ]


def test_models_json_holds_the_whole_cards(card, capsys):
    assert run("--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert Card.model_validate_json(json.dumps(told["small"])) == card


def test_where_no_weights_are_the_way_to_some_is_told(monkeypatch, capsys):
    monkeypatch.setattr("clickmend.networks.cards", dict)
    assert run() == 0
    assert "CLICKMEND_MODELS" in capsys.readouterr().err
