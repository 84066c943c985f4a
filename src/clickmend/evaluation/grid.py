"""The rows of the G-BRS bench: layers and baselines × energies × insertions, and their rates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.core.errors import DataError, OptionError
from clickmend.data.files import write_atomically
from clickmend.evaluation.measures import Measure
from clickmend.evaluation.protocol import ENERGIES, Radius, Setting
from clickmend.evaluation.summary import UNREFINED, Row
from clickmend.refinement import inner_layers
from clickmend.tasks.base import REGION
from clickmend.tasks.refine import INPUT_BASELINES, EnergyKind

F_BRS = "sb"
"""The layer that is f-BRS; all layers inside the network are refined with and without L_c."""

BASELINES = tuple(INPUT_BASELINES)
"""The network's inputs as variables, with BRS's own energy and with L_c."""

WITHOUT_VARIABLES = (UNREFINED, REGION)

RATES = tuple(0.1 * 0.5**k for k in (0, 3, 6, 9))
"""The learning rates of a sweep."""


def refinements(task: str) -> tuple[str, ...]:
    """Everything that can be compared on a task; only marks have maps of their distances."""
    if task == "interactive":
        return (UNREFINED, *inner_layers(), *BASELINES)
    return (UNREFINED, REGION, *inner_layers(), *BASELINES[:1])


def energies_of(refine: str) -> tuple[EnergyKind, ...]:
    """What a refinement is compared with; f-BRS came with the energy of BRS."""
    if refine in WITHOUT_VARIABLES:
        return ()
    if refine in BASELINES:
        return ("consistency", "brs")
    return ENERGIES if refine == F_BRS else ("consistency", "clicks")


def grid(
    refine: Sequence[str],
    *,
    energies: Sequence[EnergyKind],
    insertions: Sequence[int],
    radii: Sequence[Radius],
    spread: bool = False,
) -> list[Setting]:
    """Every setting, radius by radius.

    Args:
        refine: "none", layers and baselines.
        energies: Those to compare, as far as :func:`energies_of` a refinement has them.
        insertions: Numbers of places for the layers.
        radii: Whose radii the clicks carry.
        spread: Whether each layer is also measured with regions.

    Raises:
        OptionError: A refinement does not exist, or has none of the energies.
    """
    layers = inner_layers()
    settings: list[Setting] = []
    for radius in radii:
        for name in refine:
            if name not in (*WITHOUT_VARIABLES, *layers, *BASELINES):
                known = ", ".join((*WITHOUT_VARIABLES, *layers, *BASELINES))
                raise OptionError(f"There is no refinement {name!r}. Available: {known}.")
            if name in WITHOUT_VARIABLES:
                settings.append(Setting(name, radius))
                continue
            found = [energy for energy in energies_of(name) if energy in energies]
            if not found:
                raise OptionError(
                    f"{name} is not compared with the energy {', '.join(energies) or '(none)'}. "
                    f"It has {', '.join(energies_of(name))}; ask for one of these."
                )
            places = insertions if name in layers else [None]
            settings += [
                Setting(name, radius, energy, number) for energy in found for number in places
            ]
            if spread and name in layers and "consistency" in found:
                settings.append(Setting(name, radius, "consistency", insertions[-1], spread=True))
    return settings


def swept(settings: Iterable[Setting]) -> list[Setting]:
    """Each setting with each of the ``RATES``; the row without refinement has none."""
    return [
        replace(setting, learning_rate=rate)
        for setting in settings
        if setting.refine not in WITHOUT_VARIABLES
        for rate in RATES
    ]


def with_rates(settings: Iterable[Setting], rates: dict[Setting, float]) -> list[Setting]:
    """The settings with their learning rates; without one the card's stays.

    Args:
        settings: As :func:`grid` makes them.
        rates: By setting, see :func:`read_rates`; whose radius was swept does not matter.
    """
    return [
        replace(setting, learning_rate=rates.get(_swept_key(setting), setting.learning_rate))
        for setting in settings
    ]


def write_rates(path: Path, rows: Sequence[Row], measure: Measure) -> None:
    """Write the best learning rate of each setting, by the mean AUC over the datasets.

    Raises:
        OutputError: The file cannot be written.
    """
    scores: dict[Setting, dict[float, list[float]]] = {}
    for row in rows:
        if row.setting.learning_rate is not None:
            of_rate = scores.setdefault(_swept_key(row.setting), {})
            of_rate.setdefault(row.setting.learning_rate, []).append(row.scores.auc)
    best: list[dict[str, Any]] = []
    for setting, of_rate in scores.items():
        means = {rate: float(np.mean(aucs)) for rate, aucs in of_rate.items()}
        rate = max(means, key=lambda rate: measure.sign * means[rate])
        auc = [[tried, mean] for tried, mean in means.items()]
        best.append({"setting": setting.facts(), "learning_rate": rate, "auc": auc})
    write_atomically(path, (json.dumps({"rates": best}, indent=1) + "\n").encode())


def read_rates(path: Path) -> dict[Setting, float]:
    """The rates that :func:`write_rates` wrote.

    Raises:
        DataError: The file is missing or no such file.
    """
    try:
        entries = json.loads(path.read_text("utf-8"))["rates"]
        return {Setting(**entry["setting"]): float(entry["learning_rate"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is no file of learning rates ({error!r}). Allowed are those that "
            "`clickmend bench gbrs --sweep` writes; run it, or leave --rates out to take the "
            "card's."
        ) from None


def _swept_key(setting: Setting) -> Setting:
    return replace(setting, radius="annotator", learning_rate=None)
