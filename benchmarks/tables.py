"""Writes the tables of ``docs/benchmarks.md`` from ``benchmarks/results/*.json``.

    python benchmarks/tables.py

Below the tables of G-BRS stand the paper's figures for the task, from ``published.json``.
What stands between the two markers is replaced; the rest of the page is left alone. A test keeps
the committed page equal to what this script makes. What ``clickmend bench`` measures is told here,
what the scripts beside this one do in ``script_tables.py`` and
``project_tables.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import project_tables
import script_tables
from script_tables import Result, markdown_table

from clickmend.evaluation.report import markdown

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "benchmarks" / "results"
PUBLISHED = ROOT / "benchmarks" / "published.json"

START = "<!-- tables: written by benchmarks/tables.py -->"
END = "<!-- end of tables -->"
NO_RESULTS = "No result has been measured yet."


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
            markdown_table([column.replace("_", " ") for column in columns], rows),
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


TABLES: dict[str, tuple[str, Callable[[Result], str]]] = {
    "interactive": ("Interactive segmentation", _interactive),
    "gbrs": ("G-BRS", _gbrs),
    "prior": ("Mending a prior", _prior),
    "depth-points": ("A few true distances", _depth_points),
    "attention": ("Key adaptation and value propagation", _attention),
    "attentionshift": ("One point per object", _attentionshift),
    **script_tables.TABLES,
    **project_tables.TABLES,
}


if __name__ == "__main__":
    PAGE.write_text(page_with(PAGE.read_text("utf-8"), tables()), encoding="utf-8")
