"""Brushes on the page that paint exactly, in every task, in a real Chromium."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser


def plane(person):
    return np.asarray(Image.open(BytesIO(person.served()))).astype(int)


def line(person, button="left"):
    """A stroke along row 60, from column 20 to 90."""
    person.page.mouse.move(*person.at(20, 60))
    person.page.mouse.down(button=button)
    person.page.mouse.move(*person.at(90, 60), steps=3)
    person.page.mouse.up(button=button)
    person.settle()


@pytest.mark.parametrize("task", ["interactive", "semantic", "depth"])
def test_what_is_painted_holds_and_nothing_else_changes(visitor, task):
    visitor.task(task)
    before = plane(visitor)
    if task == "semantic":
        visitor.press(str(before[60, 50] % 4 + 1 if before[60, 50] != 0 else 2))
    visitor.press("p")
    line(visitor)
    after = plane(visitor)
    (stroke,) = visitor.state()["feedback"]
    assert stroke["exact"]
    reach = int(stroke["radius_px"]) + 2
    assert len(set(after[60, 20:91])) == 1
    kept = np.ones_like(before, bool)
    kept[60 - reach : 61 + reach, 20 - reach : 91 + reach] = False
    np.testing.assert_array_equal(after[kept], before[kept])
    line(visitor, button="right")
    assert len(visitor.state()["feedback"]) == 2
    if task != "interactive":
        np.testing.assert_array_equal(plane(visitor), before)
    else:
        assert not plane(visitor)[60, 20:91].any()


def test_an_object_of_many_is_painted_once_it_is_chosen(visitor):
    visitor.task("instances")
    visitor.click(50, 40)
    visitor.press("Escape")
    visitor.press("p")
    line(visitor)
    assert "Choose the object first" in visitor.told()
    visitor.press("n")
    visitor.press("p")
    line(visitor)
    (thing,) = visitor.state()["objects"]
    assert [mark["type"] for mark in thing["marks"]] == ["stroke"]
    assert (plane(visitor)[60, 20:91] == 1).all()
