"""The bench of points to masks: scenes, settings, masks, rows and what is written of them."""

from clickmend.evaluation.instances.bench import AttentionShiftOptions, run_attentionshift
from clickmend.evaluation.instances.settings import PointSetting
from clickmend.evaluation.instances.summary import PointRow, summarise_points

__all__ = [
    "AttentionShiftOptions",
    "PointRow",
    "PointSetting",
    "run_attentionshift",
    "summarise_points",
]
