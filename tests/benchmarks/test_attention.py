"""The script of attention's cost on ways that take a known time, and on few tokens."""

import json
import sys

import pytest
import torch


def test_ways_take_turns_and_the_warm_up_is_not_counted(script):
    now, order = [0.0], []

    def way(name, seconds):
        def attend(q, k, v):
            order.append(name)
            now[0] += 9.0 if len(order) <= 2 else seconds
            return q

        return attend

    ways = {"library": way("library", 1.0), "adapted": way("adapted", 3.0)}
    spent = script.measure_times(
        ways, [torch.zeros(1)] * 3, script.FORWARD, repeats=3, clock=lambda: (now[0], 2 * now[0])
    )
    assert spent == {"library": (1.0, 2.0), "adapted": (3.0, 6.0)}
    assert order == ["library", "adapted"] * 4


def test_the_bar_of_a_peak_is_thrice_output_and_keys_and_64_mb(script, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["attention.py"])
    row = script.peak_row((2, 8, 4096, 64), script.FORWARD, 50 * 2**20, script.parse())
    assert (row["peak_mb"], row["bar_mb"]) == (50.0, 3 * 2 * 16 + 64)


@pytest.mark.parametrize(("peaks", "expected"), [((10, 20, 40), 1.0), ((10, 40, 160), 4.0)])
def test_growth_is_that_of_the_peak_by_that_of_the_tokens(script, peaks, expected):
    rows = [
        {"shape": (1, 1, tokens, 8), "peak_mb": peak}
        for tokens, peak in zip((128, 256, 512), peaks, strict=True)
    ]
    assert script.growth(rows) == expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peaks are read from /proc")
def test_few_tokens_are_measured_from_end_to_end(script, monkeypatch, tmp_path):
    output = tmp_path / "cost.json"
    size = "--batch 1 --heads 1 --tokens 64 --width 8 --repeats 1 --growing"
    monkeypatch.setattr(sys, "argv", ["attention.py", *size.split(), "--output", str(output)])
    monkeypatch.setattr(script, "peak_in_a_fresh_process", lambda shape, what: 2**20)
    script.main()
    result = json.loads(output.read_text("utf-8"))
    assert [row["what"] for row in result["times"]] == [script.FORWARD, script.BACKWARD]
    assert [row["peak_mb"] for row in result["peaks"]] == [1.0, 1.0]
    for what in script.TIME_BARS:
        assert script.peak_bytes((1, 1, 64, 8), what, script.parse()) >= 0


def test_a_size_that_the_system_does_not_tell_is_refused(script):
    with pytest.raises(SystemExit, match=r"has no VmNothing\. Peaks on the CPU are measured on L"):
        script.resident_bytes("VmNothing")
