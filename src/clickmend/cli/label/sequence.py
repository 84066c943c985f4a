"""Labelling a sequence: mended on the first frame, followed through the others, frame by frame."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import typer

from clickmend.cli.errors import list_failures, one_line
from clickmend.cli.label.mending import KEPT, LIST
from clickmend.cli.label.photos import Wanted, read_lists
from clickmend.cli.label.running import Running
from clickmend.cli.label.work import weights_of
from clickmend.cli.marks import mark_of
from clickmend.cli.progress import progress_bar
from clickmend.core.addresses import Address
from clickmend.core.errors import ClickError, DataError, ImageError, JobError, OptionError
from clickmend.core.files import make_folder, write_atomically
from clickmend.data.codecs import index_png, mask_png
from clickmend.data.frames import Shot, frame_files, read_frames
from clickmend.data.picture_files import bare_name
from clickmend.jobs.locks import alone
from clickmend.jobs.runlog import check_same

if TYPE_CHECKING:
    from clickmend.feedback import Mark
    from clickmend.objects.sequence import Frame, Tracker

LEAST_SURE = 5
"""So many frames are told at the end."""

DOUBTED = 0.5
"""Frames of less confidence are counted."""

_WORK, _STATE, _HEADER = "work", "state.npz", "job.json"

_FRAMES = "frames"
"""Where the frames are, in the header; they may be moved."""


def follow_all(frames: Path, wanted: Wanted, options: Mapping[str, Any], run: Running) -> None:
    """Follow the objects of the first frame, write a mask for each frame and the list of them.

    Args:
        frames: A folder or a video.
        wanted: Where results go, and what belongs to the first frame.
        options: Of the session on the first frame.
        run: How.

    Raises:
        ClickmendError: The first frame cannot be read, or something else does not fit.
        typer.Exit: With code 1, when frames cannot be read.
    """
    root = wanted.root
    assert isinstance(root, Path)
    kept = root / KEPT / "sequence"
    begun = time.perf_counter()
    with alone(kept, results=root):
        job = _Job(frames, wanted, options, run, kept)
        lines, new = job.run()
    _tell(lines, wanted)
    total = len(lines) + len(job.failed)
    if run.summary is not None:
        seconds = time.perf_counter() - begun
        told = {
            "task": run.task,
            "items": total,
            "new": new,
            "kept": len(lines) - new,
            "failed": len(job.failed),
            "seconds": round(seconds, 3),
            "per_second": round(new / seconds, 3),
            "mean_confidence": round(sum(one["confidence"] for one in lines) / len(lines), 4),
            "failures": [{"name": name, "reason": reason} for name, reason in job.failed.items()],
        }
        write_atomically(run.summary, json.dumps(told, indent=1).encode() + b"\n")
    list_failures(list(job.failed.items()), of=total)


class _Job:
    """One sequence in the hands of one run.

    Attributes:
        failed: The frames that cannot be read, and why. The others are followed past them.
    """

    def __init__(
        self, frames: Path, wanted: Wanted, options: Mapping[str, Any], run: Running, kept: Path
    ) -> None:
        self._frames, self._wanted, self._options = frames, wanted, options
        self._run, self._kept = run, kept
        self._total = len(frame_files(frames)) if frames.is_dir() else 0
        self.failed: dict[str, str] = {}
        self._moved_from: str | None = None

    def run(self) -> tuple[list[dict[str, Any]], int]:
        """Do what is missing; the lines of all frames, and how many are new."""
        from clickmend.objects.sequence import Tracker, follower_model

        first = next(read_frames(self._frames))
        mask, marks = self._mask(first.name), self._marks(first.name)
        header = self._begin(mask, marks)
        lines = self._known()
        old, seen = len(lines), 0
        tracker: Tracker | None = None
        outputs = {one["output"] for one in lines}
        with progress_bar("Following") as progress:
            for index, shot in enumerate(read_frames(self._frames, bad=self._fail)):
                seen = index + 1
                if index < old:
                    if lines[index]["frame_sha256"] != _digest(shot):
                        self._check_moved(shot.name)
                        return self._again()
                    if index == old - 1:
                        network = follower_model(self._run.model, self._run.device)
                        tracker = Tracker.restored(self._state(), shot, model=network)
                    continue
                if tracker is None:
                    tracker = self._first(shot, mask, marks)
                    frame = tracker.frame
                else:
                    frame = tracker.step(shot)
                line = self._write(frame, shot)
                if line["output"] in outputs:
                    raise DataError(
                        f"Two frames would be written to {line['output']}. Frames have names of "
                        "their own but for the ending; rename one."
                    )
                outputs.add(line["output"])
                lines.append(line)
                self._keep(lines, tracker)
                progress(seen, max(self._total, seen))
        if seen < old:
            return self._again()
        listed = [*lines, *({"photo": name, "failed": why} for name, why in self.failed.items())]
        content = b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in listed)
        write_atomically(self._wanted.root / LIST, content)
        if self._moved_from is not None:
            self._note(header)
        return lines, len(lines) - old

    def _fail(self, name: str, error: ImageError) -> None:
        self.failed[name] = one_line(error)

    def _first(self, shot: Shot, mask: Path | None, marks: Mapping[int, Sequence[Mark]]) -> Tracker:
        from clickmend.objects.sequence import Tracker

        refine, model = self._options["refine"], self._run.model
        return Tracker.begin(
            shot, mask=mask, marks=marks, model=model, refine=refine, device=self._run.device
        )

    def _again(self) -> tuple[list[dict[str, Any]], int]:
        """Start over: a frame that is done has changed or is gone, and those after depend on it."""
        shutil.rmtree(self._kept / _WORK)
        return self.run()

    def _mask(self, first: str) -> Path | None:
        """The mask of the first frame: the file that was given, or the one named like it."""
        place = self._wanted.beside.get("prior")
        assert not isinstance(place, Address)
        if place is None or place.is_file():
            return place
        from clickmend.projects.priors import pair

        found = pair(place, [first])
        if first not in found:
            raise DataError(
                f"{place} holds no mask of the first frame, {first}. The mask is a file, or in a "
                "folder the one that is named like the frame; add it."
            )
        return found[first]

    def _marks(self, first: str) -> dict[int, list[Mark]]:
        """The marks of the first frame by object."""
        if self._wanted.marks is None:
            return {}
        lists = read_lists(self._wanted.marks)
        names = {"", first, bare_name(first), Path(first).stem}
        others = sorted(set(lists) - names)
        if others or len(lists) > 1:
            raise DataError(
                f"{self._wanted.marks} has marks of {', '.join(others or lists)}. Those of a "
                f"sequence are of its first frame, {first}; correct the name, or take them out."
            )
        found: dict[int, list[Mark]] = {}
        for given in next(iter(lists.values()), []):
            number, mark = 1, given
            if isinstance(given, dict):
                mark = {name: value for name, value in given.items() if name != "object"}
                number = given.get("object", 1)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise ClickError(
                    f"A mark is of the object {number!r}. Objects have whole numbers from 1 up; "
                    "correct it."
                )
            found.setdefault(number, []).append(mark_of(mark, task=self._run.task))
        return found

    def _check_moved(self, name: str) -> None:
        """Refuse a frame that is another one than before where the frames are others' as well."""
        if self._moved_from is not None:
            raise OptionError(
                f"{self._kept} holds what was made of {self._moved_from}, and now {self._frames} "
                f"is asked for, whose {name} is another frame. Masks of one place are of one "
                "sequence, which may be moved; write to another place, or start over with --fresh, "
                "which writes over masks of equal names."
            )

    def _begin(self, mask: Path | None, marks: Mapping[int, Sequence[Mark]]) -> Mapping[str, Any]:
        """Note what all frames depend on, and return it; a run with something else is refused."""
        from clickmend.adapters.pretrained import model_of
        from clickmend.tasks.interactive.following import SEES
        from clickmend.tasks.registry import task_named

        run, kind = self._run, task_named(self._run.task)
        names = [run.model] if run.model else [kind.weights_for(prior=p) for p in (False, True)]
        header: dict[str, Any] = {
            "task": run.task,
            "version": version("clickmend"),
            "weights": weights_of([*names, SEES], lambda name: model_of(name, device=run.device)),
            "threads": run.threads,
            "device": run.device,
            "refine": self._options["refine"],
            "marks": {str(number): [repr(one) for one in of] for number, of in marks.items()},
            "mask_sha256": None if mask is None else _file_digest(mask),
        }
        folder = self._kept / _WORK
        if run.fresh and folder.exists():
            shutil.rmtree(folder)
        make_folder(folder)
        file = folder / _HEADER
        if file.exists():
            there = json.loads(file.read_bytes())
            before = there.pop(_FRAMES, None)
            check_same(there, header, where=str(self._kept))
            self._moved_from = before if before != self._place() else None
        if self._moved_from is None:
            self._note(header)
        return header

    def _note(self, header: Mapping[str, Any]) -> None:
        """Write down what all frames depend on, and where they are."""
        content = json.dumps({**header, _FRAMES: self._place()}).encode()
        write_atomically(self._kept / _WORK / _HEADER, content)

    def _place(self) -> str:
        return str(self._frames.resolve())

    def _known(self) -> list[dict[str, Any]]:
        """The lines of the frames that are done, whose masks are as they were written."""
        try:
            with np.load(self._kept / _WORK / _STATE) as kept:
                lines: list[dict[str, Any]] = json.loads(str(kept["lines"]))
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError) as error:
            raise JobError(
                f"What is kept in {self._kept} is damaged ({error}). Only clickmend writes there; "
                "start over (--fresh)."
            ) from None
        for line in lines:
            place = self._wanted.root / line["output"]
            if not place.is_file() or _file_digest(place) != line["output_sha256"]:
                return []  # what comes after a mask depends on more than the mask
        return lines

    def _state(self) -> dict[str, Any]:
        with np.load(self._kept / _WORK / _STATE) as kept:
            return {name: kept[name] for name in kept.files if name != "lines"}

    def _write(self, frame: Frame, shot: Shot) -> dict[str, Any]:
        """Write the mask of a frame; its line of the list."""
        output = self._wanted.output(frame.name)
        make_folder(output.parent)
        several = len(frame.objects) > 1
        data = index_png(frame.labels) if several else mask_png(frame.prediction.mask)
        write_atomically(output, data)
        line: dict[str, Any] = {
            "photo": frame.name,
            "output": Path(os.path.relpath(str(output), str(self._wanted.root))).as_posix(),
            "confidence": round(frame.confidence, 4),
            "frame_sha256": _digest(shot),
            "output_sha256": hashlib.sha256(data).hexdigest(),
        }
        if several:
            line["confidences"] = {
                str(number): round(one.confidence, 4) for number, one in frame.objects.items()
            }
        return line

    def _keep(self, lines: Sequence[Mapping[str, Any]], tracker: Tracker) -> None:
        file = io.BytesIO()
        state: dict[str, Any] = {"lines": np.array(json.dumps(lines)), **tracker.state()}
        np.savez(file, **state)
        write_atomically(self._kept / _WORK / _STATE, file.getvalue())


def _tell(lines: Sequence[Mapping[str, Any]], wanted: Wanted) -> None:
    typer.echo(f"Written: {len(lines)} masks in {wanted.root}, listed in {LIST} there.", err=True)
    least = sorted(lines[1:], key=lambda one: (one["confidence"], one["photo"]))
    doubted = sum(one["confidence"] < DOUBTED for one in least)
    if least:
        told = ", ".join(f"{one['photo']} {one['confidence']:.2f}" for one in least[:LEAST_SURE])
        typer.echo(
            f"Least sure: {told}. Of less confidence than {DOUBTED}: {doubted} of {len(lines)}.",
            err=True,
        )


def _digest(shot: Shot) -> str:
    return hashlib.sha256(shot.photo.tobytes()).hexdigest()


def _file_digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}). A file that this user may read is needed; "
            "check it."
        ) from None
