"""The order of names, against the same rule written out with lists."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickmend.core.natural import natural, natural_key

names = st.text(string.ascii_lowercase[:3] + "019 -._/", min_size=1, max_size=12)


def written_out(name):
    """Folders, then the name without its ending, then the ending; each as text and numbers."""
    *folders, file = name.split("/")
    stem, dot, ending = file.rpartition(".")
    levels = [*folders, *([stem, ending] if dot else [file])]
    kinds = [2] * len(folders) + ([1, 0] if dot else [0])
    found = []
    for level, kind in zip(levels, kinds, strict=True):
        for part in re.split("([0-9]+)", level):
            if part.isdigit():
                found.append(("0", int(part)))
            else:
                found += [(character, 0) for character in part]
        found.append((chr(kind), 0))
    return found


def compared(one, other):
    return (one > other) - (one < other)


@given(names, names)
def test_a_key_orders_names_as_lists_of_letters_and_numbers_do(one, other):
    found = compared(natural_key(one), natural_key(other))
    assert found == compared(written_out(one), written_out(other))


@given(names, names)
def test_in_utf_8_keys_have_the_same_order(one, other):
    first, second = natural_key(one), natural_key(other)
    assert compared(first.encode(), second.encode()) == compared(first, second)


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.jpg", "2.jpg", "10.jpg", "11.jpg", "100.jpg"],
        ["IMG_9.jpg", "img_10.jpg", "IMG_11.jpg"],
        ["a.jpg", "a (2).jpg", "a-1.jpg", "a_1.jpg"],
        ["day 2/1.jpg", "day 10/1.jpg", "day 10/2.jpg"],
        ["a/9.jpg", "a b/1.jpg"],
        ["osten.jpg", "östlich.jpg", "zebra.jpg"],
        ["v1.2.jpg", "v1.10.jpg"],
        ["2024-05-09T23.jpg", "20240510.jpg"],
        ["9" * 30 + ".jpg", "1" + "0" * 30 + ".jpg"],
    ],
)
def test_names_are_in_the_order_that_people_expect(ordered):
    assert natural(reversed(ordered), name=str) == ordered


def test_names_that_share_a_key_keep_one_order():
    assert natural(["7.jpg", "007.jpg", "07.jpg"], name=str) == ["007.jpg", "07.jpg", "7.jpg"]
    assert natural(["B.jpg", "b.jpg"], name=str) == natural(["b.jpg", "B.jpg"], name=str)
