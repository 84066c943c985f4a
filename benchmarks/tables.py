"""Writes the tables of ``docs/benchmarks.md`` from ``benchmarks/results/*.json``.

    python benchmarks/tables.py

Below the tables of G-BRS stand the paper's figures for the task, from ``published.json``.
What stands between the two markers is replaced; the rest of the page is left alone. A test keeps
the committed page equal to what this script makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from clickmend.evaluation.report import markdown

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "benchmarks" / "results"
PUBLISHED = ROOT / "benchmarks" / "published.json"

START = "<!-- tables: written by benchmarks/tables.py -->"
END = "<!-- end of tables -->"
NO_RESULTS = "No result has been measured yet."

Result = dict[str, Any]


def tables(folder: Path = RESULTS) -> str:
    """Every result of the folder as a section: heading, table, where the numbers come from."""
    sections = [_section(path) for path in sorted(folder.glob("*.json"))]
    return "\n\n".join(sections) if sections else NO_RESULTS


def page_with(page: str, content: str) -> str:
    """The page with ``content`` between its markers.

    Raises:
        SystemExit: A marker is missing.
    """
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise SystemExit(
            f"The page has no place for the tables. It needs the lines {START} and {END}; add them."
        )
    return f"{before}{START}\n\n{content}\n\n{END}{after}"


def _section(path: Path) -> str:
    result = json.loads(path.read_text("utf-8"))
    kind = result.get("bench", path.stem)
    if kind not in TABLES:
        raise SystemExit(
            f"{path.name} is a result of {kind!r}, for which there is no table. "
            f"There are tables for {', '.join(TABLES)}; write one or move the file away."
        )
    heading, table = TABLES[kind]
    name = "" if path.stem == kind else f" ({path.stem})"
    return "\n\n".join([f"### {heading}{name}", table(result), _provenance(result)])


def _provenance(result: Result) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in result["machine"].items())
    facts = [f"Made by `{result['command']}`", f"seed {result['seed']}"]
    if "weights" in result:
        facts.append(f"weights {result['weights']['name']} ({result['weights']['sha256']})")
    if result.get("commit"):
        facts.append(f"commit {result['commit'][:12]}")
    return f"{'; '.join(facts)}. Machine: {machine}."


def _interactive(result: Result) -> str:
    data = ", ".join(
        f"{name} {count['objects']} objects in {count['images']} images"
        for name, count in result["data"].items()
    )
    return (
        f"{markdown(result)}\n\n"
        f"Data: {data}. Curves start at click 1; NoC counts a failure as "
        f"{result['protocol']['noc_of_a_failure']} clicks; “worst” is the tenth of the objects "
        "with the lowest IoU after the first click without refinement, the same for all rows."
    )


def _gbrs(result: Result) -> str:
    return (
        f"{markdown(result)}\n\n"
        "L counts insertions, the deepest place first; “worst” is the tenth that starts worst "
        "without refinement, the same for all rows; regained is the share of what was missing at "
        "the first point of the curve. RGB-BRS / s is how many times longer a click of RGB-BRS "
        "takes in the same run, cost / behind the cost of the whole network over that of the part "
        f"behind the insertions.\n\n{published(result['task'])}"
    )


def published(task: str, path: Path = PUBLISHED) -> str:
    """The paper's figures for a task, as they are printed."""
    paper = json.loads(path.read_text("utf-8"))
    columns = ("source", "dataset", "images", "refine", "energy", "start", "end", "clicks")
    columns = (*columns, "auc", "best", "seconds_per_click")
    figures = [figure for figure in paper["figures"] if figure["task"] == task]
    rows = [[str(figure.get(column, "–")) for column in columns] for figure in figures]
    title = (
        f"The paper's figures, {paper['measures'][task]} of {paper['networks'][task]} "
        f"({paper['source']}); other photos and another network than ours:"
    )
    notes = [f"{where}: {paper['notes'][where]}" for where in _sources(figures, paper["notes"])]
    return "\n\n".join(
        [
            title,
            _table([column.replace("_", " ") for column in columns], rows),
            *([f"{'; '.join(notes)}."] if notes else []),
        ]
    )


