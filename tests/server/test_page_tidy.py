"""The tools beside the clicks on the page, in a real Chromium; NumPy's masks are the oracles."""

import numpy as np
import pytest

from clickmend.data.codecs import read_index, read_mask

pytestmark = pytest.mark.browser


@pytest.fixture
def untidy(visitor, as_png):
    """A person who corrects a square with a hole, and a speck beside it, 120×80."""
    mask = np.zeros((80, 120), np.uint8)
    mask[20:60, 30:80] = 255
    mask[35:40, 50:55] = 0
    mask[5:8, 5:8] = 255
    visitor.choose_file("prior", "mask.png", as_png(mask))
    visitor.page.wait_for_selector("#tidy-fill:enabled")
    visitor.settle()
    return visitor


def shown(person):
    return read_mask(person.served(), size=(120, 80))


def test_holes_are_filled_specks_removed_and_both_are_undone(untidy):
    untidy.page.click("#tidy-fill")
    untidy.settle()
    assert shown(untidy)[36, 52]
    untidy.page.fill("#tidy-specks-px", "5")
    untidy.page.click("#tidy-specks")
    untidy.settle()
    assert shown(untidy)[6, 6]
    untidy.page.fill("#tidy-specks-px", "10")
    untidy.page.click("#tidy-specks")
    untidy.settle()
    assert not shown(untidy)[6, 6]
    assert [mark.get("area_px") for mark in untidy.state()["feedback"]] == [None, 5, 10]
    for _ in range(3):
        untidy.press("Control+z")
    assert shown(untidy)[6, 6]
    assert not shown(untidy)[36, 52]


def test_a_tool_of_class_maps_is_about_the_chosen_class_or_all(untidy):
    untidy.task("semantic")
    untidy.page.click("#task-controls .palette .choose >> nth=1")
    untidy.page.click("#tidy-fill")
    untidy.page.click("#tidy-all")
    untidy.page.click("#tidy-smooth")
    untidy.settle()
    given = [(mark["tool"], mark["label"]) for mark in untidy.state()["feedback"]]
    assert given == [("fill", 1), ("smooth", None)]


def test_objects_are_split_and_merged(visitor, as_png):
    visitor.task("instances")
    index = np.zeros((80, 120), np.uint8)
    index[10:30, 10:40], index[10:30, 60:90] = 1, 1
    index[50:70, 20:50] = 2
    visitor.choose_file("prior", "objects.png", as_png(index))
    visitor.page.wait_for_selector("#objects li[data-key='2']")
    assert visitor.page.is_hidden("#split-object")
    visitor.page.click("#objects li[data-key='1'] button")
    visitor.page.click("#split-object")
    visitor.page.wait_for_selector("#objects li[data-key='3']")
    visitor.settle()
    visitor.page.click("#objects li[data-key='2'] button")
    visitor.press("g")
    assert "belongs to object 2" in visitor.hint()
    visitor.click(75, 20)
    visitor.page.wait_for_selector("#objects li[data-key='3']", state="detached")
    found = read_index(visitor.served())
    np.testing.assert_array_equal(found == 1, (index == 1) & (np.arange(120) < 50))
    assert (found == 2).sum() == 20 * 30 * 2
