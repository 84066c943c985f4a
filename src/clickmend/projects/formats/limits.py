"""What a format cannot hold of the labels of a task, known before anything is written."""

from __future__ import annotations

from collections.abc import Mapping

from clickmend.projects.formats.base import ABILITIES, FORMATS, Ability, Format

_MADE: Mapping[str, tuple[Ability, ...]] = {
    "interactive": ("parts", "holes", "empty", "unlabelled"),
    "instances": ("several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled"),
}
"""What is made in a task and a format may have to refuse."""

_READ: Mapping[str, tuple[Ability, ...]] = {
    "interactive": ("labels", "crowds", "keypoints"),
    "instances": ("crowds", "keypoints"),
}
"""What objects have only where the file of old labels had it."""

_LEFT_OUT: tuple[Ability, ...] = ("ids", "makers")
"""What is no ground to refuse labels, see `ABILITIES`."""


def formats_of(task: str) -> list[Format]:
    """The formats that the labels of a task are written in."""
    return [form for form in (FORMATS[name] for name in FORMATS) if task in form.tasks]


def limits_of(form: Format, task: str) -> str:
    """What a format cannot hold of the labels of a task, in a sentence or two.

    Args:
        form: One of `formats_of` the task.
        task: Whose labels they are.
    """
    if task not in _MADE:
        return f"Numbers in steps of {form.precision}." if form.precision else "Holds everything."
    parts = (
        ("Refuses photos with", _MADE[task]),
        ("Leaves out", _LEFT_OUT),
        ("Refuses of old label files", _READ[task]),
    )
    lacking = [
        (what, [ABILITIES[one] for one in of if one not in form.holds]) for what, of in parts
    ]
    said = [f"{what}: {', '.join(words)}." for what, words in lacking if words]
    return " ".join(said) or "Holds everything."