def _sources(figures: Sequence[Result], noted: Sequence[str]) -> list[str]:
    sources = {figure["source"] for figure in figures}
    return [source for source in noted if source in sources]


HARM = (
    " Clicks that lower are the share of the clicks after which IoU is lower, end worse the share "
    "of the objects; broken by a click is the share of an object's right pixels that a click made "
    "wrong."
)


def _prior(result: Result) -> str:
    return (
        f"{markdown(result)}\n\n"
        f"Sessions begin with {result['protocol']['prior']}. Regained is the share of what that "
        "lost and the clicks brought back; prior kept the share of the images whose prior was "
        "there bit for bit before any click; outside the share of the pixels outside all "
        "radii; changed outside the share of these that a written file shows otherwise after the "
        "last click, as the mean and at most."
        + (HARM if any("spoil" in row["setting"] for row in result["rows"]) else "")
    )


def _depth_points(result: Result) -> str:
    protocol = result["protocol"]
    return (
        f"{markdown(result)}\n\nPoints are {protocol['points']}; wrong ones are "
        f"{protocol['wrong']}. Means over images. Nearest is the nearest point without a network, "
        "smooth-field the network times a smooth field of ratios, scaled the network at the true "
        "median."
    )


def _attention(result: Result) -> str:
    protocol = result["protocol"]
    return (
        f"{markdown(result)}\n\n"
        f"Sessions begin with a box ({protocol['box']}); the network sees {protocol['view']}. "
        f"{protocol['trials']} trials; ± is the standard error, {protocol['standard_error']}. "
        "KA counts iterations of key adaptation, with θ_ξ, and BP those of value propagation, "
        "with θ_μ. Ranges are of clicks: the mean IoU within them, the difference to the same "
        "weights without online inference, and what a click gains."
    )


def _attentionshift(result: Result) -> str:
    data = ", ".join(
        f"{name} {count['objects']} objects in {count['images']} images"
        for name, count in result["data"].items()
    )
    return (
        f"{markdown(result)}\n\n"
        f"Data: {data}, {result['protocol']['images']}. mAP in percent, 11-point / all-point; "
        f"classes: {result['protocol']['classes']}; all: {result['protocol']['all']}. "
        f"Points: random, {result['protocol']['random']}; centre, {result['protocol']['centre']}. "
        f"Score: {result['protocol']['score']}. Ties: {result['protocol']['ties']}. Differences "
        "of the shift are of the all-point mAP."
    )


def _latency(result: Result) -> str:
    return _table(
        ["photo", "refine", "clicks", "p50", "p95"],
        [
            [
                row["photo"],
                row["refine"],
                str(row["clicks"]),
                f"{row['p50_s']:.3f} s",
                f"{row['p95_s']:.3f} s",
            ]
            for row in result["rows"]
        ],
    )


def _replay(result: Result) -> str:
    return _table(
        [
            "network",
            "insertion",
            "layer",
            "pixels",
            "whole",
            "replay",
            "ratio",
            "of CPU",
            "bit-equal",
        ],
        [
            [
                row["network"],
                f"`{row['place']}`",
                row["layer"],
                str(row["pixels"]),
                f"{row['whole_s']:.3f} s",
                f"{row['replay_s']:.3f} s",
                f"{row['ratio']:.3f}",
                f"{row['cpu_ratio']:.3f}",
                "yes" if row["bit_equal"] else "no",
            ]
            for row in result["rows"]
        ],
    )


