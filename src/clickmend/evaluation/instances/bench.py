"""The bench of AttentionShift without training: one point per object in, masks out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, final

from clickmend.evaluation.bench import Bench, SharedOptions, named_once, repeated
from clickmend.evaluation.instances.pictures import draw_scenes
from clickmend.evaluation.instances.report import point_result, write_point_report
from clickmend.evaluation.instances.runs import RUN_KEY, PointRun, PointRuns, plan_point_runs
from clickmend.evaluation.instances.scenes import open_held_out
from clickmend.evaluation.instances.settings import (
    ALL_BOXES,
    CLICK,
    POINT_KINDS,
    PointKind,
    PointSetting,
    grid,
)
from clickmend.evaluation.instances.summary import summarise_points
from clickmend.evaluation.report import Result
from clickmend.evaluation.runs import DatasetOpener, Progress
from clickmend.parts import METHODS
from clickmend.tasks.instances.from_points import FINDER, check_seed

if TYPE_CHECKING:
    from clickmend.networks import Card

HELD_OUT = ("pennfudan", "feralcat", "coco100")
"""The sets of which a part is held out from every training."""


@final
@dataclass(frozen=True, kw_only=True)
class AttentionShiftOptions(SharedOptions):
    """What the bench is asked for, besides what every bench is.

    Args:
        points: Where the point of an object lies.
        methods: How parts are found, and "click"; the first is compared in more ways, see
            :func:`~clickmend.evaluation.instances.settings.grid`.
        further: Weights that are measured beside those of ``model``; of AttentionShift, or of the
            pretraining of its transformer, only the features are.
        box_rules: How the box of an object is made.
        finish: Whether the masks of the first method are finished by the network, too.
        pictures: Of how many images of each dataset pictures are drawn.
        pictures_in: The folder that they are drawn in, one that is not published.
    """

    bench: ClassVar[str] = "attentionshift"

    model: str = FINDER
    points: tuple[PointKind, ...] = POINT_KINDS
    methods: tuple[str, ...] = (*METHODS, CLICK)
    further: tuple[str, ...] = ()
    box_rules: tuple[str, ...] = ALL_BOXES
    finish: bool = True
    pictures: int = 0
    pictures_in: Path = Path("benchmarks/out")

    @property
    def tasks(self) -> tuple[str, ...]:
        """What the weights may be of."""
        return (self.task, "instances")

    def settings(self, cards: Sequence[Card]) -> list[PointSetting]:
        """The rows of the table for each dataset."""
        return grid(
            points=self.points,
            methods=self.methods,
            cards=cards,
            box_rules=self.box_rules,
            finish=self.finish,
        )

    def words(self) -> list[str]:
        """What only this bench has on its command line."""
        words = repeated("points", self.points) + repeated("method", self.methods)
        words += repeated("box-rule", self.box_rules)
        return words + ([] if self.finish else ["--no-finish"])


def run_attentionshift(
    options: AttentionShiftOptions,
    cards: Sequence[Card],
    *,
    open_dataset: DatasetOpener = open_held_out,
    progress: Progress | None = None,
) -> Result:
    """Make the runs that are missing and write the report.

    Args:
        options: What is asked for.
        cards: Of the weights that ``options.model`` and ``options.further`` name, in this order.
        open_dataset: Opens datasets by spec; by default without what is for training.
        progress: Called at the start and after each run.

    Returns:
        What ``out.json`` holds.

    Raises:
        ModelError: Weights are of neither task, or were trained on the photos of a dataset.
        OptionError: Two of the weights have the same name, or torch does not take the seed.
        ClickmendError: Whatever the options, a dataset, a network or the folder refuses.
    """
    check_seed(options.seed)
    settings = options.settings(cards)
    names = named_once(cards)
    bench = Bench(
        options,
        *cards,
        open_dataset=open_dataset,
        progress=progress,
        key=RUN_KEY,
        seed=options.seed,
    )
    runs = plan_point_runs(
        options.datasets,
        settings,
        open_dataset=open_dataset,
        limit=options.limit,
        seed=options.seed,
    )
    networks = dict(zip(names, (options.model, *options.further), strict=True))
    maker = PointRuns(open_dataset, networks, options.device, options.seed)
    records = bench.make(runs, maker)
    objects = {
        (record["dataset"], record["image"], place)
        for record in records
        for place, _ in enumerate(record["at"])
    }
    result = point_result(
        summarise_points(records), bench=options.bench, **bench.facts(objects), protocol=_protocol()
    )
    write_point_report(options.out, result)
    if options.pictures:
        _draw(options, runs, maker)
    return result


def _draw(options: AttentionShiftOptions, runs: Sequence[PointRun], maker: PointRuns) -> None:
    for spec in options.datasets:
        images = list(dict.fromkeys(run.image for run in runs if run.dataset == spec))
        shown = images[: options.pictures]
        draw_scenes(
            [run for run in runs if run.dataset == spec and run.image in shown],
            maker,
            folder=options.pictures_in / f"{options.out.name}-pictures",
        )


def _protocol() -> dict[str, Any]:
    return {
        "images": "held out from every training",
        "random": "a pixel of the object, each as likely",
        "centre": "a pixel of the object, farthest from its border",
        "score": "parts: the mean of the soft map in the mask, without the point's patch; "
        "click and finished: the mean probability in the mask",
        "ties": "VOC: predictions of one score are one step of the curve; COCO: in the order of "
        "the images",
        "match": "VOC: the object overlapped most, IoU at least the threshold",
        "classes": "pennfudan person, feralcat cat; of sets that tell no class all are one",
        "all": "all sets together, their classes apart",
    }
