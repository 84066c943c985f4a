"""The tables of the documentation are those of the results, and nothing else is touched."""

import json

import pytest

from clickmend.evaluation.measures import IOU, MIOU, of_box
from clickmend.evaluation.overlaps import summarise_points
from clickmend.evaluation.protocol import Setting
from clickmend.evaluation.report import markdown
from clickmend.evaluation.summary import score, spread_of


def row_of(dataset, setting, curve, measure=IOU, **more):
    scores = score([curve], measure)
    return {"dataset": dataset, "setting": setting.facts(), "scores": scores, **more}


ROW = row_of("voc99", Setting("none", "default"), [0.625, 0.75])
FACTS = {"command": "do it", "seed": 3, "machine": {"cores": 2, "torch": "2.6"}}


@pytest.fixture
def results(tmp_path):
    """Writes results into a folder."""

    def write(**files):
        for name, result in files.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(FACTS | result))
        return tmp_path

    return write


def interactive():
    return {
        "bench": "interactive",
        "commit": "0123456789abcdef",
        "weights": {"name": "small", "sha256": "abc"},
        "data": {"voc99": {"images": 1, "objects": 1}},
        "protocol": {"noc_of_a_failure": 2},
        "rows": [ROW],
    }


def test_the_committed_page_is_what_the_script_writes(script):
    page = script.PAGE.read_text("utf-8")
    assert page == script.page_with(page, script.tables()), "run python benchmarks/tables.py"


def test_without_results_the_page_says_so(script, tmp_path):
    assert script.tables(tmp_path) == "No result has been measured yet."


def test_a_section_holds_the_table_and_where_it_comes_from(script, results):
    text = script.tables(results(interactive=interactive()))
    assert text.startswith("### Interactive segmentation\n")
    assert markdown(interactive()) in text
    assert "voc99 1 objects in 1 images" in text
    assert "a failure as 2 clicks" in text
    assert text.endswith(
        "Made by `do it`; seed 3; weights small (abc); commit 0123456789ab. "
        "Machine: cores 2, torch 2.6."
    )


def test_two_results_of_one_bench_are_told_apart_by_their_files(script, results):
    text = script.tables(results(interactive=interactive(), larger=interactive()))
    assert "### Interactive segmentation\n" in text
    assert "### Interactive segmentation (larger)\n" in text


def gbrs(**facts):
    setting = Setting("sb", "annotator", "clicks", 1)
    row = row_of("camvid-val", setting, [0.5], MIOU, seconds_mean=None)
    return {"bench": "gbrs", "task": "semantic", "rows": [row], **facts}


def test_gbrs_stands_beside_the_papers_figures_for_its_task(script, results):
    text = script.tables(results(**{"gbrs-semantic": gbrs()}))
    assert text.startswith("### G-BRS (gbrs-semantic)\n")
    assert markdown(gbrs()) in text
    assert "| Table 3 | Cityscapes | all | rgb-brs | consistency |" in text
    assert "| 3.3 | Mapillary Vistas | worst 10 % | bmconv |" in text
    assert "Composition-1k" not in text


def test_every_published_figure_is_shown_with_its_task(script):
    paper = json.loads(script.PUBLISHED.read_text("utf-8"))
    for figure in paper["figures"]:
        line = next(
            line
            for line in script.published(figure["task"]).splitlines()
            if line.startswith(
                f"| {figure['source']} | {figure['dataset']} | {figure['images']} | "
                f"{figure['refine']} | {figure['energy']} |"
            )
        )
        assert f"| {figure['auc']} |" in line


def test_a_mended_prior_says_what_was_kept(script, results):
    result = gbrs(protocol={"prior": "a corrupted truth"}) | {"bench": "prior"}
    result["rows"][0]["prior"] = {"kept": 1.0, "outside": 0.5, "changed": 0.005, "most": 0.02}
    text = script.tables(results(prior=result))
    assert text.startswith("### Mending a prior\n")
    assert "| 100.00 % | 50.00 % | 0.50 % | 2.00 % |" in text
    assert "Sessions begin with a corrupted truth." in text


def test_points_to_masks_say_how_they_are_read(script, results):
    record = {
        "dataset": "made", "image": "a", "points": "random", "method": "click", "finish": "none",
        "weights": "small",
        "classes": ["cat"], "scores": [0.5], "iou": [[0.6]], "areas": [9], "true_areas": [9],
        "ignored": [0.0], "seconds": 0.25,
    }  # fmt: skip
    words = ("images", "random", "centre", "score", "ties", "classes", "all")
    result = {
        "bench": "attentionshift",
        "rows": summarise_points([record]),
        "data": {"made": {"images": 1, "objects": 1}},
        "protocol": {word: f"the {word}" for word in words},
    }
    text = script.tables(results(attentionshift=result))
    assert text.startswith("### One point per object\n")
    assert markdown(result) in text
    assert "made 1 objects in 1 images" in text
    assert all(f"the {word}" in text for word in words)


def test_latency_is_a_table_of_seconds(script, results):
    row = {"photo": "640×480", "refine": "none", "clicks": 60, "p50_s": 0.1234, "p95_s": 0.2}
    text = script.tables(results(latency={"bench": "latency", "rows": [row]}))
    assert "| 640×480 | none | 60 | 0.123 s | 0.200 s |" in text


def test_from_a_click_to_its_picture_is_a_table_of_milliseconds(script, results):
    times = {"screen_p50_ms": 90, "screen_p95_ms": 120, "server_p50_ms": 60, "server_p95_ms": 80}
    row = {"task": "depth", "photo": "640×480", "clicks": 20, **times}
    text = script.tables(results(picture={"bench": "click-to-picture", "rows": [row]}))
    assert "| depth | 640×480 | 20 | 90 ms | 120 ms | 60 ms | 80 ms |" in text


def test_a_result_without_a_table_is_refused(script, results):
    with pytest.raises(SystemExit, match=r"other\.json is a result of 'other'"):
        script.tables(results(other={}))


def test_only_what_stands_between_the_markers_is_replaced(script):
    page = f"before\n{script.START}\nold\n{script.END}\nafter\n"
    new = script.page_with(page, "new")
    assert new == f"before\n{script.START}\n\nnew\n\n{script.END}\nafter\n"
    assert script.page_with(new, "new") == new


@pytest.mark.parametrize("page", ["nothing", "<!-- end of tables -->"])
def test_a_page_without_markers_is_refused(script, page):
    with pytest.raises(SystemExit, match="no place for the tables"):
        script.page_with(page, "new")


def test_attention_tells_what_its_figures_mean(script, results):
    setting = Setting("none", "default", weights="small", adapt_keys=0, propagate=0)
    spread = spread_of({0: [0.5, 0.75], 1: [0.5, 0.75]})
    row = row_of("voc99", setting, [0.5, 0.75], of_box(IOU), spread=spread)
    words = {"box": "noisy", "view": "a crop", "trials": 2, "standard_error": "over trials"}
    result = {"bench": "attention", "rows": [row], "protocol": words}
    text = script.tables(results(attention=result))
    assert text.startswith("### Key adaptation and value propagation\n")
    assert markdown(result) in text
    assert "| voc99 | small | none | **none** | 1 | 0.500 | 0.750 | 0.7500 ± 0.0000 |" in text
    assert "the network sees a crop. 2 trials; ± is the standard error, over trials." in text
