"""What a format cannot hold of the labels of a task, known before anything is written."""

from __future__ import annotations

from collections.abc import Mapping

from clickmend.projects.formats.base import ABILITIES, FORMATS, Ability, Format

_HAVE: Mapping[str, tuple[Ability, ...]] = {
    "interactive": ("parts", "holes", "empty", "makers"),
    "instances": (
        "several", "overlaps", "parts", "holes", "empty", "labels", "unlabelled", "ids", "makers",
    ),
}  # fmt: skip
"""What the labels of a task may have that a format can lack."""

_ALL_HAVE: Mapping[str, frozenset[Ability]] = {"interactive": frozenset({"unlabelled"})}
"""What the labels of every photo of a task have."""

_LEFT_OUT: frozenset[Ability] = frozenset({"ids", "makers"})
"""What is no ground to refuse labels, see `ABILITIES`."""


def formats_of(task: str) -> list[Format]:
    """The formats that the labels of a task are written in; further ones may be read."""
    needed = _ALL_HAVE.get(task, frozenset())
    forms = (FORMATS[name] for name in FORMATS)
    return [form for form in forms if task in form.tasks and (not needed or needed <= form.holds)]


def limits_of(form: Format, task: str) -> str:
    """What a format cannot hold of the labels of a task, in a sentence or two.

    Args:
        form: One of `formats_of` the task.
        task: Whose labels they are.
    """
    if task not in _HAVE:
        return f"Numbers in steps of {form.precision}." if form.precision else "Holds everything."
    lacking = [ability for ability in _HAVE[task] if ability not in form.holds]
    parts = (
        ("Refuses photos with", [ABILITIES[one] for one in lacking if one not in _LEFT_OUT]),
        ("Leaves out", [ABILITIES[one] for one in lacking if one in _LEFT_OUT]),
    )
    said = [f"{what}: {', '.join(words)}." for what, words in parts if words]
    return " ".join(said) or "Holds everything."
