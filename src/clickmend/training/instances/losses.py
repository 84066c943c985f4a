"""What the learned pipeline is judged by: tokens matched with points, boxes, and the detector."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from torch import Tensor
from torchvision.ops import generalized_box_iou_loss, roi_align, sigmoid_focal_loss

from clickmend.core.errors import OptionError
from clickmend.core.shapes import Bool, Float, Int
from clickmend.networks.backbones.point_tokens import Queried
from clickmend.networks.heads.detector import Proposed
from clickmend.networks.heads.multiple_instance import BoxVotes

ALPHA = 0.25
"""Weight of the wanted class in the focal loss; of the others 1 − α (specification, step 1)."""

GAMMA = 2.0
"""How little the focal loss cares for what is nearly right already (specification, step 1)."""

POINT_WEIGHT = 10.0
"""Weight of the L1 distance against the focal term (specification, step 1)."""

focal = partial(sigmoid_focal_loss, alpha=ALPHA, gamma=GAMMA)
"""−α_t (1 − p_t)^γ log p_t, for every logit of its own."""

BOX_WEIGHT = 10.0
"""Weight of the boxes' GIoU loss (specification, step 6)."""


@torch.no_grad()
def matched_tokens(
    class_logits: Float[Tensor, "T C"],
    points: Float[Tensor, "T 2"],
    given: Float[Tensor, "K 2"],
    classes: Int[Tensor, " K"],
) -> Int[Tensor, " K"]:
    """The token of each given point, in the order of the points, no token twice.

    The cost of a pair is how much the focal loss of the point's class would fall if the token
    answered for it, plus ten times the L1 distance.

    Args:
        class_logits: What each of the T tokens says of the C classes.
        points: Where each token says that it is, (x, y) in [0, 1].
        given: The points, in the same measure.
        classes: The class of each.

    Raises:
        OptionError: There are more points than tokens.
    """
    tokens = len(points)
    if len(given) > tokens:
        raise OptionError(
            f"There are {len(given)} points in one picture and the network has {tokens} point "
            f"tokens. It takes {tokens} points at most; leave some out, or use a way without "
            "training, which takes any number."
        )
    logits = class_logits.float()[:, classes]
    say = focal(logits, torch.ones_like(logits)) - focal(logits, torch.zeros_like(logits))
    cost = say + POINT_WEIGHT * torch.cdist(points.float(), given, p=1)
    token, point = linear_sum_assignment(cost.cpu().numpy())
    found = torch.empty(len(given), dtype=torch.int64)
    found[torch.from_numpy(point)] = torch.from_numpy(token)
    return found.to(points.device)


def token_loss(
    said: Queried,
    tokens: Sequence[Int[Tensor, " _"]],
    points: Sequence[Float[Tensor, "_ 2"]],
    classes: Sequence[Int[Tensor, " _"]],
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """The focal loss of all tokens and ten times the L1 distance of the matched ones, per point.

    A token that answers for no point is of no class.

    Args:
        said: What the tokens say of B pictures.
        tokens: Of each picture, the token of each point.
        points: (x, y) in [0, 1], in the same order.
        classes: The class of each point.
    """
    picture = torch.cat([torch.full_like(each, i) for i, each in enumerate(tokens)])
    token, given = torch.cat(list(tokens)), torch.cat(list(points))
    wanted = torch.zeros_like(said.class_logits)
    wanted[picture, token, torch.cat(list(classes))] = 1
    count = max(1, len(token))
    away = (said.points[picture, token] - given).abs().sum()
    return focal(said.class_logits, wanted).sum() / count, POINT_WEIGHT * away / count


def box_choice_loss(votes: BoxVotes, classes: Int[Tensor, " K"]) -> Float[Tensor, ""]:
    """Cross-entropy of what the boxes of an object say together against its class, the mean."""
    # A sum of products may exceed 1 by its rounding.
    said = votes.classes().clamp(1e-6, 1 - 1e-6)
    return F.binary_cross_entropy(said, F.one_hot(classes, said.shape[1]).to(said))


def detector_loss(proposed: Proposed) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Cross-entropy of the classes, and ten times 1 − GIoU of the boxes, both per proposal."""
    kinds = F.cross_entropy(proposed.class_logits, proposed.classes)
    apart = generalized_box_iou_loss(proposed.boxes, proposed.wanted, reduction="sum")
    return kinds, BOX_WEIGHT * apart / max(1, len(proposed.classes))


def point_mask_loss(
    proposed: Proposed,
    points: Sequence[Float[Tensor, "_ P 2"]],
    inside: Sequence[Bool[Tensor, "_ P"]],
) -> Float[Tensor, ""]:
    """Cross-entropy of the mask logits, read bilinearly at points; those outside do not count.

    Args:
        proposed: Masks and where they were cut out.
        points: Of each picture's objects, (x, y) in pixels; NaN where there is none.
        inside: Which of them lie in their object; the others lie in the background.
    """
    at = _of_objects(points, proposed)
    wanted = _of_objects(inside, proposed).to(proposed.masks)
    start, end = proposed.regions[:, None, :2], proposed.regions[:, None, 2:]
    place = 2 * (at - start) / (end - start).clamp(min=1e-3) - 1
    counts = (place.abs() <= 1).all(dim=2)  # false of NaN
    place = torch.where(counts[:, :, None], place, 0.0)
    read = F.grid_sample(
        proposed.masks[:, None], place[:, :, None], padding_mode="border", align_corners=False
    )[:, 0, :, 0]
    entropy = F.binary_cross_entropy_with_logits(read, wanted, reduction="none")
    return (entropy * counts).sum() / counts.sum().clamp(min=1)


def whole_mask_loss(
    proposed: Proposed, masks: Sequence[Bool[Tensor, "_ H W"]]
) -> Float[Tensor, ""]:
    """Cross-entropy of the mask logits against masks of the objects: mask supervision.

    Args:
        proposed: Masks and where they were cut out.
        masks: Of each picture's objects, at its size.
    """
    if not len(proposed.regions):
        return proposed.masks.sum()
    own = _of_objects(masks, proposed).float()[:, None]
    index = torch.arange(len(own), device=own.device, dtype=own.dtype)[:, None]
    side = proposed.masks.shape[-1]
    wanted = roi_align(own, torch.cat([index, proposed.regions], dim=1), side, aligned=True)
    return F.binary_cross_entropy_with_logits(proposed.masks, (wanted[:, 0] >= 0.5).float())


def _of_objects(each: Sequence[Tensor], proposed: Proposed) -> Tensor:
    """For every proposal on an object that object's own, from lists of the pictures' objects."""
    first = torch.tensor([0, *map(len, each)], device=proposed.objects.device).cumsum(dim=0)
    return torch.cat(list(each))[first[proposed.picture] + proposed.objects]
