"""The rows of the attention bench: what a network can infer online, and how strongly it is held."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clickmend.core.errors import DataError, OptionError
from clickmend.data.files import write_atomically
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.summary import Row

if TYPE_CHECKING:
    from clickmend.networks import Model

KEY_PRIORS = (0.0, 0.001)
"""θ_ξ of the paper's tables."""

KEY_CHOICES = (0.0, 0.001, 0.1, 1.0, 10.0)
"""θ_ξ among which a sweep chooses. The paper has the first two, for networks that were trained
with their keys adapted; others want theirs held more firmly."""

FIRST_CLICKS = 3
"""θ_ξ is chosen by the mean IoU of so many clicks: keys adapt while there are few."""

VALUE_PRIORS = (0.1, 1.0, 10.0, 100.0)
"""θ_μ among which is chosen on training photos."""

ITERATIONS = (1, 5)
"""Of value propagation."""


@dataclass(frozen=True, slots=True)
class Priors:
    """What a sweep chose.

    Attributes:
        keys: θ_ξ by the weights.
        values: θ_μ by the weights and the iterations of propagation.
    """

    keys: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[tuple[str, int], float] = field(default_factory=dict)


def inferences(model: Model, *, refine: str, priors: Priors) -> list[Setting]:
    """Everything that the places of a network allow, nothing first, both together last.

    Args:
        model: Network and card, which has a θ_ξ and a θ_μ where none was chosen.
        refine: How sessions refine.
        priors: What was chosen.
    """
    from clickmend.networks import online_places

    body, classifiers = online_places(model.network)
    name, online = model.card.name, model.card.online
    plain = Setting(refine, "default", weights=name, adapt_keys=0, propagate=0)
    own = priors.keys.get(name, online.prior_precision)
    keys = [
        replace(plain, adapt_keys=1, prior_precision=prior)
        for prior in dict.fromkeys((*KEY_PRIORS, own))
    ]
    values = [
        replace(
            plain,
            propagate=iterations,
            value_prior_precision=priors.values.get(
                (name, iterations), online.value_prior_precision
            ),
        )
        for iterations in ITERATIONS
    ]
    both = [replace(setting, adapt_keys=1, prior_precision=own) for setting in values]
    settings = [plain, *(keys if body else []), *(values if classifiers else [])]
    return settings + (both if body and classifiers else [])


def swept(settings: Sequence[Setting]) -> list[Setting]:
    """The settings that adapt keys or propagate values, each alone, with every prior.

    Raises:
        OptionError: There is none.
    """
    keys = dict.fromkeys(
        replace(setting, prior_precision=prior)
        for setting in settings
        if setting.adapt_keys and not setting.propagate
        for prior in KEY_CHOICES
    )
    values = [
        replace(setting, value_prior_precision=prior)
        for setting in settings
        if setting.propagate and not setting.adapt_keys
        for prior in VALUE_PRIORS
    ]
    if not (keys or values):
        raise OptionError(
            "None of the networks attends to anything, so there is no θ_ξ or θ_μ to choose. Leave "
            "out --sweep, or name weights with attention by --model."
        )
    return [*keys, *values]


def write_priors(path: Path, rows: Sequence[Row]) -> None:
    """Write the best priors, by their mean over the datasets.

    Of θ_ξ it is the one with the highest IoU over the first clicks, of θ_μ the one that needs the
    fewest clicks to 90 %.

    Raises:
        OutputError: The file cannot be written.
    """
    keys: dict[str, dict[float, list[float]]] = {}
    values: dict[tuple[str, int], dict[float, list[float]]] = {}
    for row in rows:
        setting = row.setting
        assert setting.weights is not None
        if setting.adapt_keys:
            assert setting.prior_precision is not None
            first = row.scores.curve[1 : 1 + FIRST_CLICKS]
            of_prior = keys.setdefault(setting.weights, {})
            of_prior.setdefault(setting.prior_precision, []).append(float(np.mean(first)))
        else:
            assert setting.propagate is not None
            assert setting.value_prior_precision is not None
            assert row.scores.noc90 is not None
            of_prior = values.setdefault((setting.weights, setting.propagate), {})
            of_prior.setdefault(setting.value_prior_precision, []).append(row.scores.noc90)
    chosen: list[dict[str, Any]] = []
    for weights, of_prior in keys.items():
        means = {prior: float(np.mean(iou)) for prior, iou in of_prior.items()}
        best = max(means, key=lambda prior: means[prior])
        chosen.append(
            {"weights": weights, "prior_precision": best, "first_clicks": list(means.items())}
        )
    for (weights, propagate), of_prior in values.items():
        means = {prior: float(np.mean(counts)) for prior, counts in of_prior.items()}
        chosen.append(
            {
                "weights": weights,
                "propagate": propagate,
                "value_prior_precision": min(means, key=lambda prior: means[prior]),
                "noc90": list(means.items()),
            }
        )
    write_atomically(path, (json.dumps({"priors": chosen}, indent=1) + "\n").encode())


def read_priors(path: Path) -> Priors:
    """What :func:`write_priors` chose.

    Raises:
        DataError: The file is missing or no such file.
    """
    try:
        entries = json.loads(path.read_text("utf-8"))["priors"]
        keys = {
            str(entry["weights"]): float(entry["prior_precision"])
            for entry in entries
            if "propagate" not in entry
        }
        values = {
            (str(entry["weights"]), int(entry["propagate"])): float(entry["value_prior_precision"])
            for entry in entries
            if "propagate" in entry
        }
        return Priors(keys, values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no file of priors ({error!r}). Allowed are those that `clickmend bench "
            "attention --sweep` writes; run it, or leave --priors out to take the cards'."
        ) from None
