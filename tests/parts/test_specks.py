"""What is too small to be meant, and what is meant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from clickmend.parts import without_specks

margins = st.tuples(st.integers(0, 2), st.integers(0, 2))
label_maps = st.builds(
    lambda labels, rows: np.pad(labels, (rows, (0, 0))),
    arrays(np.int32, (6, 9), elements=st.integers(0, 3)),
    margins,
)


def pieces(labels):
    """(kind, mask) of every piece."""
    for kind in np.unique(labels):
        marked, count = ndimage.label(labels == kind)
        for at in range(1, count + 1):
            yield kind, marked == at


def specks(labels, share, *, agreed):
    """The pieces that are specks by the definition.

    Of several longest borders a piece of background may count any: ``agreed`` is ``all`` for what
    is a speck by each of them, ``any`` for what is one by some.
    """
    found = []
    for kind, piece in pieces(labels):
        owners = [kind] if kind > 0 else most_bordered(labels, piece)
        if owners and agreed(piece.sum() < share * (labels == each).sum() for each in owners):
            found.append(piece)
    return found


def most_bordered(labels, piece):
    """The objects among the neighbouring pieces that share the most sides with the piece."""
    sides = []
    for kind, other in pieces(labels):
        if kind > 0:
            shared = sum(
                (np.roll(piece, 1, axis) & other)[cut].sum()
                for axis, cut in ((0, np.s_[1:]), (1, np.s_[:, 1:]))
            )
            shared += sum(
                (np.roll(other, 1, axis) & piece)[cut].sum()
                for axis, cut in ((0, np.s_[1:]), (1, np.s_[:, 1:]))
            )
            if shared:
                sides.append((shared, kind))
    most = max((shared for shared, _ in sides), default=0)
    return [kind for shared, kind in sides if shared == most]


@given(label_maps, st.sampled_from([0.05, 0.1, 0.3]))
def test_no_speck_is_left_unless_there_is_nothing_else(labels, share):
    clean = without_specks(labels, share=share)

    some = specks(clean, share, agreed=any)
    assert not specks(clean, share, agreed=all) or len(some) == len(list(pieces(clean)))


@given(label_maps)
def test_nothing_is_a_speck_at_share_zero(labels):
    assert np.array_equal(without_specks(labels, share=0), labels)


@given(label_maps, st.sampled_from([0.1, 0.3]))
def test_what_is_clean_stays_and_no_object_appears(labels, share):
    clean = without_specks(labels, share=share)

    assert np.array_equal(without_specks(clean, share=share), clean)
    assert set(np.unique(clean)) <= set(np.unique(labels))
    if not specks(labels, share, agreed=any):
        assert np.array_equal(clean, labels)


def square(side=40):
    labels = np.zeros((60, 60), np.int32)
    labels[10 : 10 + side, 10 : 10 + side] = 1
    return labels


@pytest.mark.parametrize(("hole", "real"), [(1, False), (2, True)])
def test_a_hole_is_filled_below_a_thousandth_of_the_mask_and_real_above(hole, real):
    whole = square()
    labels = whole.copy()
    labels[20, 20 : 20 + hole] = 0

    assert np.array_equal(without_specks(labels), labels if real else whole)


@pytest.mark.parametrize(("island", "real"), [(1, False), (2, True)])
def test_an_island_sinks_below_a_thousandth_of_the_mask_and_is_real_above(island, real):
    alone = square()
    labels = alone.copy()
    labels[55, 20 : 20 + island] = 1

    assert np.array_equal(without_specks(labels), labels if real else alone)


def test_a_speck_goes_to_the_neighbour_of_the_longest_border():
    labels = np.full((40, 60), 2, np.int32)
    labels[:, :30] = 1
    labels[10, 29] = 3
    labels[10, 30] = 1
    labels[30:, 40:] = 3
    clean = labels.copy()
    clean[10, 29], clean[10, 30] = 1, 2

    assert np.array_equal(without_specks(labels, share=0.01), clean)


def test_a_speck_inside_a_speck_goes_too():
    labels = square()
    labels[20:23, 20:23] = 0
    labels[21, 21] = 2
    labels[0:5, 0:5] = 2

    assert np.array_equal(without_specks(labels, share=0.05) == 1, square() == 1)


def test_the_given_map_is_left_alone():
    labels = square()
    labels[20, 20] = 0
    before = labels.copy()

    without_specks(labels)

    assert np.array_equal(labels, before)
