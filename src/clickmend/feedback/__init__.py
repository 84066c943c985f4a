"""Feedback: marks on a photo, their encodings, the automatic annotator and simulated clicks."""

from clickmend.feedback.annotator import next_click, next_label_click, next_value_click
from clickmend.feedback.mark_checks import (
    check_box,
    check_click,
    check_mark,
    check_push,
    check_spread,
    check_stroke,
    check_tidy,
)
from clickmend.feedback.marks import (
    BACKGROUND,
    FOREGROUND,
    Box,
    Click,
    Direction,
    Mark,
    Push,
    Spread,
    Stroke,
    Tidy,
    TidyTool,
)

__all__ = [
    "BACKGROUND",
    "FOREGROUND",
    "Box",
    "Click",
    "Direction",
    "Mark",
    "Push",
    "Spread",
    "Stroke",
    "Tidy",
    "TidyTool",
    "check_box",
    "check_click",
    "check_mark",
    "check_push",
    "check_spread",
    "check_stroke",
    "check_tidy",
    "next_click",
    "next_label_click",
    "next_value_click",
]
