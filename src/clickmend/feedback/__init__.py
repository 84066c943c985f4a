"""Feedback: marks on a photo, their encodings, the automatic annotator and simulated clicks."""

from clickmend.feedback.annotator import next_click
from clickmend.feedback.marks import BACKGROUND, FOREGROUND, Box, Click, Mark, Stroke

__all__ = ["BACKGROUND", "FOREGROUND", "Box", "Click", "Mark", "Stroke", "next_click"]
