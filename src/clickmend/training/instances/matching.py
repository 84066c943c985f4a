"""Which point token answers for which given point: Hungarian matching."""

from __future__ import annotations

from functools import partial

import torch
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment
from torch import Tensor
from torchvision.ops import sigmoid_focal_loss

from clickmend.core.errors import OptionError

ALPHA = 0.25
"""Weight of the wanted class in the focal loss; of the others 1 − α (specification, step 1)."""

GAMMA = 2.0
"""How little the focal loss cares for what is nearly right already (specification, step 1)."""

POINT_WEIGHT = 10.0
"""Weight of the L1 distance against the focal term (specification, step 1)."""


focal = partial(sigmoid_focal_loss, alpha=ALPHA, gamma=GAMMA)
"""−α_t (1 − p_t)^γ log p_t, for every logit of its own."""


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
