"""Every file that a prediction is saved as is a prior again."""

import numpy as np
import pytest
from made_sessions import TASKS, mark_on, model, opened, shown

import clickmend as cm
from clickmend.core.errors import OutputError

FILES = [
    (seed, suffix)
    for seed, task in enumerate(TASKS)
    for suffix in ((".png",) if task == "interactive" else (".png", ".npy"))
]
STEP = {"matting": 1 / 510 + 1e-6, "depth": 0.000501}
"""Half a level of a PNG."""


@pytest.mark.parametrize(("seed", "suffix"), FILES)
def test_what_was_saved_starts_a_session_as_it_was_shown(seed, suffix, tmp_path, rng):
    session = opened(seed)
    for _ in range(3):
        session.add(mark_on(session, rng))
    file = tmp_path / f"own{suffix}"
    session.prediction.save(file)
    for prior in (file, str(file), file.read_bytes()):
        again = cm.Session(session.photo, model=model(session.task), prior=prior)
        if session.task == "interactive":
            np.testing.assert_array_equal(again.prediction.mask, session.prediction.mask)
        elif suffix == ".npy" or session.task == "semantic":
            np.testing.assert_array_equal(shown(again), shown(session))
        else:
            np.testing.assert_allclose(shown(again), shown(session), atol=STEP[session.task])


def test_depth_that_a_png_cannot_hold_is_refused_and_goes_into_npy(tmp_path):
    session = opened(3)
    session.click(5, 5, value=120.0)
    with pytest.raises(OutputError, match=r"to 65\.535"):
        session.prediction.save(tmp_path / "far.png")
    session.prediction.save(tmp_path / "far.npy")
    again = cm.Session(session.photo, model=model(session.task), prior=tmp_path / "far.npy")
    np.testing.assert_array_equal(shown(again), shown(session))
