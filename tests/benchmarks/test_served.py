"""Figures of benchmarks are those of numpy, and a result says what made it."""

import json
import os

import numpy as np


def test_the_spread_is_that_of_numpy(script):
    times = np.random.default_rng(0).random(50) * 300
    p50, p95 = np.percentile(times, (50, 95)).round(1)
    found = script.spread([*times])
    assert found == {"count": 50, "p50_ms": p50, "p95_ms": p95, "max_ms": round(times.max(), 1)}


def test_a_result_says_what_made_it(script, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["x.py", "--seed", "3"])
    file = tmp_path / "result.json"
    script.write(file, bench="large", script="benchmarks/x.py", seed=3, load=1.234, rows=[1])
    found = json.loads(file.read_text("utf-8"))
    assert found["command"] == "python benchmarks/x.py --seed 3"
    assert (found["bench"], found["seed"], found["rows"]) == ("large", 3, [1])
    assert found["machine"]["load_before"] == 1.23


def test_the_processor_time_of_this_process_grows(script):
    before = script.cpu_s(os.getpid())
    while script.cpu_s(os.getpid()) == before:
        np.random.default_rng(0).random(10_000)
    assert script.cpu_s(os.getpid()) > before
