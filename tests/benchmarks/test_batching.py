"""The script that says what a batch brings, on a CPU and tiny views."""

import json

import pytest


@pytest.mark.parametrize("name", ["interactive-s", "matting-s", "depth-s"])
def test_each_size_is_measured_and_the_answers_are_compared(name, script, tmp_path):
    out = tmp_path / "found.json"
    words = ["--device", "cpu", "--networks", name, "--sizes", "1", "3", "--side", "64"]
    script.main([*words, "--seconds", "0.05", "--out", str(out)])
    found = json.loads(out.read_text())
    (row,) = found["rows"]
    assert (row["network"], row["side_px"]) == (name, 64)
    assert [one["size"] for one in row["forwards"]] == [1, 3]
    for one in row["forwards"]:
        assert one["as_alone"]
        assert one["whoever_else_asks"]
        assert one["furthest_from_alone"] == 0
        assert one["per_second"] > 0
    assert set(row["3 threads"]) == {"batch 1", "batch 3"}
    assert all(one["per_second"] > 0 for one in row["3 threads"].values())
