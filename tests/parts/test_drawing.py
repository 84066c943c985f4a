"""What a picture of parts shows."""

import numpy as np
import torch
import torch.nn.functional as F

from clickmend.parts import Parts, part_index


def test_each_patch_of_a_mask_has_the_number_of_the_part_it_is_most_like():
    features = torch.randn(3, 4, 5)
    prototypes = F.normalize(torch.randn(2, 6, 3), dim=2)
    alive, masks = torch.rand(2, 6) > 0.4, torch.rand(2, 4, 5) > 0.5

    shown = part_index(Parts(prototypes, alive), features, masks)

    for k, row, column in np.ndindex(2, 4, 5):
        living = [j for j in range(6) if alive[k, j]]
        best = max(living, key=lambda j: float(prototypes[k, j] @ features[:, row, column]))
        assert shown[k, row, column] == (best + 1 if masks[k, row, column] else 0)


def test_an_object_without_parts_shows_nothing():
    nothing = Parts(torch.zeros(1, 2, 3), torch.zeros(1, 2, dtype=torch.bool))
    every = torch.ones(1, 4, 5, dtype=torch.bool)

    assert not part_index(nothing, torch.ones(3, 4, 5), every).any()
