"""A session of a literal task has that task's prediction, to a type checker."""

from pathlib import Path

import pytest


@pytest.mark.slow
def test_mypy_knows_the_prediction_of_every_task():
    api = pytest.importorskip("mypy.api")
    told, failed, code = api.run(["--strict", str(Path(__file__).with_name("typed_sessions.py"))])
    assert code == 0, told + failed
