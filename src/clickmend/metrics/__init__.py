"""Numbers that judge a prediction: pure functions on arrays. Imports no torch."""

from clickmend.metrics.clicks import area_under_curve, clicks_to_reach, worst_tenth
from clickmend.metrics.masks import intersection_over_union

__all__ = ["area_under_curve", "clicks_to_reach", "intersection_over_union", "worst_tenth"]
