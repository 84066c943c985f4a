"""The bench of AttentionShift [Liao23] without training: one point per object in, masks out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from clickmend import metrics
from clickmend.core.errors import OptionError
from clickmend.evaluation.benches.base import BENCHES, Bench, option
from clickmend.evaluation.datasets import Part
from clickmend.evaluation.overlaps import ARRAYS, THRESHOLDS, summarise_points
from clickmend.evaluation.plots import COLOURS, panels_of
from clickmend.evaluation.runs import ClickRuns, Finder, Run, Runner
from clickmend.evaluation.scenes import (
    CLICK,
    POINT_KINDS,
    PointKind,
    PointSetting,
    find_masks,
    network_of,
    read_scene,
)
from clickmend.evaluation.summary import Row, setting_in
from clickmend.evaluation.tables import Column, Result, Shown, Table, lines_of
from clickmend.jobs import Record

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from clickmend.networks import Model

HELD_OUT = ("pennfudan", "feralcat", "coco100")
"""The sets of which a part is held out from every training."""

METHODS = ("shift", "k-means", "k-means*", CLICK)
"""How parts are found, as it is shipped, and the click."""

BOX_RULES = ("plain", "symmetric")
"""How the box of an object is made; ``clickmend.instances`` takes the first."""

RIVALS = METHODS[1:3]
"""What the shift is compared with (supplement, Table 1)."""

SHOWN_WAY = "all-point"
"""The way of interpolation of pictures and comparisons."""


@BENCHES.register("attentionshift")
@final
@dataclass(frozen=True, kw_only=True)
class AttentionShift(Bench):
    """Make masks from one point per object on held-out photos: parts, K-Means and clicks."""

    name = "attentionshift"
    doing = "Pointing"
    setting = PointSetting
    several_models = True
    named = ("points", "methods", "box_rules", "finish")
    logged = ("seed",)
    needs = ("dataset", "setting.method", "objects")

    models: tuple[str, ...] = option(
        "The network, see clickmend models, or the path of a card. May be repeated; of one that "
        "takes no clicks (AttentionShift, or its pretraining) only the features are measured. By "
        "default the one that clickmend points takes.",
        ("points-l0",),
        flag="model",
        metavar="NAME",
    )
    points: tuple[PointKind, ...] = option(
        "random: any pixel of the object; centre: the one farthest from its border. May be "
        "repeated; by default both.",
        POINT_KINDS,
        choices=POINT_KINDS,
    )
    methods: tuple[str, ...] = option(
        "shift, k-means, k-means*, or click, a plain click in a session of its own. May be "
        "repeated, by default all; the first is run in all ways, the others in one.",
        METHODS,
        flag="method",
        metavar="NAME",
    )
    box_rules: tuple[str, ...] = option(
        "How the box of an object is made: plain, as shipped, or symmetric. May be repeated; by "
        "default both, of the first method.",
        BOX_RULES,
        flag="box-rule",
        metavar="NAME",
    )
    finish: bool = option("Also the masks of the first method, finished by the network.", True)
    pictures: int = option(
        "Draw so many images of each dataset, into benchmarks/out (not published).", 0, least=0
    )
    pictures_in: Path = Path("benchmarks/out")

    def __post_init__(self) -> None:
        from clickmend.tasks.instances.from_points import check_seed

        super().__post_init__()
        check_seed(self.seed)

    @classmethod
    def defaults(cls, task: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is held out from every training, and the network that finds parts."""
        models = cls.__dataclass_fields__["models"].default
        return super().defaults(task, given) | {"datasets": HELD_OUT, "models": models}

    @classmethod
    def tables(cls, result: Result) -> list[Shown]:
        """The table, what the bar asks for, and the classes where a row has several."""
        frame = cls.frame(result)
        lines = lines_of(frame)
        of_lines = [row["classes"] for row in result["rows"]]
        several = [line for line, of in zip(lines, of_lines, strict=True) if len(of) > 1]
        names = sorted({name for of in of_lines if len(of) > 1 for name in of})
        columns = [*point_columns()[:6], *map(_class_column, names)]
        classes = Table(several, columns, on_screen=False)
        return [
            Table(lines, point_columns()),
            *comparisons(lines),
            *([classes] if several else []),
        ]

    @classmethod
    def figure(cls, result: Result) -> Figure:
        """Bars for each threshold."""
        return draw_bars(cls.frame(result))

    @property
    def weights_of(self) -> tuple[str, ...]:
        """The tasks that the weights may be of."""
        return (self.task, "instances")

    def settings(self, models: Sequence[Model]) -> list[PointSetting]:
        """The rows of the table for each dataset.

        For each kind of points: every method in the features of each network with the first box
        rule; in those of the first network, the first method with the other box rules too. By each
        interactive network the first method's masks, finished as it is shipped, and the click.

        Raises:
            OptionError: A word is not known.
        """
        from clickmend import parts

        _check(self.methods, (*parts.METHODS, CLICK))
        _check(self.box_rules, parts.BOX_RULES)
        by_parts = [method for method in self.methods if method != CLICK]
        ways: list[dict[str, str]] = []
        for card in (model.card for model in models):
            rules = self.box_rules if card is models[0].card else self.box_rules[:1]
            ways += [
                {"weights": card.name, "method": method, "box_rule": rule}
                for method in by_parts
                for rule in (rules if method == by_parts[0] else rules[:1])
            ]
            clicked = {"weights": card.name, "method": CLICK}
            if card.task == "interactive" and self.finish and by_parts:
                shipped = {"method": by_parts[0], "box_rule": BOX_RULES[0], "finish": "network"}
                ways.append(clicked | shipped)
            if card.task == "interactive" and CLICK in self.methods:
                ways.append(clicked)
        return [PointSetting(points=kind, **way) for kind in self.points for way in ways]

    @property
    def part(self) -> Part:
        """What no training may see."""
        return "held out"

    @property
    def ids(self) -> Finder:
        """Every image that has an object, as a whole."""
        return _scenes

    def record(self, clicks: ClickRuns, run: Run) -> Record:
        """A point in each object of the image, masks from the points, and their overlaps."""
        scene = read_scene(clicks.open_dataset(run.dataset), run.dataset, run.image)
        points = scene.points(run.setting.points, seed=self.seed)
        network = network_of(run.setting, clicks.make_session)
        found = find_masks(scene, points, run.setting, network, seed=self.seed)
        compared = metrics.compare_instances(
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
            **{name: getattr(compared, name).tolist() for name in ARRAYS},
            "seconds": found.seconds,
        }

    def rows(self, records: Sequence[Record]) -> list[Row]:
        """The rows of the table."""
        return summarise_points(records)

    def protocol(self) -> dict[str, Any]:
        """How the numbers are to be read."""
        return PROTOCOL

    def conclude(self, runner: Runner, runs: Sequence[Run], rows: Sequence[Row]) -> dict[str, Any]:
        """Draws the pictures."""
        from clickmend.evaluation.part_pictures import draw_scenes

        for spec in self.datasets if self.pictures else ():
            images = list(dict.fromkeys(run.image for run in runs if run.dataset == spec))
            shown = [
                run for run in runs if run.dataset == spec and run.image in images[: self.pictures]
            ]
            folder = self.pictures_in / f"{self.out.name}-pictures"
            draw_scenes(shown, runner.clicks, seed=self.seed, folder=folder)
        return super().conclude(runner, runs, rows)


