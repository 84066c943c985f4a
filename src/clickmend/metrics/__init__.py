"""Numbers that judge a prediction: pure functions on arrays. Imports no torch."""

from clickmend.metrics.clicks import area_under_curve, clicks_to_reach, worst_tenth
from clickmend.metrics.coco import CocoScores, coco_scores
from clickmend.metrics.depth import DepthScores, depth_scores
from clickmend.metrics.instances import (
    INTERPOLATIONS,
    Interpolation,
    PhotoInstances,
    compare_instances,
    voc_average_precision,
    voc_mean_average_precision,
)
from clickmend.metrics.masks import intersection_over_union
from clickmend.metrics.matting import (
    connectivity_error,
    gradient_error,
    mean_squared_error,
    sum_of_absolute_differences,
)
from clickmend.metrics.semantic import class_iou, confusion_matrix, mean_iou, pixel_accuracy

__all__ = [
    "INTERPOLATIONS",
    "CocoScores",
    "DepthScores",
    "Interpolation",
    "PhotoInstances",
    "area_under_curve",
    "class_iou",
    "clicks_to_reach",
    "coco_scores",
    "compare_instances",
    "confusion_matrix",
    "connectivity_error",
    "depth_scores",
    "gradient_error",
    "intersection_over_union",
    "mean_iou",
    "mean_squared_error",
    "pixel_accuracy",
    "sum_of_absolute_differences",
    "voc_average_precision",
    "voc_mean_average_precision",
    "worst_tenth",
]
