"""Mapillary Vistas in both editions."""

from __future__ import annotations

from pathlib import Path

from clickmend.core.errors import DataError
from clickmend.data.labels import LABEL_DATASETS, Codes, LabelDataset, PairedLabels
from clickmend.data.layouts.checks import pair_folders, read_json, require_folder

_LAYOUT = (
    "Mapillary Vistas: validation/images/NAME.jpg with validation/labels/NAME.png and config.json, "
    "or with validation/v2.0/labels/NAME.png and config_v2.0.json"
)

_EDITIONS = (
    ("v1.2", "labels", "config.json"),
    ("v1.2", "v1.2/labels", "config_v1.2.json"),
    ("v2.0", "v2.0/labels", "config_v2.0.json"),
)
"""The edition, its folder of class maps and its classes. The archive of v2.0 repeats v1.2."""


@LABEL_DATASETS.register("vistas")
def open_vistas(root: str | Path, split: str | None = None) -> LabelDataset:
    """Open Mapillary Vistas with the classes that its configuration file says are evaluated.

    Those are 65 of the 66 of v1.2. All others (unlabelled and, in v2.0, ambiguous pixels) are
    ignored. The class names are the readable ones ("Traffic Light").

    Args:
        root: The folder that holds the splits and ``config.json``, or, as the archive of v2.0
            has it, ``config_v1.2.json`` and ``config_v2.0.json``.
        split: "validation" (the default) or "training"; "v2.0/validation" to choose between the
            editions that one archive may hold. Without an edition: v1.2, else v2.0.

    Raises:
        DataError: A folder, the configuration or the partner of a file is missing.
    """
    root = Path(root)
    edition, _, split = (split or "validation").rpartition("/")
    photo_folder = require_folder(root / split / "images", layout=_LAYOUT)
    places = [
        (root / split / labels, root / config)
        for known, labels, config in _EDITIONS
        if edition in ("", known)
    ]
    if not places:
        raise DataError(
            f"There is no edition {edition!r} of Mapillary Vistas. There are v1.2 and v2.0; write "
            f"v2.0/{split}."
        )
    labels_folder, config = next((place for place in places if place[0].is_dir()), places[0])
    pairs = pair_folders(photo_folder, labels_folder, layout=_LAYOUT)
    return PairedLabels(pairs, codes=_codes(config))


def _codes(config: Path) -> Codes:
    match read_json(config, layout=_LAYOUT):
        case {"labels": [_, *_] as labels}:
            return [_code(label, config) for label in labels]
    raise DataError(
        f'{config} has no list "labels". Expected {_LAYOUT}; restore the published file.'
    )


def _code(label: object, config: Path) -> str | None:
    match label:
        case {"readable": str(name), "evaluate": bool(evaluate)}:
            return name if evaluate else None
    raise DataError(
        f'{config} has a label without "readable" and "evaluate" ({str(label)[:60]}). Every one '
        "must have both; restore the published file."
    )
