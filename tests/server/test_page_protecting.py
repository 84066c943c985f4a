"""What is finished is protected on the page, in a real Chromium."""

import numpy as np
import pytest

pytestmark = pytest.mark.browser

SIZE = (120, 80)


def shield(person, there):
    person.page.wait_for_function(
        "there => document.querySelector('#protection-share').textContent.includes(there)",
        arg=there,
    )


@pytest.mark.parametrize("task", ["interactive", "semantic", "depth"])
def test_what_the_brush_protects_stays_and_is_hatched_until_it_is_free(visitor, task):
    visitor.task(task)
    visitor.press("Shift+B")
    assert "Drag over what is finished" in visitor.hint()
    plain = visitor.page.screenshot()
    visitor.drag((20, 40), (60, 40))
    shield(visitor, "%")
    mask = visitor.protected()
    assert mask[40, 20:60].all()
    assert not mask[70].any()
    assert visitor.page.screenshot() != plain
    before = visitor.shown()
    visitor.press("p")
    visitor.drag((40, 20), (40, 60))
    np.testing.assert_array_equal(visitor.shown()[mask], before[mask])
    visitor.press("Shift+B")
    visitor.page.mouse.move(*visitor.at(40, 40))
    visitor.page.mouse.click(*visitor.at(40, 40), button="right")
    visitor.settle()
    assert not visitor.protected()[40, 40]
    assert visitor.protected()[40, 20]
    visitor.press("Control+z")
    np.testing.assert_array_equal(visitor.protected(), mask)
    visitor.page.click("#protection-free")
    visitor.settle()
    assert not visitor.protected().any()
    assert visitor.page.is_hidden("#protection-free")
    visitor.press("Control+z")
    np.testing.assert_array_equal(visitor.protected(), mask)


def test_an_outline_protects_what_it_encloses_by_keyboard_too(visitor):
    visitor.task("depth")
    visitor.press("Shift+U")
    for corner in ((20, 20), (60, 20), (60, 60)):
        visitor.page.mouse.click(*visitor.at(*corner))
    visitor.page.mouse.click(*visitor.at(60, 60))
    visitor.settle()
    mask = visitor.protected()
    assert mask[25, 50]
    assert not mask[55, 25]
    visitor.press("Shift+B")
    visitor.page.focus("#canvas")
    for key in ("ArrowRight", "Enter"):
        visitor.press(key)
    assert visitor.protected().sum() > mask.sum()
    visitor.page.reload()
    visitor.page.wait_for_selector("body[data-phase=editing]")
    shield(visitor, "%")


def test_a_class_is_protected_by_its_lock_and_by_key(visitor):
    visitor.task("semantic")
    label = int(visitor.shown()[40, 55])
    lock = visitor.page.locator(".palette .lock").nth(label)
    visitor.page.locator(".palette .class").nth(label).hover()
    lock.click()
    visitor.settle()
    assert visitor.state()["protected_classes"] == [label]
    assert lock.get_attribute("aria-pressed") == "true"
    shield(visitor, "1 class")
    before = visitor.shown() == label
    other = (label + 1) % 4
    visitor.page.locator(".palette .choose").nth(other).click()
    visitor.press("p")
    visitor.drag((30, 40), (80, 40))
    assert (visitor.shown()[before] == label).all()
    visitor.press("v")
    visitor.click(55, 40)
    assert "is protected" in visitor.told()
    visitor.press("Shift+L")
    assert visitor.state()["protected_classes"] == sorted([label, other])
    visitor.page.click("#protection-free")
    visitor.settle()
    assert visitor.state()["protected_classes"] == []
    visitor.press("Control+z")
    assert visitor.state()["protected_classes"] == sorted([label, other])