def _attention_cost(result: Result) -> str:
    times = _table(
        ["tokens", "what", "library", "with key adaptation", "ratio", "of CPU", "bar"],
        [
            [
                "×".join(map(str, row["shape"])),
                row["what"],
                f"{row['library_s']:.3f} s",
                f"{row['adapted_s']:.3f} s",
                f"{row['ratio']:.2f}",
                f"{row['cpu_ratio']:.2f}",
                f"{row['bar']:g}",
            ]
            for row in result["times"]
        ],
    )
    peaks = _table(
        ["tokens", "what", "peak", "bar"],
        [
            [
                "×".join(map(str, row["shape"])),
                row["what"],
                f"{row['peak_mb']:.1f} MiB",
                f"{row['bar_mb']:.1f} MiB",
            ]
            for row in result["peaks"]
        ],
    )
    growth = ", ".join(
        f"{what} {ratio:g}" for what, ratio in result["peak_growth_by_tokens"].items()
    )
    return (
        f"{times}\n\nThe library's is `scaled_dot_product_attention`; tokens are batch × heads × "
        f"tokens × width, {result['dtype']}.\n\n{peaks}\n\nAbove the inputs. From the fewest to "
        f"the most tokens peaks grow {growth} times as fast as the tokens."
    )


def _label_scale(result: Result) -> str:
    parts = result["parts"]
    rates, killed, resumed = (parts[name]["found"] for name in ("rates", "kill", "resume"))
    ways = [name for name, found in rates.items() if isinstance(found, dict)]
    rows = [
        [
            way,
            str(rates[way]["new"]),
            f"{rates[way]['per_second']:.2f}",
            f"{rates[way]['cpu_seconds']:.1f} s" if "cpu_seconds" in rates[way] else "–",
            f"{rates[way]['peak_worker_mb']:.0f} MB",
        ]
        for way in ways
    ]
    table = _table(["engine", "photos", "a second", "of CPU", "peak of a worker"], rows)
    loads = ", ".join(f"{name} {part['load_before']:g}" for name, part in parts.items())
    kills = ", ".join(f"{what} {count}" for what, count in killed["kills"].items())
    nodes = parts["nodes"]["found"]
    lost = ", ".join(f"{what} {count}" for what, count in nodes["kills"].items())
    on_ray = (
        f" Two workers on Ray are {rates['two_against_one_on_ray']:.2f} times as quick as one, and "
        f"{rates['ray_against_pool']:.2f} times as two of the pool."
        if "ray-2" in rates
        else ""
    )
    return (
        f"{table}\n\nStart included. Two workers are {rates['two_against_one']:.2f} times as quick "
        f"as one; same bytes: {'yes' if rates['byte_equal'] else 'no'}.{on_ray} Killed ({kills}) "
        f"in a job of {killed['items']} items: same bytes as undisturbed: "
        f"{'yes' if killed['byte_equal'] else 'no'}. On a Ray cluster of two nodes, "
        f"killed ({lost}) in a job of {nodes['items']} items: same bytes: "
        f"{'yes' if nodes['byte_equal'] else 'no'}, done twice: {nodes['ended_in_their_middle']}. "
        f"A finished job of {resumed['items']} items "
        f"takes {resumed['seconds']:.1f} s to look at, {resumed['cpu_seconds']:.1f} s of CPU, "
        f"{resumed['peak_mb']:.0f} MB. Load of the machine before: {loads}."
    )


def _play_project(result: Result) -> str:
    wanted = ("task", "format", "photos", "in_browser", "marks", "accepted_as_they_were")
    table = _table(
        ["task", "format", "photos", "in Chromium", "marks", "accepted unmarked", "problems"],
        [[str(row[name]) for name in (*wanted, "problems")] for row in result["rows"]],
    )
    return (
        f"{table}\n\nPhotos of {result['photo']} with old predictions, opened by `clickmend run`, "
        "corrected and accepted, through the page in Chromium or over HTTP. A problem is a dialog, "
        "a download, an error of the page, a label file that is missing or shows something else "
        "than its session, or an id that is lost."
    )


