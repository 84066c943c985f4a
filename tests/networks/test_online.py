"""Tests of the switch for what a network infers online."""

import pytest
from torch import nn

from clickmend.attention import AxialAttention, Online
from clickmend.core.errors import OptionError
from clickmend.networks import (
    Card,
    Model,
    OnlineInference,
    inferring,
    online_places,
    set_online,
    with_online,
)
from clickmend.networks.blocks import AttentionBlock
from clickmend.networks.heads.csa import CorrectiveSelfAttention


def network() -> nn.ModuleDict:
    body = [AttentionBlock(8), AxialAttention(8, 2, height=4, width=4)]
    return nn.ModuleDict(
        {"body": nn.Sequential(*body), "head": CorrectiveSelfAttention(8, radius_px=5)}
    )


def test_keys_are_adapted_before_the_classifier_and_values_propagate_in_it() -> None:
    made = network()
    set_online(
        made,
        adapt_keys=1,
        prior_precision=0.001,
        propagate=5,
        value_prior_precision=10,
        value_precision=0.2,
    )
    keys = Online(adapt_keys=1, prior_precision=0.001)
    block, axial = made["body"]
    assert [block.online, axial.along_height.online, axial.along_width.online] == [keys] * 3
    values = Online(propagate=5, value_prior_precision=10, value_precision=0.2)
    assert made["head"].online == values


def test_what_is_not_given_stays_and_zero_switches_off() -> None:
    made = network()
    set_online(made, adapt_keys=1, prior_precision=0.5)
    set_online(made, propagate=1)
    assert made["body"][0].online == Online(adapt_keys=1, prior_precision=0.5)
    set_online(made, adapt_keys=0)
    assert made["body"][0].online == Online(prior_precision=0.5)
    assert made["head"].online == Online(propagate=1)


def test_what_there_is_no_place_for_is_refused_unless_it_is_to_be_off() -> None:
    made = network()
    with pytest.raises(OptionError, match=r"This CorrectiveSelfAttention .* no keys to adapt"):
        set_online(made["head"], adapt_keys=1)
    with pytest.raises(OptionError, match=r'This Sequential .*classifier="axial"'):
        set_online(made["body"], propagate=1)
    set_online(made["head"], adapt_keys=0)
    set_online(made["body"], propagate=0)


def test_nothing_is_changed_when_it_is_refused() -> None:
    made = network()
    with pytest.raises(OptionError):
        set_online(made["body"], adapt_keys=1, propagate=1)
    assert made["body"][0].online == Online()


def test_a_model_infers_with_the_strengths_of_its_card_and_the_given_one_stays() -> None:
    online = OnlineInference(prior_precision=0.5, value_prior_precision=10, value_precision=0.2)
    model = Model(network(), Card.model_construct(online=online))
    inferred = with_online(model, adapt_keys=1, propagate=5)
    body, (classifier,) = online_places(inferred.network)
    assert body == [Online(adapt_keys=1, prior_precision=0.5)] * 3
    values = Online(propagate=5, value_prior_precision=10, value_precision=0.2)
    assert classifier == values
    assert with_online(model) is model
    assert all(place == Online() for places in online_places(model.network) for place in places)


def test_what_a_network_infers_by_itself_can_be_switched_off() -> None:
    made = network()
    set_online(made, adapt_keys=1, propagate=1)
    model = Model(made, Card.model_construct(online=OnlineInference()))
    body, (classifier,) = online_places(inferring(model, OnlineInference()).network)
    assert [place.adapt_keys for place in body] == [0, 0, 0]
    assert classifier.propagate == 0
