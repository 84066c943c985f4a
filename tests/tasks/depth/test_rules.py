"""How far a mark on a depth map is meant."""

import numpy as np

import clickmend as cm


def test_a_click_without_a_radius_on_a_given_map_reaches_as_far_as_its_rule_says():
    photo = np.full((100, 140, 3), 90, np.uint8)
    session = cm.Session(photo, task="depth", prior=np.full((100, 140), 2.0, np.float32))
    session.click(70.5, 50.5, value=3.0)
    rows, columns = np.nonzero(session.reach)
    apart = np.hypot(columns - 70, rows - 50)
    assert 14 <= apart.max() <= 15
    session.click(20.5, 20.5, value=3.0, radius_px=5)
    rows, columns = np.nonzero(session.reach)
    assert np.hypot(columns - 20, rows - 20).max() <= 5
