"""Which photos a bench runs on: datasets by name, and subsets drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.data import PhotoDataset
from clickmend.evaluation.tasks import TASKS


def dataset_name(spec: str) -> str:
    """What a table calls the dataset of a spec: the part before ``=``."""
    return spec.partition("=")[0]


@cache
def open_bench_dataset(spec: str, task: str = "interactive") -> PhotoDataset[Any]:
    """Open a dataset once for this process.

    Args:
        spec: The name of one of our sets ("voc99"), or a published layout and its folder
            ("berkeley=FOLDER").
        task: What the truth has to be of.

    Raises:
        OptionError: There is no such set or layout, or a layout has no folder.
        DataError: The folder is not there or not in its layout.
    """
    known = TASKS[task]
    name, equals, folder = spec.partition("=")
    if equals:
        dataset: PhotoDataset[Any] = known.layouts[name](Path(folder), None)
        return dataset
    if name in known.layouts:
        raise OptionError(
            f"{name} is a layout and needs its folder. Allowed by name alone are our sets, such as "
            f"{', '.join(known.dev)}; write {name}=FOLDER."
        )
    return known.open_set(name)


@cache
def open_training_dataset(spec: str, task: str) -> PhotoDataset[Any]:
    """Open one of our sets without the photos that are held out from every training.

    Raises:
        OptionError: It is no training set of the task.
        DataError: It is not there.
    """
    known = TASKS[task]
    if spec not in known.training:
        raise OptionError(
            f"{spec} is no training set of the task {task}. Settings are tuned on "
            f"{', '.join(known.training)}, never on what is reported; choose among these."
        )
    return known.open_training(spec)


def choose_images(names: Sequence[str], *, limit: int | None, seed: int) -> list[str]:
    """A subset of the images, in the dataset's order.

    A smaller limit chooses among the images of a larger one; None takes all.

    Raises:
        OptionError: The limit is not positive.
    """
    if limit is None:
        return list(names)
    if limit < 1:
        raise OptionError(
            f"The limit is {limit} images. Allowed is 1 or more; leave it out to run on all."
        )
    drawn = np.random.default_rng(seed).permutation(len(names))[:limit]
    return [names[index] for index in np.sort(drawn)]
