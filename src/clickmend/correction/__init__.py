"""Corrections of the displayed map: which pixels a mark applies to, and what changes there."""
