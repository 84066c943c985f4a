"""Validation of the marks of object masks."""

from __future__ import annotations

from dataclasses import replace

from clickmend.core.errors import ClickError
from clickmend.feedback.mark_checks import check_spread
from clickmend.feedback.marks import BACKGROUND, ERASE, FOREGROUND, Box, Click, Mark, Stroke, Tidy


def checked(mark: Mark, *, number: int) -> Mark:
    """The mark in the task's representation; a click without a label is foreground.

    Args:
        mark: Inside the photo.
        number: Its number in error messages, from 1.

    Raises:
        ClickError: It is not valid for an object mask.
    """
    if isinstance(mark, Box):
        return mark
    if isinstance(mark, Tidy):
        if mark.label is None:
            return mark
        raise ClickError(
            f"mark {number} is a tool with the label {mark.label!r}. An object mask has no "
            "classes; leave label= out."
        )
    if isinstance(mark, Stroke):
        if mark.label in (FOREGROUND, BACKGROUND, ERASE) and mark.value is None:
            return mark
        said = f"the label {mark.label!r}" if mark.value is None else f"a value, {mark.value:g}"
        raise ClickError(
            f"stroke {number} has {said}. In the task 'interactive' a stroke is 'foreground', "
            "'background' or 'erase', which restores the initial mask."
        )
    if not isinstance(mark, Click):
        raise ClickError(
            f"mark {number} is a {type(mark).__name__.lower()}. In the task 'interactive' a "
            "mark is a click or a stroke, 'foreground' or 'background', or a box."
        )
    check_spread(mark, task="interactive", number=number)
    label = FOREGROUND if mark.label is None else mark.label
    if label not in (FOREGROUND, BACKGROUND):
        raise ClickError(
            f"click {number} has the label {label!r}. In the task 'interactive' a click is "
            "'foreground' or 'background'."
        )
    if mark.value is not None:
        raise ClickError(
            f"click {number} has the value {mark.value}. In the task 'interactive' a click "
            "has a label, 'foreground' or 'background', and no value."
        )
    return replace(mark, label=label)
