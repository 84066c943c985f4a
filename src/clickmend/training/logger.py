"""The TensorBoard logger: the numbers of every step, and pictures of predictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from clickmend.core.errors import NotAvailableError
from clickmend.training.loop import Report

NOT_INSTALLED = (
    "{} is not installed. Training needs the extra 'train': pip install 'clickmend[train]'."
)

PICTURE_EVERY = 500
"""Steps between pictures."""

VIEWS = 6
"""Maximum number of views in a picture."""


@contextmanager
def tensorboard(folder: Path) -> Iterator[Callable[[Report], None]]:
    """Write TensorBoard events into a folder.

    Yields:
        The function that records a report.

    Raises:
        NotAvailableError: TensorBoard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise NotAvailableError(NOT_INSTALLED.format("TensorBoard")) from None

    with SummaryWriter(str(folder)) as writer:

        def record(report: Report) -> None:
            for name, number in report.numbers.items():
                writer.add_scalar(name, number, report.step)
            if report.step % PICTURE_EVERY == 0:
                shown = np.concatenate([*islice(report.rows, VIEWS)])
                writer.add_image("photo, answer, truth", shown, report.step, dataformats="HWC")

        yield record
