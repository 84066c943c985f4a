"""The rows of the attention bench, and the choice of θ_μ."""

import json
from types import SimpleNamespace

import pytest
from made_rows import row
from torch import nn

from clickmend.core.errors import DataError, OptionError
from clickmend.evaluation.benches.attention import (
    KEY_CHOICES,
    VALUE_PRIORS,
    Attention,
    inferences,
    prior_kind,
    swept,
)
from clickmend.evaluation.measures import IOU, of_box
from clickmend.networks import OnlineInference
from clickmend.networks.blocks import AttentionBlock
from clickmend.networks.heads.csa import CorrectiveSelfAttention


def model(*parts, name="small"):
    online = OnlineInference(prior_precision=0.5, value_prior_precision=7.0)
    return SimpleNamespace(
        network=nn.Sequential(*parts), card=SimpleNamespace(name=name, online=online)
    )


BODY, HEAD = AttentionBlock(8), CorrectiveSelfAttention(8, radius_px=5)


def told(parts, **options):
    made = inferences(model(*parts), refine="none", **{"priors": {}, **options})
    return [setting.inference for setting in made]


def test_a_network_has_the_rows_that_it_has_places_for():
    assert told([nn.Identity()]) == ["none"]
    keys = ["KA1 (0)", "KA1 (0.001)", "KA1 (0.5)"]
    assert told([BODY]) == ["none", *keys]
    values = ["BP1 (7)", "BP5 (7)"]
    assert told([HEAD]) == ["none", *values]
    both = [f"KA1 (0.5) + {value}" for value in values]
    assert told([BODY, HEAD]) == ["none", *keys, *values, *both]


def test_a_chosen_prior_takes_the_place_of_the_cards():
    chosen = {
        prior_kind("small", propagate=5): 100.0,
        prior_kind("other", propagate=1): 0.1,
    }
    assert told([HEAD], priors=chosen) == ["none", "BP1 (7)", "BP5 (100)"]
    chosen = {prior_kind("small", adapt_keys=1): 0.001}
    assert told([BODY], priors=chosen) == ["none", "KA1 (0)", "KA1 (0.001)"]


def test_a_sweep_tries_every_prior_of_keys_and_of_values_by_themselves():
    settings = inferences(model(BODY, HEAD), refine="none", priors={})
    tried = [
        (s.adapt_keys, s.prior_precision, s.propagate, s.value_prior_precision)
        for s in swept(settings)
    ]
    keys = [(1, prior, 0, None) for prior in KEY_CHOICES]
    assert tried == keys + [(0, None, n, prior) for n in (1, 5) for prior in VALUE_PRIORS]


def test_a_sweep_without_attention_is_refused():
    settings = inferences(model(nn.Identity()), refine="none", priors={})
    with pytest.raises(OptionError, match=r"no θ_ξ or θ_μ to choose\. Leave out --sweep"):
        swept(settings)


def test_the_prior_that_needs_the_fewest_clicks_is_chosen_and_read_back(tmp_path):
    settings = swept(inferences(model(HEAD), refine="none", priors={}))
    heights = {0.1: 0.7, 1.0: 0.95, 10.0: 0.8, 100.0: 0.7}
    rows = [
        row(
            dataset,
            setting,
            [[0.5, heights[setting.value_prior_precision], 0.7]],
            measure=of_box(IOU),
        )
        for dataset in ("one", "two")
        for setting in settings
    ]
    path = tmp_path / "bench.priors.json"
    Attention(datasets=(), out=tmp_path / "bench").write_choice(rows)
    assert Attention.read_choice(path) == {prior_kind("small", propagate=n): 1.0 for n in (1, 5)}
    first = json.loads(path.read_text())["priors"][0]
    assert dict(first["noc90"]) == {0.1: 2, 1.0: 1, 10.0: 2, 100.0: 2}


def test_the_prior_of_keys_that_is_best_at_the_first_clicks_is_chosen_and_read_back(tmp_path):
    settings = swept(inferences(model(BODY), refine="none", priors={}))
    first = dict(zip(KEY_CHOICES, (0.6, 0.65, 0.7, 0.8, 0.6), strict=True))
    rows = [
        row(
            "one",
            setting,
            [[0.5, *[first[setting.prior_precision]] * 3, 0.9 - i / 10]],
            measure=of_box(IOU),
        )
        for i, setting in enumerate(settings)
    ]
    path = tmp_path / "bench.priors.json"
    Attention(datasets=(), out=tmp_path / "bench").write_choice(rows)
    assert Attention.read_choice(path) == {prior_kind("small", adapt_keys=1): 1.0}


def test_a_file_that_is_none_of_priors_is_refused(tmp_path):
    for content in (None, "{}", '{"priors": [{"weights": "small"}]}'):
        path = tmp_path / "priors.json"
        if content is not None:
            path.write_text(content)
        with pytest.raises(DataError, match=r"no file of priors.*--sweep.*leave --priors out"):
            Attention.read_choice(path)
