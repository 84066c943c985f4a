"""``clickmend label`` as the tests call it."""

import numpy as np
import pytest

from clickmend.cli.main import main
from clickmend.data import decode_rle


def run(*words, task=None):
    """The exit code of the command."""
    given = [] if task is None else ["--task", task]
    with pytest.raises(SystemExit) as end:
        main(["label", *given, *map(str, words)])
    return end.value.code


def told(capsys):
    """What it said, on one line."""
    return " ".join(capsys.readouterr().err.replace("│", " ").split())


def pixels(content):
    """File name → ids of the objects and their pixels, of a COCO file."""
    names = {image["id"]: image["file_name"] for image in content["images"]}
    found = {name: {} for name in names.values()}
    for one in content["annotations"]:
        mask = np.argwhere(decode_rle(one["segmentation"])).tolist()
        found[names[one["image_id"]]][one["id"]] = mask
    return found
