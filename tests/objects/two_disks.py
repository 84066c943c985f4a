"""A photo of two disks, and their masks as another tool saw them."""

import numpy as np

from clickmend.objects.objects import Objects

POINTS = [(45, 60), (120, 62)]


def make_photo():
    """Two bright disks on dark noise."""
    rows, columns = np.mgrid[:120, :160]
    photo = np.random.default_rng(0).integers(0, 40, (120, 160, 3)).astype(np.uint8)
    for (x, y), colour in zip(POINTS, ([190, 60, 20], [30, 90, 190]), strict=True):
        photo[(columns - x) ** 2 + (rows - y) ** 2 < 26**2] += np.array(colour, np.uint8)
    return photo


def make_masks():
    """The disks, the first with a piece lost, the second with a hole."""
    rows, columns = np.mgrid[:120, :160]
    masks = np.array([(columns - x) ** 2 + (rows - y) ** 2 < 26**2 for x, y in POINTS])
    masks[0][70:, 50:] = False
    masks[1][57:65, 115:126] = False
    return masks


def begin(photo, points=POINTS, labels=None, **options):
    """Objects of the photo that nothing refines."""
    return Objects(photo, points, labels, refine=options.pop("refine", "none"), **options)