def _without_torch(result: Result) -> str:
    size = dict(result["size_mb"])
    total = size.pop("total")
    largest = ", ".join(f"{name} {mb:.0f}" for name, mb in list(size.items())[:7])
    processes = _table(
        ["command", "time", "before", "ratio", "of CPU", "memory", "before", "ratio"],
        [
            [
                row["command"],
                f"{row['seconds']:.2f} s",
                f"{row['before_seconds']:.2f} s",
                f"{row['ratio_seconds']:.3f}",
                f"{row['ratio_cpu_seconds']:.3f}",
                f"{row['peak_mb']:.0f} MB",
                f"{row['before_peak_mb']:.0f} MB",
                f"{row['ratio_peak_mb']:.3f}",
            ]
            for row in result["processes"]
        ],
    )
    masks = _table(
        ["masks", "how many", "differ", "pixels that differ", "of pixels"],
        [
            [
                what,
                str(row["masks"]),
                str(row["masks_that_differ"]),
                str(row["differ"]),
                f"{row['pixels']:,}",
            ]
            for what, row in result["masks"]["rows"].items()
        ],
    )
    return (
        f"{processes}\n\nWhole processes, in turn with build 3165680, medians.\n\n{masks}\n\nOf "
        f"{result['masks']['photos']} photos of {result['data']}, without torch and with it. A "
        "refinement that is left out is told. Installed are "
        f"{total:.0f} MB: {largest}, and the rest."
    )


def _video(result: Result) -> str:
    names = {
        "repeat": "the first mask, repeated",
        "flow": "optical flow alone",
        "network": "the network, asked with the first clicks carried by flow",
        "followed": "`cm.propagate`",
    }
    parts = [part for part in ("davis", "made") if part in result]
    rows = [
        [told, *(f"{result[part]['mean'][row]:.3f}" for part in parts)]
        for row, told in names.items()
    ]
    heads = [f"{part}, {len(result[part]['sequences'])} sequences" for part in parts]
    lines = [_table(["mean IoU over all frames, the first among them", *heads], rows)]
    for part in parts:
        found = result[part]
        lines.append(
            f"{part}: first frame {found['first']:.3f}. Confidence and IoU of the later frames: "
            f"rank correlation {found['rank_correlation']:.2f}, mean difference "
            f"{found['confidence_error']:.2f}; IoU of the least sure quarter "
            f"{found['overlap_of_least_sure_quarter']:.2f}, of the others "
            f"{found['overlap_of_the_others']:.2f}. `{found['command']}`"
        )
    if "davis" in parts:
        films = result["davis"]["sequences"]
        lines.append(
            _table(
                ["davis", "first", *names],
                [[one["name"], *(f"{one[row]:.3f}" for row in ("first", *names))] for one in films],
            )
        )
    return "\n\n".join(lines)


def _foreign(result: Result) -> str:
    rows = []
    for part in result["parts"].values():
        for masks, told in part["masks"].items():
            for row in ("clicks", "brush"):
                found = told[row]
                rows.append(
                    [
                        part["package"],
                        masks,
                        str(told["photos"]),
                        row,
                        *(f"{one:.3f}" for one in found["mean"]),
                        str(found["lowers"]),
                        str(len(found["worse"])),
                        f"{found['largest_loss']:.3f}",
                    ]
                )
    clicks = [f"after {n}" for n in range(1, len(found["mean"]))]
    table = _table(
        ["masks of", "that begin", "photos", "by", "start", *clicks, "lower", "worse", "at most"],
        rows,
    )
    return (
        f"{table}\n\nMean IoU of photos of {result['dataset']}, which no training saw: of people "
        "for the first network, of all else for the second. Masks that begin at .7 or better are "
        "in the rows of all, too. Lower is the number of clicks that lower IoU, worse that of the "
        "photos that end more than .01 below their start, at most the largest loss. The brush is a "
        "round dab at each click, the largest that is wrong throughout."
    )


