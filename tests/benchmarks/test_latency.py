"""The latency script on sessions that take a known time."""

import json
from types import SimpleNamespace

import numpy as np


class SlowStart:
    """A clock and sessions in one: the first session is slow, the others take 0.1 s a click."""

    def __init__(self):
        self.now, self.sessions, self.clicks = 0.0, 0, []

    def clock(self):
        return self.now

    def start(self, image):
        assert image.shape == (480, 640, 3)
        self.sessions += 1
        return self

    def click(self, x, y, *, label, radius_px):
        assert radius_px is None
        self.clicks.append((x, y, label))
        self.now += 5.0 if self.sessions == 1 else 0.1
        return SimpleNamespace(mask=None)


def test_the_warm_up_is_not_counted(script):
    slow = SlowStart()
    seconds = script.measure(slow.start, sessions=4, seed=0, clock=slow.clock)
    np.testing.assert_allclose(seconds, [0.1] * 40)
    assert slow.sessions == 5


def test_clicks_are_inside_the_photo_and_the_same_for_a_seed(script):
    one, other = SlowStart(), SlowStart()
    for slow in (one, other):
        script.measure(slow.start, sessions=1, seed=3, clock=slow.clock)
    assert one.clicks == other.clicks
    assert all(0 <= x < 640 and 0 <= y < 480 for x, y, _ in one.clicks)
    assert {label for *_, label in one.clicks} == {"foreground", "background"}


def test_the_summary_is_the_median_and_the_95th_percentile(script):
    assert script.summary([0.1, 0.2, 0.3]) == {"clicks": 3, "p50_s": 0.2, "p95_s": 0.29}


def test_the_result_names_what_was_measured(script, tmp_path, monkeypatch):
    monkeypatch.setattr(script, "RESULTS", tmp_path / "results" / "latency.json")
    monkeypatch.setattr("sys.argv", ["latency.py", "--sessions", "1", "--threads", "1"])
    chosen = []
    monkeypatch.setattr(script, "set_threads", chosen.append)
    script.main()
    assert chosen == [1]
    result = json.loads((tmp_path / "results" / "latency.json").read_text())
    assert result["command"] == "python benchmarks/latency.py --sessions 1 --threads 1"
    assert result["weights"]["name"] == "interactive-s"
    assert result["rows"][0]["clicks"] == 10
    assert 0 < result["rows"][0]["p50_s"] <= result["rows"][0]["p95_s"]


def test_a_task_is_measured_with_and_without_a_prior(script, monkeypatch):
    monkeypatch.setattr(script, "CLICKS_PER_SESSION", 3)
    monkeypatch.setattr(script, "SAID", {name: script.SAID[name] for name in ("matting",)})
    rows = script.every_task(64, 48, sessions=1, seed=0)
    assert [(row["task"], row["prior"]) for row in rows] == [("matting", False), ("matting", True)]
    assert all(row[number] >= 0 for row in rows for number in ("1st", "2nd", "10th"))
