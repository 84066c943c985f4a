"""The job is killed, and resumed when all is done, as the benchmark does it with more."""

import pytest


@pytest.mark.slow
def test_a_job_that_is_killed_ends_as_one_that_was_not(script, tmp_path):
    found = script.kill(tmp_path, rounds=2, items=120, seed=1)
    assert found["byte_equal"]
    assert found["ended_in_their_middle"] <= 2 * (found["kills"].get("worker", 0) + 2)


def test_a_job_that_is_done_has_nothing_to_do(script, tmp_path):
    found = script.resume(tmp_path, items=60, jobs=1)
    assert (found["first"]["new"], found["new"], found["items"]) == (60, 0, 60)
