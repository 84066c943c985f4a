"""The tables of what is measured of the labelling application at size."""

from __future__ import annotations

from collections.abc import Callable

from script_tables import Result, formatted


def _large_project(result: Result) -> str:
    http, page = result["http"], result["page"]
    rows = [
        {"asked": first["asked"], "lite": first, "post": second}
        for first, second in zip(http["SQLite"], http["PostgreSQL"], strict=True)
    ]
    asked = formatted(
        rows,
        ("asked", "{asked}"),
        ("SQLite p50", "{lite[p50_ms]:.0f} ms"),
        ("p95", "{lite[p95_ms]:.0f} ms"),
        ("of CPU", "{lite[cpu_ms]:.0f} ms"),
        ("PostgreSQL p50", "{post[p50_ms]:.0f} ms"),
        ("p95", "{post[p95_ms]:.0f} ms"),
        ("of CPU", "{post[cpu_ms]:.0f} ms"),
    )
    opened = formatted(
        [{"photo": name, **page[name]} for name in ("the next", "the one before", "any other")],
        ("photo opened", "{photo}"),
        ("times", "{count}"),
        ("p50", "{p50_ms:.0f} ms"),
        ("p95", "{p95_ms:.0f} ms"),
    )
    held = page["memory"]
    first, last = held[1], held[-1]
    seconds = ", ".join(f"{name} {seconds} s" for name, seconds in result["opened_s"].items())
    return (
        f"{asked}\n\n{result['photos']} photos, with marks on a third of them; CPU is the server's "
        f"own. Answers after the command was given again: {seconds}.\n\n{opened}\n\nOn SQLite, "
        f"until the next photo is asked for .6 s go by. The photos in a row are there "
        f"{page['photos_ms']} ms after the address is given, the first photo to be worked on "
        f"{page['first_screen_ms']} ms. Scrolled from end to end, with "
        f"{page['elements_of_photos']} of them as elements, what is in view is there after "
        f"{page['scrolled']['p50_ms']:.0f} ms (p95 {page['scrolled']['p95_ms']:.0f}); the page's "
        f"heap is {first['heap_mb']} MB after a tenth and {last['heap_mb']} at the end, at most "
        f"{max(one['heap_mb'] for one in held)}, its nodes are {first['elements']} and "
        f"{last['elements']}. Errors and dialogs: {len(page['told'])}."
    )


def _page_speed(result: Result) -> str:
    rows = [
        {"objects": row["objects"], "frame": row["frame"], "click": row["click"]}
        for row in result["rows"]
    ]
    quick = result["quick"]
    table = formatted(
        rows,
        ("objects", "{objects}"),
        ("pointer frame p50", "{frame[p50_ms]:.1f} ms"),
        ("p95", "{frame[p95_ms]:.1f} ms"),
        ("clicks", "{click[count]}"),
        ("click to picture p50", "{click[p50_ms]:.0f} ms"),
        ("p95", "{click[p95_ms]:.0f} ms"),
    )
    return (
        f"{table}\n\nA photo of 640×480 in Chromium; a frame is what the page does for a move of "
        f"the pointer and draws for it. Clicks with most objects take {result['ratio']} times "
        f"those with one. {quick['clicks']} clicks, 20 ms apart, are drawn after "
        f"{quick['all_drawn_ms']} ms with {quick['requests']} requests, {quick['kept']} of them "
        f"kept; the last one is taken back {quick['undo_ms']} ms after Ctrl+Z."
    )


def _kill(result: Result) -> str:
    return (
        f"{result['rounds']} servers were killed by SIGKILL at random moments while two people "
        f"marked. Of {result['marks']} marks that were acknowledged none was lost, no label file "
        f"was half written, the database was sound each time, and each server answered again, "
        f"after {result['median_start_s']} s, at most {result['slowest_start_s']}."
    )


def _schema_fuzz(result: Result) -> str:
    return (
        f"{result['requests']} requests, right and wrong ones, to {result['operations']} "
        f"operations of the OpenAPI document, made by {result['tool']}: {result['failed']} were "
        f"answered by 500 or above or not within 30 s; {result['tracebacks']} tracebacks are in "
        f"the log."
    )


TABLES: dict[str, tuple[str, Callable[[Result], str]]] = {
    "kill": ("Servers killed under marks", _kill),
    "large-project": ("A project of ten thousand photos", _large_project),
    "schema-fuzz": ("Requests that nobody meant", _schema_fuzz),
    "page-speed": ("Quick hands and many objects on the page", _page_speed),
}
"""Kind of a result → heading, and what stands below it."""
