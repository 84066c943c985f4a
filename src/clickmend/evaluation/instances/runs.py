"""The runs of the points-to-masks bench: images × settings, all objects of an image in one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from clickmend.evaluation.datasets import choose_images, dataset_name
from clickmend.evaluation.instances.masks import find_masks
from clickmend.evaluation.instances.scenes import Scene, read_scene
from clickmend.evaluation.instances.settings import PointSetting
from clickmend.evaluation.runs import DatasetOpener, nothing_marked, refuse_repeated
from clickmend.jobs import Record
from clickmend.metrics import PhotoInstances, compare_instances
from clickmend.networks import Model, load

RUN_KEY = ("dataset", "image", *PointSetting.__slots__)
"""The fields of a record that name its run; one that a run does not have is left out."""


@final
@dataclass(frozen=True, slots=True)
class PointRun:
    """One image in one setting."""

    dataset: str
    image: str
    setting: PointSetting

    def facts(self) -> dict[str, Any]:
        """What names the run in a record."""
        named = {"dataset": dataset_name(self.dataset), "image": self.image}
        return {**named, **self.setting.facts()}

    @property
    def name(self) -> tuple[Hashable, ...]:
        """Its key in a log, see ``RUN_KEY``."""
        facts = self.facts()
        return tuple(facts.get(field) for field in RUN_KEY)


def plan_point_runs(
    datasets: Sequence[str],
    settings: Sequence[PointSetting],
    *,
    open_dataset: DatasetOpener,
    limit: int | None,
    seed: int,
) -> list[PointRun]:
    """Every chosen image that has an object in every setting, in the order of the runs.

    Raises:
        DataError: A dataset has no object.
        OptionError: Nothing is asked for, or something is asked for twice.
    """
    refuse_repeated(datasets, settings)
    runs: list[PointRun] = []
    for spec in datasets:
        dataset = open_dataset(spec)
        images = [
            image
            for image in choose_images(dataset.names, limit=limit, seed=seed)
            if read_scene(dataset, spec, image).masks
        ]
        if not images:
            raise nothing_marked(spec)
        runs += [PointRun(spec, image, setting) for image in images for setting in settings]
    return runs


@final
@dataclass(frozen=True, slots=True)
class PointRuns:
    """Makes runs: a point in each object, masks from the points, and their overlaps.

    Args:
        open_dataset: Opens a dataset.
        networks: Name of the weights → the same, or the path of their card.
        device: Where the networks run.
        seed: Of the points, and of the samples behind the prototypes.
    """

    open_dataset: DatasetOpener
    networks: Mapping[str, str]
    device: str
    seed: int

    def __call__(self, run: PointRun) -> Record:
        """The run's facts, the points, what :class:`PhotoInstances` holds, and the seconds."""
        scene = self.scene(run)
        points = scene.points(run.setting.points, seed=self.seed)
        found = find_masks(scene, points, run.setting, self.model(run.setting), seed=self.seed)
        compared = compare_instances(
            found.masks,
            scene.masks,
            scores=found.scores,
            classes=scene.classes,
            true_classes=scene.classes,
            ignore=scene.ignore,
        )
        return {
            **run.facts(),
            "at": [list(point) for point in points],
            "classes": list(scene.classes),
            "scores": found.scores,
            "iou": compared.iou.tolist(),
            "areas": compared.areas.tolist(),
            "true_areas": compared.true_areas.tolist(),
            "ignored": compared.ignored.tolist(),
            "seconds": found.seconds,
        }

    def model(self, setting: PointSetting) -> Model:
        """The network of a setting."""
        return load(self.networks[setting.weights], device=self.device)

    def scene(self, run: PointRun) -> Scene:
        """What is pointed at in a run."""
        return read_scene(self.open_dataset(run.dataset), run.dataset, run.image)


def compared_of(record: Record) -> PhotoInstances:
    """The overlaps in a record, every prediction of the class of its object."""
    classes = tuple(record["classes"])
    return PhotoInstances(
        iou=np.asarray(record["iou"], np.float64),
        scores=np.asarray(record["scores"], np.float64),
        classes=classes,
        true_classes=classes,
        areas=np.asarray(record["areas"], np.float64),
        true_areas=np.asarray(record["true_areas"], np.float64),
        ignored=np.asarray(record["ignored"], np.float64),
    )