def _learned(result: Result) -> str:
    overlaps = list(result["rows"][0]["mAP"]["all-point"])
    names = [f"mAP{round(100 * float(iou))}" for iou in overlaps]
    told = ["supervision", "parts", "points", "images"]
    return _table(
        ["weights", *told, "steps", "minutes", *names, *(f"{name} (11-point)" for name in names)],
        [
            [
                row["weights"],
                *(str(row[name]) for name in told),
                str(sum(stage["steps"] for stage in row["stages"])),
                f"{sum(stage['seconds'] for stage in row['stages']) / 60:.0f}",
                *(f"{row['mAP']['all-point'][iou]:.3f}" for iou in overlaps),
                *(f"{row['mAP']['11-point'][iou]:.3f}" for iou in overlaps),
            ]
            for row in result["rows"]
        ],
    )


def _learned_made(result: Result) -> str:
    return (
        f"{_learned(result)}\n\nMasks that networks find by themselves in made scenes of a seed of "
        "their own; they were trained on other scenes, with one point per object. Supervision by "
        "points is the method's, by masks that of whole foreground maps. Without parts is the "
        "baseline, whose foreground maps are those that boxes are made of, without prototypes and "
        "key points."
    )


def _learned_photos(result: Result) -> str:
    return (
        f"{_learned(result)}\n\nMasks that networks find by themselves in photos that are held out "
        "from every training; they were trained on others of the same sets, with one point per "
        "object. Steps and minutes are those of all stages, the pretraining among them."
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _load(result: Result) -> str:
    rows = [
        [
            row["part"],
            str(row["people"]),
            f"{row['think_s']:g} s",
            f"{row['seconds']:.0f} s",
            str(row["marks"]),
            f"{row['per_second']:.2f}",
            f"{row['p50_s']:.2f} s",
            f"{row['p95_s']:.2f} s",
            str(row["busy"]),
            str(sum(row["errors"].values())),
            " → ".join(f"{one:.0f}" for one in row["memory_mb_by_third"]),
        ]
        for row in result["rows"]
    ]
    columns = ["people", "at once", "think", "time", "marks", "a second", "p50", "p95"]
    table = _table([*columns, "503", "errors", "memory, MB"], rows)
    return (
        f"{table}\n\nPhotos of {result['photos']}, {result['workers']} processes. A mark's time "
        "ends when it is acknowledged, repeats after a 503 included; memory is that of all "
        "processes, the mean of each third of the time. All at once makes "
        f"{result['ratio']:.2f} times the marks of one after another, and "
        f"{result['ratio_not_thinking']:.2f} times where nobody thinks. {result['note']}"
    ).rstrip()


TABLES: dict[str, tuple[str, Callable[[Result], str]]] = {
    "interactive": ("Interactive segmentation", _interactive),
    "gbrs": ("G-BRS", _gbrs),
    "prior": ("Mending a prior", _prior),
    "foreign": ("Masks of networks of others, mended", _foreign),
    "depth-points": ("A few true distances", _depth_points),
    "attention": ("Key adaptation and value propagation", _attention),
    "attentionshift": ("One point per object", _attentionshift),
    "learned-made": ("Masks learned from points, on made scenes", _learned_made),
    "learned-photos": ("Masks learned from points, on photos", _learned_photos),
    "latency": ("Time of one click", _latency),
    "load": ("Many people on one server", _load),
    "attention-cost": ("Cost of key adaptation", _attention_cost),
    "play-project": ("A folder of photos, corrected", _play_project),
    "label-scale": ("Labelling many photos", _label_scale),
    "without-torch": ("Without torch", _without_torch),
    "video": ("Following an object that three clicks mark on the first frame", _video),
    "replay": ("Time of a refined click, whole network and replay", _replay),
}


if __name__ == "__main__":
    PAGE.write_text(page_with(PAGE.read_text("utf-8"), tables()), encoding="utf-8")
