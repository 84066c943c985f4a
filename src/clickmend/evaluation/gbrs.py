"""The bench of G-BRS: every layer and baseline on a task, and the rates that suit them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from clickmend.core.errors import OptionError
from clickmend.evaluation.bench import BenchOptions, ClickBench, repeated, without_folder
from clickmend.evaluation.cost import costs_of_insertions
from clickmend.evaluation.datasets import dataset_name, open_bench_dataset, open_training_dataset
from clickmend.evaluation.grid import grid, read_rates, refinements, swept, with_rates, write_rates
from clickmend.evaluation.order import Order, orders
from clickmend.evaluation.pictures import draw_pictures
from clickmend.evaluation.protocol import ENERGIES, Radius, SessionFactory, Setting
from clickmend.evaluation.report import Result, to_result, write_report
from clickmend.evaluation.runs import DatasetOpener, Progress
from clickmend.evaluation.summary import Row, summarise
from clickmend.evaluation.tasks import TASKS
from clickmend.tasks.refine import EnergyKind

if TYPE_CHECKING:
    from clickmend.networks import Card, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class GbrsOptions(BenchOptions):
    """What the bench of G-BRS is asked for, besides what every bench is.

    Args:
        of_task: What is measured.
        refine: "none", layers and baselines; empty takes all that the task has.
        radii: Whose radius the clicks carry.
        energies: What the layers and baselines minimise, as far as they are compared with it.
        insertions: Numbers of places; empty takes 1 … all of the card's.
        limit: Images of each dataset for the whole grid; without refinement, "sb" and the best
            layer are run on all images afterwards. None runs the whole grid on all.
        whole: Whether these are run on all images.
        rates: A file of learning rates that a sweep wrote; None takes the card's.
        sweep: Run the grid with several learning rates on training photos and write the best.
        pictures: Of how many images of each dataset pictures are drawn.
        pictures_in: The folder that they are drawn in, one that is not published.
    """

    bench: ClassVar[str] = "gbrs"

    of_task: str
    refine: tuple[str, ...] = ()
    radii: tuple[Radius, ...] = ("annotator",)
    energies: tuple[EnergyKind, ...] = ENERGIES
    insertions: tuple[int, ...] = ()
    whole: bool = True
    rates: Path | None = None
    sweep: bool = False
    pictures: int = 0
    pictures_in: Path = Path("benchmarks/out")

    @property
    def task(self) -> str:
        """What is measured."""
        return self.of_task

    def words(self) -> list[str]:
        """What only this bench has on its command line."""
        words = ["--task", self.task, *repeated("refine", self.refine)]
        words += repeated("energy", self.energies if self.energies != ENERGIES else ())
        words += repeated("insertions", self.insertions) + repeated("radius", self.radii)
        if self.rates is not None:
            words += ["--rates", without_folder(self.rates)]
        words += ["--sweep"] if self.sweep else []
        words += ["--full"] if self.limit is None else []
        words += [] if self.whole else ["--no-whole"]
        return [*words, "--clicks", str(self.clicks)]


def run_gbrs(
    options: GbrsOptions,
    model: Model,
    *,
    make_session: SessionFactory | None = None,
    open_dataset: DatasetOpener | None = None,
    progress: Progress | None = None,
) -> Result:
    """Make the runs that are missing and write the report; a sweep writes its rates too.

    Args:
        options: What is asked for.
        model: The weights that ``options.model`` names.
        make_session: Begins sessions; by default those of this package.
        open_dataset: Opens datasets by spec; by default those of the task, in a sweep without
            what is held out from training.
        progress: Called at the start and after each run, in each of the two passes.

    Returns:
        What ``out.json`` holds.

    Raises:
        ModelError: The weights are of another task, know other classes, or were trained on the
            photos of a dataset.
        ClickmendError: Whatever the options, a dataset, a session or the folder refuses.
    """
    card, task = model.card, TASKS[options.task]
    if open_dataset is None:
        opener = open_training_dataset if options.sweep else open_bench_dataset
        open_dataset = partial(opener, task=task.name)
    bench = ClickBench(
        options,
        card,
        make_session=make_session,
        open_dataset=open_dataset,
        progress=progress,
        task=task.name,
    )
    settings = settings_of(options, card)
    runs = bench.plan(settings, limit=options.limit, largest_only=options.sweep)
    rows = summarise(bench.clicked(runs), task.measure)
    found = orders(rows, task.measure)
    whole = _on_whole_datasets(bench, found) if options.whole and not options.sweep else []
    result = to_result(
        rows,
        measure=task.measure,
        whole=whole,
        bench="gbrs",
        task=task.name,
        **bench.facts_of(runs),
        protocol=_protocol(options),
        costs={str(places): ratio for places, ratio in costs_of_insertions(model).items()},
    )
    write_report(options.out, result)
    if options.sweep:
        write_rates(rates_file(options.out), rows, task.measure)
    if options.pictures:
        _draw(bench, found)
    return result


def rates_file(out: Path) -> Path:
    """Where a sweep writes the best rates."""
    return out.with_name(f"{out.name}.rates.json")


def settings_of(options: GbrsOptions, card: Card) -> list[Setting]:
    """The rows of the table for each dataset.

    Raises:
        OptionError: More insertions than the card has places, or a refinement that does not exist.
        DataError: The file of rates is none.
    """
    places = len(card.refinement.at)
    insertions = options.insertions or tuple(range(1, places + 1))
    for number in insertions:
        if not 1 <= number <= places:
            raise OptionError(
                f"{number} insertions are asked for, and the card of {card.name} names {places} "
                f"({', '.join(card.refinement.at)}). Allowed are 1 to {places}."
            )
    settings = grid(
        options.refine or refinements(options.task),
        energies=options.energies,
        insertions=insertions,
        radii=options.radii,
        spread=options.task != "interactive",
    )
    if options.sweep:
        return swept(settings)
    return with_rates(settings, read_rates(options.rates)) if options.rates else settings


def _on_whole_datasets(bench: ClickBench, found: Sequence[Order]) -> list[Row]:
    """Without refinement, "sb" and the best layer, where the grid saw a part of a dataset."""
    records = []
    for spec in bench.options.datasets:
        there = [order for order in found if order.dataset == dataset_name(spec)]
        limit = bench.options.limit
        if there and limit is not None and limit < len(bench.open_dataset(spec).names):
            rows = [row for order in there for row in (order.none, order.sb, order.layer)]
            settings = list(dict.fromkeys(row.setting for row in rows))
            records += bench.clicked(bench.plan(settings, datasets=[spec]))
    return summarise(records, TASKS[bench.options.task].measure)


def _draw(bench: ClickBench, found: Sequence[Order]) -> None:
    options = bench.options
    assert isinstance(options, GbrsOptions)
    for spec in options.datasets:
        for order in found:
            if order.dataset == dataset_name(spec):
                runs = bench.plan([order.layer.setting], datasets=[spec], limit=options.pictures)
                folder = options.pictures_in / f"{options.out.name}-pictures"
                draw_pictures(runs, bench.click_runs, folder=folder)


def _protocol(options: GbrsOptions) -> dict[str, Any]:
    measure = TASKS[options.task].measure
    return {
        "clicks": options.clicks,
        "curve_starts_at_click": measure.first_click,
        "noc_of_a_failure": options.clicks,
        "worst": f"ceil(10 %) by the unrefined {measure.label} at click {measure.first_click}, "
        "same for all rows",
        "best": "the whole datasets are run with the settings whose AUC is best on the grid",
        "cost": "multiplications and additions of the whole network over those behind the places",
    }
