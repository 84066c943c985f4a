"""The job is killed, and resumed when all is done, as the benchmark does it with more."""

import json
import subprocess

import pytest


@pytest.mark.slow
def test_a_job_that_is_killed_ends_as_one_that_was_not(script, tmp_path):
    found = script.kill(tmp_path, rounds=2, items=120, seed=1)
    assert found["byte_equal"]
    assert found["done_twice"] == 0


def test_a_job_that_is_done_has_nothing_to_do(script, tmp_path):
    found = script.resume(tmp_path, items=60, jobs=1)
    assert (found["first"]["new"], found["new"], found["items"]) == (60, 0, 60)


@pytest.mark.ray
@pytest.mark.slow
def test_a_job_on_a_cluster_whose_nodes_are_killed_ends_as_one_that_was_let_be(
    script, tmp_path, python_of
):
    code = (
        "import json, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); "
        "import label_scale; "
        "print(json.dumps(label_scale.nodes(Path(sys.argv[2]), rounds=3, items=200, seed=0)))"
    )
    folder = script.RESULTS.parents[1]
    words = [python_of("ray"), "-c", code, folder, tmp_path]
    ran = subprocess.run(words, stdout=subprocess.PIPE, timeout=300, check=True)
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["byte_equal"]
    assert sum(found["kills"].values()) == 3
    assert found["done_twice"] == 0
