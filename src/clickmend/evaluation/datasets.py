"""Which photos a bench runs on: datasets by name, and subsets drawn from a seed."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np

from clickmend.core.errors import DataError, OptionError
from clickmend.data import LAYOUTS, PhotoDataset, held_out
from clickmend.data.own_folders import PLAIN, own_folder
from clickmend.evaluation.subjects import TASKS

Part: TypeAlias = Literal["whole", "training", "held out"]
"""Which photos of one of our sets: all, those that trainings see, or those that none may see."""


def dataset_name(spec: str) -> str:
    """What a table calls the dataset of a spec: the part before ``=``."""
    return spec.partition("=")[0]


def spec_without_folder(spec: str, task: str) -> str:
    """A spec with the word FOLDER in place of the folder of the machine that it was written on."""
    own = own_folder(spec, LAYOUTS[TASKS[task].kind][0])
    if own is None:
        return spec
    told = own.layout == own.name or (own.layout == PLAIN and f":{own.folder}" not in spec)
    return f"{own.name}=FOLDER" if told else f"{own.name}={own.layout}:FOLDER"


@cache
def open_bench_dataset(
    spec: str, task: str = "interactive", part: Part = "whole"
) -> PhotoDataset[Any]:
    """Open a dataset once for this process.

    Args:
        spec: The name of one of our sets ("voc99"), or a folder of one's own ("cats=FOLDER",
            "cats=LAYOUT:FOLDER"), see `clickmend.data.own_folders`.
        task: What the truth has to be of.
        part: Which photos; "training" opens training sets of the task alone. A folder is opened
            whole.

    Raises:
        OptionError: There is no such set, a layout has no folder, or it is no training set.
        DataError: The folder is not there or not in its layout, or no photo is held out.
    """
    subject = TASKS[task]
    layouts, open_shared = LAYOUTS[subject.kind]
    name, own = spec, own_folder(spec, layouts)
    if part == "training" and spec not in subject.training:
        raise OptionError(
            f"{spec} is no training set of the task {task}. Settings are tuned on "
            f"{', '.join(subject.training)}, never on what is reported; choose among these."
        )
    if own is not None:
        dataset: PhotoDataset[Any] = layouts[own.layout](own.folder, None)
        return dataset
    if name in layouts:
        raise OptionError(
            f"{name} is a layout and needs its folder. Allowed by name alone are our sets, such as "
            f"{', '.join(subject.dev)}; write {name}=FOLDER."
        )
    dataset = open_shared(name)
    if part == "whole":
        return dataset
    chosen = copy.copy(dataset)
    wanted = part == "held out"
    chosen.names = tuple(stem for stem in dataset.names if held_out(name, stem) == wanted)
    if not chosen.names:
        raise DataError(
            f"All photos of {spec} are for training. What is reported has to be held out, as are "
            "parts of pennfudan, feralcat and coco100; choose another set."
        )
    return chosen


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
