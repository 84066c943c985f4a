"""The rows of the attention bench: what a network can infer online, and how strongly it is held."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from clickmend.core.errors import DataError, OptionError
from clickmend.data.files import write_atomically
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.summary import Row

if TYPE_CHECKING:
    from clickmend.networks import Model

KEY_PRIORS = (0.0, 0.001)
"""θ_ξ of the paper's tables."""

VALUE_PRIORS = (0.1, 1.0, 10.0, 100.0)
"""θ_μ among which is chosen on training photos."""

ITERATIONS = (1, 5)
"""Of value propagation."""

Priors: TypeAlias = dict[tuple[str, int], float]
"""θ_μ by the weights and the iterations of propagation."""


def inferences(
    model: Model, *, refine: str, priors: Mapping[tuple[str, int], float]
) -> list[Setting]:
    """Everything that the places of a network allow, nothing first, both together last.

    Args:
        model: Network and card; its θ_ξ goes with propagation, its θ_μ where none was chosen.
        refine: How sessions refine.
        priors: What was chosen.
    """
    from clickmend.networks import online_places

    body, classifiers = online_places(model.network)
    name, online = model.card.name, model.card.online
    plain = Setting(refine, "default", weights=name, adapt_keys=0, propagate=0)
    keys = [replace(plain, adapt_keys=1, prior_precision=prior) for prior in KEY_PRIORS]
    values = [
        replace(
            plain,
            propagate=iterations,
            value_prior_precision=priors.get((name, iterations), online.value_prior_precision),
        )
        for iterations in ITERATIONS
    ]
    both = [
        replace(setting, adapt_keys=1, prior_precision=online.prior_precision) for setting in values
    ]
    settings = [plain, *(keys if body else []), *(values if classifiers else [])]
    return settings + (both if body and classifiers else [])


def swept(settings: Sequence[Setting]) -> list[Setting]:
    """The settings that propagate values and adapt no keys, with each of the ``VALUE_PRIORS``.

    Raises:
        OptionError: There is none.
    """
    found = [
        replace(setting, value_prior_precision=prior)
        for setting in settings
        if setting.propagate and not setting.adapt_keys
        for prior in VALUE_PRIORS
    ]
    if not found:
        raise OptionError(
            "None of the networks has a classifier in which values could propagate, so there is "
            "no θ_μ to choose. Leave out --sweep, or name weights with one by --model."
        )
    return found


def write_priors(path: Path, rows: Sequence[Row]) -> None:
    """Write the θ_μ that needs the fewest clicks to 90 %, as a mean over the datasets.

    Raises:
        OutputError: The file cannot be written.
    """
    clicks: dict[tuple[str, int], dict[float, list[float]]] = {}
    for row in rows:
        setting = row.setting
        assert setting.weights is not None
        assert setting.propagate is not None
        assert setting.value_prior_precision is not None
        assert row.scores.noc90 is not None
        of_prior = clicks.setdefault((setting.weights, setting.propagate), {})
        of_prior.setdefault(setting.value_prior_precision, []).append(row.scores.noc90)
    chosen = []
    for (weights, propagate), of_prior in clicks.items():
        means = {prior: float(np.mean(counts)) for prior, counts in of_prior.items()}
        chosen.append(
            {
                "weights": weights,
                "propagate": propagate,
                "value_prior_precision": min(means, key=lambda prior: means[prior]),
                "noc90": [[prior, mean] for prior, mean in means.items()],
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
        return {
            (str(entry["weights"]), int(entry["propagate"])): float(entry["value_prior_precision"])
            for entry in entries
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no file of priors ({error!r}). Allowed are those that `clickmend bench "
            "attention --sweep` writes; run it, or leave --priors out to take the cards'."
        ) from None
