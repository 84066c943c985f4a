"""Labelling as ``clickmend refine`` does it: one file for each photo, and a list of them all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

import typer

from clickmend.cli.label.photos import Wanted, of_folder, of_manifest
from clickmend.cli.label.running import Running
from clickmend.cli.label.work import REFUSED, Labelling, fetched, weights_of
from clickmend.core.addresses import Place
from clickmend.core.errors import DataError
from clickmend.core.files import make_folder, written_atomically
from clickmend.data.picture_files import PHOTO_SUFFIXES
from clickmend.jobs import Item, Line, Result
from clickmend.tasks.registry import task_named

if TYPE_CHECKING:
    from clickmend.networks import Model

LIST = "labels.jsonl"
"""The file, beside the labels, that lists them."""

KEPT = ".clickmend"
"""The folder, beside the labels, of what is kept of runs."""


@dataclass
class Mending(Labelling):
    """Mends one photo after another, each with marks of its own.

    Args:
        model: The network, where one was named.
    """

    model: str | None = field(default=None, kw_only=True)

    def load(self) -> None:
        """See ``Labelling``."""
        import clickmend.cli.batch  # noqa: F401  # so that the first photo does not wait for it
        from clickmend.adapters.pretrained import model_of

        if self.model is not None:
            model_of(self.model, device=self.device)

    def do(self, item: Item) -> Result:
        """See ``Work``."""
        from clickmend.cli.batch import Job, Options, mended
        from clickmend.cli.marks import mark_of

        asked = item.asked
        if REFUSED in asked:
            raise DataError(asked[REFUSED])
        assert item.output is not None
        options = Options(
            task=self.task, json=False, model=self.model, device=self.device, **self.options
        )
        with fetched(item) as files:
            job = Job(
                photo=files.pop("photo"),
                output=None,
                prior=files.pop("prior", None),
                protect=files.pop("protect", None),
                files=files,
                marks=tuple(mark_of(given, task=self.task) for given in asked["marks"]),
            )
            prediction = mended(job, options).prediction
        suffix = PurePosixPath(item.output).suffix.lower()
        return Result({}, content=prediction.encoded(suffix))


def mend_all(photos: Place, wanted: Wanted, options: Mapping[str, Any], run: Running) -> None:
    """Mend all photos of a folder or manifest, write the list of labels and tell what failed.

    Raises:
        ClickmendError: What fails is no matter of one photo.
        typer.Exit: With code 1, when some photos failed.
    """

    def read(name: str) -> Model:
        from clickmend.adapters.pretrained import model_of

        return model_of(name, device=run.device)

    weights = weights_of(_networks(run.task, run.model), read)
    work = Mending(run.task, weights, options, run.device, run.threads, run.batch, model=run.model)
    kept = wanted.root / KEPT / "label"
    make_folder(kept)
    items = of_folder(photos, wanted) if photos.is_dir() else of_manifest(photos, wanted)
    with ExitStack() as stack:
        files: list[IO[bytes]] = []

        def each(item: Item, line: Line) -> None:
            if not files:
                files.append(stack.enter_context(written_atomically(wanted.root / LIST)))
            _write_line(files[0], item, line)

        ran = run.run(items, work, kept, each, results=wanted.root)
    if not ran.items:
        raise DataError(
            f"There is nothing to label in {photos}. Photos end in {', '.join(PHOTO_SUFFIXES)}, "
            "and what is made from marks has marks or a prior; give those."
        )
    typer.echo(
        f"Written: {ran.items - ran.failed} labels in {wanted.root}, listed in {LIST} there.",
        err=True,
    )
    if wanted.left_out:
        typer.echo(
            f"Without marks and priors, so left out: {wanted.left_out} photos of {photos}.",
            err=True,
        )
    run.end(ran)


def _write_line(file: IO[bytes], item: Item, line: Line) -> None:
    """Add an item to the list of labels: photo and label by name and digest, or why it failed."""
    told: dict[str, Any] = {"photo": item.asked["photo"], "output": item.name}
    if "failed" in line:
        told = {"photo": item.asked["photo"], "failed": line["failed"]}
    else:
        told["photo_sha256"] = line["inputs"]["photo"][3]
        told["output_sha256"] = line["output"][3]
    file.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")


def _networks(task: str, model: str | None) -> list[str]:
    """The networks that photos with and without a prior are given to."""
    kind = task_named(task)
    return [model] if model else [kind.weights_for(prior=prior) for prior in (False, True)]
