"""Which photos a bench runs on: datasets by name, and subsets drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.data import DATASETS, OBJECT_SETS, ObjectDataset, open_object_set


def dataset_name(spec: str) -> str:
    """What a table calls the dataset of a spec: the part before ``=``."""
    return spec.partition("=")[0]


@cache
def open_bench_dataset(spec: str) -> ObjectDataset:
    """Open a dataset once for this process.

    Args:
        spec: A name of ``OBJECT_SETS`` ("voc99"), or a published layout and its folder
            ("berkeley=FOLDER").

    Raises:
        OptionError: There is no such set or layout, or a layout has no folder.
        DataError: The folder is not there or not in its layout.
    """
    name, equals, folder = spec.partition("=")
    if not equals:
        if name in DATASETS:
            raise OptionError(
                f"{name} is a layout and needs its folder. Allowed are {', '.join(OBJECT_SETS)} "
                f"by name alone; write {name}=FOLDER."
            )
        return open_object_set(name)
    return DATASETS[name](Path(folder), None)


def choose_images(names: Sequence[str], *, limit: int | None, seed: int) -> list[str]:
    """A subset of the images, in the dataset's order.

    A smaller limit chooses among the images of a larger one.

    Args:
        names: All images.
        limit: How many; None, or more than there are, takes all.
        seed: Of the draw.

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
