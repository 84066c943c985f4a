"""Tables of results that the scripts of this folder make; ``tables.py`` puts them on the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

Result = dict[str, Any]


def _latency(result: Result) -> str:
    return formatted(
        result["rows"],
        ("photo", "{photo}"),
        ("refine", "{refine}"),
        ("clicks", "{clicks}"),
        ("p50", "{p50_s:.3f} s"),
        ("p95", "{p95_s:.3f} s"),
    )


def _click_to_picture(result: Result) -> str:
    table = formatted(
        result["rows"],
        ("task", "{task}"),
        ("photo", "{photo}"),
        ("clicks", "{clicks}"),
        ("on screen p50", "{screen_p50_ms} ms"),
        ("p95", "{screen_p95_ms} ms"),
        ("of it the server p50", "{server_p50_ms} ms"),
        ("p95", "{server_p95_ms} ms"),
    )
    return (
        f"{table}\n\nFrom the click to the frame that shows its picture in Chromium, server and "
        "browser on one machine; the server's part is what the page waits for its answers."
    )


def _replay(result: Result) -> str:
    return formatted(
        [row | {"equal": _yes(row["bit_equal"])} for row in result["rows"]],
        ("network", "{network}"),
        ("insertion", "`{place}`"),
        ("layer", "{layer}"),
        ("pixels", "{pixels}"),
        ("whole", "{whole_s:.3f} s"),
        ("replay", "{replay_s:.3f} s"),
        ("ratio", "{ratio:.3f}"),
        ("of CPU", "{cpu_ratio:.3f}"),
        ("bit-equal", "{equal}"),
    )


def _attention_cost(result: Result) -> str:
    named = [
        [row | {"tokens": "×".join(map(str, row["shape"]))} for row in result[part]]
        for part in ("times", "peaks")
    ]
    times = formatted(
        named[0],
        ("tokens", "{tokens}"),
        ("what", "{what}"),
        ("library", "{library_s:.3f} s"),
        ("with key adaptation", "{adapted_s:.3f} s"),
        ("ratio", "{ratio:.2f}"),
        ("of CPU", "{cpu_ratio:.2f}"),
        ("bar", "{bar:g}"),
    )
    peaks = formatted(
        named[1],
        ("tokens", "{tokens}"),
        ("what", "{what}"),
        ("peak", "{peak_mb:.1f} MiB"),
        ("bar", "{bar_mb:.1f} MiB"),
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
    runs = [part["found"] for name, part in parts.items() if name.startswith("rates")]
    rows = [
        _labelled(way, found)
        for run in runs
        for way, found in run.items()
        if isinstance(found, dict)
    ]
    head = ["engine", "photos", "a second", "first label", "last label to end", "of CPU"]
    table = markdown_table([*head, "of it Ray", "peak of a worker"], rows)
    loads = ", ".join(f"{name} {part['load_before']:g}" for name, part in parts.items())
    kills = ", ".join(f"{what} {count}" for what, count in killed["kills"].items())
    nodes = parts["nodes"]["found"]
    lost = ", ".join(f"{what} {count}" for what, count in nodes["kills"].items())
    on_ray = "".join(
        f" Of {run['ray-2']['new']:,} photos two workers on Ray are "
        f"{run['two_against_one_on_ray']:.2f} times as quick as one, and "
        f"{run['ray_against_pool']:.2f} times as two of the pool."
        for run in runs
        if "ray_against_pool" in run and "two_against_one_on_ray" in run
    )
    return (
        f"{table}\n\nStart included. Two workers are {rates['two_against_one']:.2f} times as quick "
        f"as one; same bytes: {_yes(rates['byte_equal'])}.{on_ray} Killed ({kills}) "
        f"in a job of {killed['items']} items: same bytes as undisturbed: "
        f"{_yes(killed['byte_equal'])}. On a Ray cluster of two nodes, "
        f"killed ({lost}) in a job of {nodes['items']} items: same bytes: "
        f"{_yes(nodes['byte_equal'])}, done twice: {nodes['done_twice']}. "
        f"A finished job of {resumed['items']} items "
        f"takes {resumed['seconds']:.1f} s to look at, {resumed['cpu_seconds']:.1f} s of CPU, "
        f"{resumed['peak_mb']:.0f} MB. Load of the machine before: {loads}."
    )


def _labelled(way: str, found: dict[str, Any]) -> list[str]:
    """The row of a way in which photos were labelled; what was not measured is a dash."""

    def told(value: object, unit: str) -> str:
        return f"{value:.1f} {unit}" if isinstance(value, float) else "–"

    return [
        way,
        str(found["new"]),
        f"{found['per_second']:.2f}",
        told(found.get("until_the_first_label_s"), "s"),
        told(found.get("after_the_last_label_s"), "s"),
        told(found.get("cpu_seconds"), "s"),
        told(found.get("cpu_seconds_of", {}).get("ray"), "s"),
        f"{found['peak_worker_mb']:.0f} MB",
    ]


def _play_project(result: Result) -> str:
    table = formatted(
        result["rows"],
        ("task", "{task}"),
        ("format", "{format}"),
        ("photos", "{photos}"),
        ("in Chromium", "{in_browser}"),
        ("marks", "{marks}"),
        ("accepted unmarked", "{accepted_as_they_were}"),
        ("page", "{page_s:.0f} s"),
        ("HTTP", "{http_s:.0f} s"),
        ("load before", "{load_before:g}"),
        ("problems", "{problems}"),
    )
    return (
        f"{table}\n\nPhotos of {result['photo']} with old predictions, opened by `clickmend run`, "
        "corrected and accepted, through the page in Chromium or over HTTP. A problem is a dialog, "
        "a download, an error of the page, a label file that is missing or shows something else "
        "than its session, or an id that is lost."
    )


def _without_torch(result: Result) -> str:
    parts = {part: one["found"] for part, one in result["parts"].items()}
    size = dict(parts["size"])
    total = size.pop("total")
    largest = ", ".join(f"{name} {mb:.0f}" for name, mb in list(size.items())[:7])
    compared = [found for part, found in parts.items() if part.startswith("masks")]
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for what, row in (pair for found in compared for pair in found["rows"].items()):
        sums[what].update(row)
    masks = formatted(
        [row | {"what": what} for what, row in sums.items()],
        ("masks", "{what}"),
        ("how many", "{masks}"),
        ("pixels", "{pixels:,}"),
        ("differ", "{differ}"),
        ("differ from torch's", "{differ_from_torch}"),
    )
    processes = _whole_processes(parts["processes"]) if "processes" in parts else ""
    loads = ", ".join(f"{part} {one['load_before']:g}" for part, one in result["parts"].items())
    return (
        f"{masks}\n\nOf {sum(found['photos'] for found in compared)} photos, without torch against "
        "an environment that has it, as it answers by itself and with every answer computed by "
        f"torch.\n\n{processes}Installed are {total:.0f} MB: {largest}, and the rest. Load of the "
        f"machine before: {loads}."
    )


def _whole_processes(rows: Sequence[Result]) -> str:
    table = formatted(
        rows,
        ("command", "{command}"),
        ("time", "{seconds:.2f} s"),
        ("before", "{before_seconds:.2f} s"),
        ("ratio", "{ratio_seconds:.3f}"),
        ("of CPU", "{ratio_cpu_seconds:.3f}"),
        ("memory", "{peak_mb:.0f} MB"),
        ("before", "{before_peak_mb:.0f} MB"),
        ("ratio", "{ratio_peak_mb:.3f}"),
    )
    return f"{table}\n\nWhole processes, in turn with build 3165680, medians.\n\n"


def _video(result: Result) -> str:
    names = {
        "repeat": "the first mask, repeated",
        "tracker": "the first mask in the box of OpenCV's tracker MIL, which draws by the clock",
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
    lines = [markdown_table(["mean IoU over all frames, the first among them", *heads], rows)]
    for part in parts:
        found = result[part]
        lines.append(
            f"{part}: first frame {found['first']:.3f}. Confidence and IoU of the later frames: "
            f"rank correlation {found['rank_correlation']:.2f}, mean difference "
            f"{found['confidence_error']:.2f}; IoU of the least sure quarter "
            f"{found['overlap_of_least_sure_quarter']:.2f}, of the others "
            f"{found['overlap_of_the_others']:.2f}. Processor time of a frame that is followed "
            f"{found['seconds']:.2f} s, that of the first not among it. `{found['command']}`"
        )
    if "davis" in parts:
        films = result["davis"]["sequences"]
        lines.append(
            markdown_table(
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
    table = markdown_table(
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
    told = ["supervision", "parts", "points", "finish", "images"]
    return markdown_table(
        ["weights", *told, "steps", "minutes", *names, *(f"{name} (11-point)" for name in names)],
        [
            [
                row["weights"],
                *(str(row.get(name, "none")) for name in told),
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
        "object. Steps and minutes are those of all stages, the pretraining among them. Finished "
        "by the network are masks that the interactive network makes of the boxes that were found; "
        "it was trained on masks. Finished by propagation are masks spread over what looks alike "
        "to the transformer of the network that found them, without another one."
    )


def formatted(rows: Sequence[Result], *columns: tuple[str, str]) -> str:
    """A table of (heading, what of a row stands below it)."""
    cells = [[form.format(**row) for _, form in columns] for row in rows]
    return markdown_table([heading for heading, _ in columns], cells)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Headings and cells as a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _yes(so: bool) -> str:
    return "yes" if so else "no"


def _load(result: Result) -> str:
    rows = [
        row
        | {
            "failed": sum(row["errors"].values()),
            "memory": " → ".join(f"{one:.0f}" for one in row["memory_mb_by_third"]),
            "cpu": f"{1e3 * row['server_cpu_s_a_mark']:.0f} ms"
            if "server_cpu_s_a_mark" in row
            else "–",
        }
        for row in result["rows"]
    ]
    table = formatted(
        rows,
        ("people", "{part}"),
        ("at once", "{people}"),
        ("think", "{think_s:g} s"),
        ("time", "{seconds:.0f} s"),
        ("marks", "{marks}"),
        ("a second", "{per_second:.2f}"),
        ("p50", "{p50_s:.2f} s"),
        ("p95", "{p95_s:.2f} s"),
        ("CPU a mark", "{cpu}"),
        ("503", "{busy}"),
        ("errors", "{failed}"),
        ("memory, MB", "{memory}"),
    )
    return (
        f"{table}\n\nPhotos of {result['photos']}, {result['workers']} processes. A mark's time "
        "ends when it is acknowledged, repeats after a 503 included; CPU is the "
        "server's, without that of the simulated people; memory is that of all "
        "processes, the mean of each third of the time. All at once makes "
        f"{result['ratio']:.2f} times the marks of one after another, and "
        f"{result['ratio_not_thinking']:.2f} times where nobody thinks. {result['note']}"
    ).rstrip()


TABLES: dict[str, tuple[str, Callable[[Result], str]]] = {
    "foreign": ("Masks of networks of others, mended", _foreign),
    "learned-made": ("Masks learned from points, on made scenes", _learned_made),
    "learned-photos": ("Masks learned from points, on photos", _learned_photos),
    "latency": ("Time of one click", _latency),
    "click-to-picture": ("From a click to its picture on the page", _click_to_picture),
    "load": ("Many people on one server", _load),
    "attention-cost": ("Cost of key adaptation", _attention_cost),
    "play-project": ("A folder of photos, corrected", _play_project),
    "label-scale": ("Labelling many photos", _label_scale),
    "without-torch": ("Without torch", _without_torch),
    "video": ("Following an object that three clicks mark on the first frame", _video),
    "replay": ("Time of a refined click, whole network and replay", _replay),
}
"""Kind of a result → heading, and what stands below it."""
