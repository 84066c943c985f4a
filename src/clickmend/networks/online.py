"""Online inference in a network, switched on and off as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clickmend.core.errors import OptionError
from clickmend.core.numbers import is_index
from clickmend.networks.weights.cards import OnlineInference
from clickmend.networks.weights.model import Model

if TYPE_CHECKING:
    from torch import nn

    from clickmend.attention import Online


def with_online(model: Model, *, adapt_keys: int = 0, propagate: int = 0) -> Model:
    """The same weights with online inference; the model given stays as it is.

    Args:
        model: Network and card, which says how strongly keys and values are held.
        adapt_keys: Iterations of key adaptation, ≥ 0.
        propagate: Iterations of value propagation from the clicks, ≥ 0.

    Raises:
        OptionError: A number of iterations is negative or no whole number, or the network has no
            place for them.
    """
    if not (adapt_keys or propagate):
        return model
    from clickmend.attention.arguments import check_count

    for name, count in (("adapt_keys", adapt_keys), ("propagate", propagate)):
        if not is_index(count):
            raise OptionError(
                f"{name} is {count!r}. It is a whole number of iterations; give 0 for none."
            )
        check_count(name, count, least=0)
    return inferring(
        model,
        model.card.online.model_copy(update={"adapt_keys": adapt_keys, "propagate": propagate}),
    )


def inferring(model: Model, online: OnlineInference) -> Model:
    """The same weights with exactly this online inference; the model given stays as it is.

    Raises:
        OptionError: The network has no place for it.
    """
    from clickmend.networks.weight_sharing import frozen_copy

    network = frozen_copy(model.network)
    set_online(network, **online.model_dump())
    return Model(network, model.card)


def set_online(
    network: nn.Module,
    *,
    adapt_keys: int | None = None,
    prior_precision: float | None = None,
    propagate: int | None = None,
    value_prior_precision: float | None = None,
    value_precision: float | None = None,
) -> None:
    """Change what a network infers online, in the places that the paper gives to it.

    Keys are adapted wherever the network attends before its classifier, values propagate in a
    corrective self-attention classifier. What is not given stays as it is. To change one place
    alone, set its own ``online``.

    Args:
        network: The network; its weights are not touched.
        adapt_keys: Iterations of key adaptation, 0 for none.
        prior_precision: θ_ξ ≥ 0, how strongly keys are held.
        propagate: Iterations of value propagation from the clicks, 0 for none.
        value_prior_precision: θ_μ ≥ 0, how strongly values are held.
        value_precision: β > 0 of propagation.

    Raises:
        OptionError: It is to infer what it has no place for.
    """
    body, classifiers = online_places(network)
    if adapt_keys and not body:
        raise OptionError(
            f"This {type(network).__name__} attends nowhere before its classifier, so there are "
            "no keys to adapt. Leave out adapt_keys, or take a network with attention_blocks or a "
            'backbone like "probbotnet50".'
        )
    if propagate and not classifiers:
        raise OptionError(
            f"This {type(network).__name__} has no corrective self-attention classifier in which "
            'values could propagate. Leave out propagate, or make it with classifier="axial".'
        )
    _set(body, adapt_keys=adapt_keys, prior_precision=prior_precision)
    _set(
        classifiers,
        propagate=propagate,
        value_prior_precision=value_prior_precision,
        value_precision=value_precision,
    )


def online_places(network: nn.Module) -> tuple[list[Online], list[Online]]:
    """Where a network infers online: keys before its classifier, and values in it."""
    from clickmend.attention import Online
    from clickmend.networks.heads.csa import CorrectiveSelfAttention

    body: list[Online] = []
    classifiers: list[Online] = []
    for part in network.modules():
        if isinstance(online := getattr(part, "online", None), Online):
            (classifiers if isinstance(part, CorrectiveSelfAttention) else body).append(online)
    return body, classifiers


def _set(places: list[Online], **options: float | None) -> None:
    for online in places:
        for name, value in options.items():
            if value is not None:
                setattr(online, name, value)
