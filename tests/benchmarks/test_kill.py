"""The server is killed under marks: what it acknowledged is there, whole."""

import pytest


@pytest.mark.slow
def test_a_server_that_is_killed_loses_nothing_acknowledged(script, tmp_path):
    found = script.run(tmp_path, rounds=3, seed=1)
    assert found["rounds"] == 3
    assert found["marks"] > 0
