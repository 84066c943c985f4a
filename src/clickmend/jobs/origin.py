"""Whether a job's items are still of the set that it was begun with, when they lie elsewhere.

Results are found again by the names of items, and two sets of photos may have the same names. So a
job is of one set: what lies under another folder has to have the content that is known by its name.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from contextlib import suppress

import numpy as np

from clickmend.core.errors import OptionError
from clickmend.jobs.fingerprints import fingerprint
from clickmend.jobs.items import Item, number_of
from clickmend.jobs.kept import Kept


def check_origin(items: Iterable[Item], kept: Kept, *, before: str, now: str) -> None:
    """Refuse items that are others than those whose results are kept, though named alike.

    Memory is 16 bytes for each result that is kept. Where none is, any items will do.

    Args:
        items: Those that are asked for.
        kept: The results.
        before: The folder of what they were made of.
        now: The folder of the items.

    Raises:
        OptionError: A file is another one than that of its name was, or none has a known name.
    """
    names, contents = array("Q"), array("Q")
    for name, digest in kept.sources():
        names.append(number_of(name))
        contents.append(int(digest[:16], 16))
    if not names:
        return
    order = np.argsort(np.frombuffer(names, np.uint64), kind="stable")
    by_name = np.frombuffer(names, np.uint64)[order]
    of_name = np.frombuffer(contents, np.uint64)[order]
    same = 0
    for item in items:
        if item.source is None:
            continue
        number = np.uint64(number_of(item.name))
        first, last = np.searchsorted(by_name, number), np.searchsorted(by_name, number, "right")
        if first == last:
            continue
        with suppress(OSError):  # what cannot be read is told of when its turn comes
            if int(str(fingerprint(item.source)[3])[:16], 16) not in of_name[first:last]:
                raise _other(kept, before, now, f"where {item.source} is another file than before")
            same += 1
    if not same:
        raise _other(kept, before, now, "with none of the files of before")


def _other(kept: Kept, before: str, now: str, how: str) -> OptionError:
    return OptionError(
        f"{kept.folder.parent} holds what was made of {before}, and now {now} is asked for, {how}. "
        "Results of one place are of one set of files, which may be moved and to which some may be "
        "added; write to another place, or start over with --fresh, which writes over results of "
        "equal names."
    )