PROTOCOL = {
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
"""How the numbers are to be read."""


def point_columns() -> list[Column]:
    """The columns of the table; mAP in percent, as 11-point / all-point."""
    return [
        Column("dataset", "dataset"),
        Column("points", "setting.points"),
        Column("method", "setting.method"),
        Column("weights", "setting.weights"),
        Column("box", "setting.box_rule"),
        Column("finish", "setting.finish"),
        Column("objects", "objects", "{:d}"),
        *(Column(name, _both_ways(name), "{:s}") for name in THRESHOLDS),
        *(Column(name.upper(), f"coco.{name}", "{:.1f}", 100) for name in ("ap", "ap50", "ap75")),
        Column("IoU", "mean_iou", "{:.3f}"),
        Column("s/photo", "seconds_per_photo", "{:.2f}"),
        Column("s/object", "seconds_per_object", "{:.2f}"),
    ]


def comparisons(lines: Sequence[Row]) -> list[str]:
    """For each dataset and kind of points, by how many points the shift is over K-Means."""
    alike = (
        "dataset",
        *(f"setting.{name}" for name in ("points", "weights", "box_rule", "finish")),
    )
    told = []
    for line in lines:
        if line["setting.method"] != "shift" or line["setting.finish"] != "none":
            continue
        over = [
            f"over {other['setting.method']} {_ahead(line, other, 'mAP50')} mAP50 and "
            f"{_ahead(line, other, 'mAP75')} mAP75"
            for other in lines
            if other["setting.method"] in RIVALS
            and all(line.get(name) == other.get(name) for name in alike)
        ]
        if over:
            where = f"{line['dataset']}, {line['setting.points']} points, {line['setting.weights']}"
            told.append(f"{where}: shift {', '.join(over)}.")
    return told


def draw_bars(frame: Any) -> Figure:
    """One panel per dataset (columns) and kind of points (rows), bars for each threshold."""
    datasets = list(frame["dataset"].unique())
    kinds = [kind for kind in POINT_KINDS if kind in set(frame["setting.points"])]
    figure, panels = panels_of(len(kinds), len(datasets), size=(4.6, 3.2), sharey=True)
    for kind, line in zip(kinds, panels, strict=True):
        for dataset, panel in zip(datasets, line, strict=True):
            here = frame[(frame["dataset"] == dataset) & (frame["setting.points"] == kind)]
            width = 0.8 / max(len(here), 1)
            for number, (row, colour) in enumerate(
                zip(lines_of(here), cycle(COLOURS), strict=False)
            ):
                heights = [100 * row[f"voc.{SHOWN_WAY}.{name}"] for name in THRESHOLDS]
                left = [place - 0.4 + (number + 0.5) * width for place in range(len(heights))]
                label = setting_in(row, PointSetting).label
                panel.bar(left, heights, width=0.9 * width, color=colour, label=label)
            panel.set_xticks(range(len(THRESHOLDS)), THRESHOLDS)
            panel.set_ylim(0, 100)
            panel.set_title(f"{dataset}, {kind} points", fontsize=9)
            panel.grid(axis="y", alpha=0.3)
            panel.tick_params(labelsize=8)
    panels[0][-1].legend(fontsize=7)
    return figure


def _scenes(dataset: Any, spec: str, image: str) -> list[int | None]:
    """An image as a whole, if it has an object."""
    return [None] if read_scene(dataset, spec, image).masks else []


def _check(words: Sequence[str], known: Iterable[str]) -> None:
    for word in words:
        if word not in known:
            raise OptionError(f"There is no {word!r} here. Available: {', '.join(known)}.")


def _ahead(line: Row, other: Row, name: str) -> str:
    key = f"voc.{SHOWN_WAY}.{name}"
    return f"{100 * (line[key] - other[key]):+.1f}"


def _both_ways(name: str) -> Callable[[Row], str]:
    def cell(line: Row) -> str:
        return " / ".join(
            f"{100 * line[f'voc.{way}.{name}']:.1f}" for way in metrics.INTERPOLATIONS
        )

    return cell


def _class_column(kind: str) -> Column:
    def cell(line: Row) -> str | None:
        keys = [f"classes.{kind}.{SHOWN_WAY}.{name}" for name in THRESHOLDS]
        if line.get(keys[0]) is None:
            return None
        return " / ".join(f"{100 * line[key]:.1f}" for key in keys)

    return Column(kind, cell, "{:s}")
