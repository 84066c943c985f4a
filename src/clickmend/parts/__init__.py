"""AttentionShift on tensors: rollout, boxes, prototypes, parts of objects, and masks from them."""

from clickmend.parts.boxes import (
    BOX_RULES,
    BoxRule,
    boxes_with_points,
    inside_boxes,
    most_contrasted,
    normalised,
    plain_boxes,
    symmetric_boxes,
    tight_boxes,
)
from clickmend.parts.clustering import METHODS, Clustering, Method, Parts, k_means, key_point_shift
from clickmend.parts.drawing import part_index
from clickmend.parts.filtering import key_point_filtering, key_points, largest, merged
from clickmend.parts.instances import Instances, find_instances
from clickmend.parts.location import maps_and_boxes, point_maps
from clickmend.parts.prototypes import prototype_maps
from clickmend.parts.rollout import rollout
from clickmend.parts.scores import certainty, distances, excess, labels_of, masks_of, soft_maps
from clickmend.parts.search import find_parts
from clickmend.parts.seeds import eroded, spread_seeds, sure_inside
from clickmend.parts.specks import without_specks

__all__ = [
    "BOX_RULES",
    "METHODS",
    "BoxRule",
    "Clustering",
    "Instances",
    "Method",
    "Parts",
    "boxes_with_points",
    "certainty",
    "distances",
    "eroded",
    "excess",
    "find_instances",
    "find_parts",
    "inside_boxes",
    "k_means",
    "key_point_filtering",
    "key_point_shift",
    "key_points",
    "labels_of",
    "largest",
    "maps_and_boxes",
    "masks_of",
    "merged",
    "most_contrasted",
    "normalised",
    "part_index",
    "plain_boxes",
    "point_maps",
    "prototype_maps",
    "rollout",
    "soft_maps",
    "spread_seeds",
    "sure_inside",
    "symmetric_boxes",
    "tight_boxes",
    "without_specks",
]
