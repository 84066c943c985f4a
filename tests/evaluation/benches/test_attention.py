"""The bench of probabilistic attention on sessions whose gains are known."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from disk_scenes import Disks, PaintSession
from torch import nn

from clickmend.core.errors import DataError, OptionError
from clickmend.evaluation.benches.attention import Attention
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.report import markdown, on_screen
from clickmend.evaluation.runner import run_bench
from clickmend.feedback import Click
from clickmend.networks import Card, OnlineInference
from clickmend.networks.blocks import AttentionBlock
from clickmend.networks.heads.csa import CorrectiveSelfAttention


class Boxed(PaintSession):
    """Fills the box; where values propagate, clicks reach farther."""

    def __init__(self, start, setting):
        super().__init__(SimpleNamespace(prior=np.zeros(start.image.shape[:2], bool)), setting)
        self.radius += 0.5 * (setting.propagate or 0)

    def add(self, mark):
        if isinstance(mark, Click):
            return super().add(mark)
        rows, columns = np.indices(self.shown.shape) + 0.5
        self.shown = (mark.x0 < columns) & (columns < mark.x1)
        self.shown &= (mark.y0 < rows) & (rows < mark.y1)
        return self.prediction


class Frames(Disks):
    """The same scenes as frames of four sequences."""

    names = tuple(f"clip{n // 3}_{n % 3:05d}" for n in range(12))


def open_scenes(spec):
    return Frames() if spec == "davis10" else Disks()


def model(name="small", *parts):
    parts = parts or (AttentionBlock(8), CorrectiveSelfAttention(8, radius_px=5))
    facts = {"name": name, "task": "interactive", "sha256": "0" * 64, "training_data": ()}
    card = Card.model_construct(**facts, online=OnlineInference(value_prior_precision=0.1))
    return SimpleNamespace(network=nn.Sequential(*parts), card=card)


def run(tmp_path, *models, **changes):
    models = models or (model(),)
    given = {
        "datasets": ("made",),
        "out": tmp_path / "attention",
        "models": tuple(one.card.name for one in models),
        "trials": 3,
        "clicks": 6,
        "limit": 4,
    }
    bench = Attention(**given | changes)
    return run_bench(bench, models, make_session=Boxed, open_dataset=open_scenes)


def test_every_image_meets_every_setting_in_every_trial_once(tmp_path):
    result = run(tmp_path)
    header, *lines = map(json.loads, (tmp_path / "attention.jsonl").read_text().splitlines())
    assert (header["common"]["view"], header["common"]["seed"]) == ("crop", 0)
    objects = result["data"]["made"]["objects"]
    rows = result["rows"]
    assert len(rows) == 7
    assert len(lines) == objects * 3 * 7
    assert {line["trial"] for line in lines} == {0, 1, 2}
    for row in rows:
        assert row["scores"]["objects"] == objects * 3
        assert row["spread"]["units"] == 3
        assert len(row["scores"]["iou"]) == len(row["spread"]["errors"]) == 7


def test_an_interrupted_bench_goes_on_and_ends_the_same(tmp_path):
    run(tmp_path)
    path = tmp_path / "attention.jsonl"
    whole = path.read_text().splitlines()
    path.write_text("\n".join(whole[:20]) + "\n" + whole[20][:30])
    again = run(tmp_path)

    def without_seconds(lines):
        return [{**json.loads(line), "seconds": None} for line in lines]

    assert without_seconds(path.read_text().splitlines()) == without_seconds(whole)
    assert len(again["rows"]) == 7


def test_rows_are_compared_with_the_one_that_infers_nothing(tmp_path):
    rows = {Setting.of(row["setting"]).inference: row for row in run(tmp_path)["rows"]}
    assert rows["none"]["spread"]["few_over"] is None
    same = rows["KA1 (0.001)"]["spread"]["few_over"]
    assert (same["mean"], same["error"]) == (0, 0)
    over = rows["BP1 (0.1)"]["spread"]["few_over"]
    difference = rows["BP1 (0.1)"]["spread"]["few"]["mean"] - rows["none"]["spread"]["few"]["mean"]
    assert over["mean"] == pytest.approx(difference)
    assert over["mean"] != 0


def test_each_inference_is_compared_with_the_same_row_without_it_at_every_click(tmp_path):
    result = run(tmp_path)
    runs = {}
    for line in (tmp_path / "attention.jsonl").read_text().splitlines()[1:]:
        made = json.loads(line)
        name = Setting.of(made).inference
        runs.setdefault(name, {}).setdefault(made["trial"], []).append(made["iou"])
    units = {name: np.array([np.mean(of[n], axis=0) for n in of]) for name, of in runs.items()}
    rows = {Setting.of(row["setting"]).inference: row["spread"] for row in result["rows"]}
    both, keys, values = "KA1 (0.001) + BP5 (0.1)", "KA1 (0.001)", "BP5 (0.1)"
    for part, without in (("by_keys", values), ("by_values", keys)):
        differences = units[both] - units[without]
        assert rows[both][part]["mean"] == pytest.approx(differences.mean(0), abs=1e-12)
        errors = differences.std(0, ddof=1) / np.sqrt(3)
        assert rows[both][part]["error"] == pytest.approx(errors, abs=1e-12)
        few = differences[:, 1:4].mean()
        assert rows[both][part]["few"]["mean"] == pytest.approx(few, abs=1e-12)
    assert max(map(abs, rows[both]["by_values"]["mean"])) > 0
    assert "by_values" not in rows[keys]
    assert "by_keys" not in rows["none"]
    told = next(line for line in markdown(result).splitlines() if "| value propagation |" in line)
    assert told.count(" ± ") == 7


def test_weights_in_whose_training_keys_adapted_are_measured_as_they_were_trained(tmp_path):
    trained = model()
    online = OnlineInference(
        adapt_keys=2, prior_precision=0.05, propagate=5, value_prior_precision=0.2
    )
    trained.card = trained.card.model_copy(update={"online": online})
    rows = [Setting.of(row["setting"]).inference for row in run(tmp_path, trained)["rows"]]
    keys, values = "KA2 (0.05)", "BP5 (0.2)"
    assert rows == ["none", keys, values, f"{keys} + {values}"]


def test_the_errors_of_frames_are_over_sequences(tmp_path):
    for row in run(tmp_path, datasets=("davis10",), limit=None)["rows"]:
        assert row["spread"]["units"] == 4


def test_several_weights_stand_side_by_side(tmp_path):
    result = run(tmp_path, model(), model("other", AttentionBlock(8)))
    rows = result["rows"]
    assert [row["setting"]["weights"] for row in rows] == ["small"] * 7 + ["other"] * 3
    assert result["weights"]["name"] == "small, other"
    assert "--model small --model other --dataset made" in result["command"]
    assert "| made | other | none | KA1 (0.001) |" in markdown(result).replace("**", "")


def test_weights_of_one_name_are_refused(tmp_path):
    with pytest.raises(OptionError, match=r"weights small, small.*every set of weights once"):
        run(tmp_path, model(), model())


def test_refinement_is_measured_with_and_without_online_inference(tmp_path):
    rows = run(tmp_path, refine=("none", "bmsb"))["rows"]
    assert [row["setting"]["refine"] for row in rows] == ["none"] * 7 + ["bmsb"] * 7
    assert rows[7]["spread"]["few_over"] is None


def test_the_report_tells_means_with_errors_and_draws_curves(tmp_path):
    result = run(tmp_path)
    text = (tmp_path / "attention.md").read_text()
    assert text == markdown(result) + "\n"
    assert "| IoU 1–3 |" in text
    assert " ± " in text
    assert len(on_screen(result)) == 2
    for suffix in ("png", "svg"):
        assert (tmp_path / f"attention.{suffix}").stat().st_size > 1000


def test_a_sweep_chooses_a_prior_that_the_bench_then_takes(tmp_path):
    out = tmp_path / "sweep"
    run(tmp_path, out=out, sweep=True, trials=1)
    chosen = json.loads(Attention(datasets=(), out=out).choice_file.read_text())["priors"]
    keys, *values = chosen
    assert len(keys["first_clicks"]) == 5
    assert [(one["setting"]["propagate"], len(one["noc90"])) for one in values] == [(1, 4), (5, 4)]
    result = run(tmp_path, priors=Attention(datasets=(), out=out).choice_file)
    rows = {Setting.of(row["setting"]).inference for row in result["rows"]}
    assert f"BP1 ({values[0]['value_prior_precision']:g})" in rows
    assert f"KA1 ({keys['prior_precision']:g})" in rows
    assert "--view crop --priors sweep.priors.json --trials 3 --clicks 6" in result["command"]


def test_no_trial_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(OptionError, match=r"trials is 0.*--trials 1"):
        run(tmp_path, trials=0)
    with pytest.raises(DataError, match="is no file of priors"):
        run(tmp_path, priors=tmp_path / "nothing.json")


def test_by_default_a_sweep_opens_training_photos_and_a_bench_does_not(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "clickmend.evaluation.runner.open_bench_dataset",
        lambda spec, *, task, part: opened.append(part) or Disks(),
    )
    for sweep in (False, True):
        options = Attention(
            datasets=("made",), out=tmp_path / str(sweep), trials=1, clicks=1, limit=1, sweep=sweep
        )
        run_bench(options, [model()], make_session=Boxed)
    assert set(opened[: len(opened) // 2]) == {"whole"}
    assert opened[-1] == "training"
